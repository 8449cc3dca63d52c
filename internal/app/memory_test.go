package app

import (
	"math"
	"testing"
	"testing/fstest"
)

func TestTheMemoryThatAProcessMayHave(t *testing.T) {
	const mega = 1 << 20
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for claim, c := range map[string]struct {
		files fstest.MapFS
		want  int64
	}{
		"nobody says":   {fstest.MapFS{}, math.MaxInt64},
		"the machine's": {fstest.MapFS{"proc/meminfo": file("MemFree: 7 kB\nMemTotal:     524288 kB\n")}, 512 * mega},
		"its group's": {fstest.MapFS{"proc/meminfo": file("MemTotal: 524288 kB\n"), "proc/self/cgroup": file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/memory.max": file("268435456\n"), "sys/fs/cgroup/a/memory.max": file("max\n")}, 256 * mega},
		"that of a group around it": {fstest.MapFS{"proc/self/cgroup": file("0::/a/b\n"), "sys/fs/cgroup/a/memory.max": file("134217728\n"),
			"sys/fs/cgroup/a/b/memory.max": file("max\n")}, 128 * mega},
		"a container's, which sees its own at the top": {fstest.MapFS{"proc/self/cgroup": file("0::/\n"), "sys/fs/cgroup/memory.max": file("67108864")}, 64 * mega},
		"of the first version": {fstest.MapFS{"proc/self/cgroup": file("9:memory:/x\n3:cpu:/x\nnonsense\n"),
			"sys/fs/cgroup/memory/x/memory.limit_in_bytes": file("268435456"), "sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712")}, 256 * mega},
	} {
		if got := memoryOf(c.files); got != c.want {
			t.Errorf("%s: got %d, want %d", claim, got, c.want)
		}
	}
}

func TestPlacesFollowTheCores(t *testing.T) {
	for _, c := range []struct{ said, cores, want int }{{0, 1, 32}, {0, 2, 32}, {0, 8, 128}, {5, 8, 5}} {
		if got := places(c.said, c.cores); got != c.want {
			t.Errorf("%d said, %d cores: %d places, not %d", c.said, c.cores, got, c.want)
		}
	}
}
