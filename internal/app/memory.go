package app

import (
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// heap lets the heap grow to four times what lives before it is swept, unless GOGC says otherwise: little lives here between two requests, and
// sweeping at twice was a sixth of a list's processor time. It is swept more often where it nears three fifths of the memory that the process may
// have, unless GOMEMLIMIT says otherwise: the rest is for what the heap does not count, SQLite's pages among it. root is the root of the file system.
func heap(root fs.FS) {
	const usual, ours = 100, 300
	if was := debug.SetGCPercent(ours); was != usual {
		debug.SetGCPercent(was)
	}
	most := memoryOf(root)
	if debug.SetMemoryLimit(-1) == math.MaxInt64 && most < math.MaxInt64 {
		debug.SetMemoryLimit(most / 5 * 3)
	}
}

// memoryOf is how many bytes the process may have: the least that the machine has or that the kernel gives a group of processes which it is in.
// MaxInt64 where nobody says.
func memoryOf(root fs.FS) int64 {
	most := int64(math.MaxInt64)
	least := func(text, unit string) {
		n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), unit)), 10, 64)
		if err == nil && unit == "kB" {
			n <<= 10
		}
		if err == nil && n > 0 {
			most = min(most, n)
		}
	}
	for line := range strings.Lines(contents(root, "proc/meminfo")) {
		if text, found := strings.CutPrefix(line, "MemTotal:"); found {
			least(text, "kB")
		}
	}
	for line := range strings.Lines(contents(root, "proc/self/cgroup")) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		var folder, file string
		switch part[1] {
		case "":
			folder, file = "sys/fs/cgroup", "memory.max"
		case "memory": // groups of the first version
			folder, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for group := path.Clean("/" + part[2]); ; group = path.Dir(group) {
			least(contents(root, path.Join(folder, group, file)), "")
			if group == "/" {
				break
			}
		}
	}
	return most
}

// contents is the text of a file, "" for one that is not there.
func contents(root fs.FS, name string) string {
	raw, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return string(raw)
}
