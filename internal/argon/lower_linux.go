package argon

import "golang.org/x/sys/unix"

// slice is the time, in nanoseconds, for which the kernel lets the process work at a stretch while others want its processor: the least that it takes.
// Kernels before 6.12 take their own.
const slice = 100_000

// lower gives this thread the lowest priority, and takes all processors from it but so many, the last ones: on those that are left it is in nobody's way.
// Where that is not allowed it computes at the priority of everybody, and everywhere.
func lower(processors int) {
	low := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_BATCH, Nice: 19, Runtime: slice}
	if unix.SchedSetAttr(0, &low, 0) != nil { // 0 is the calling thread
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, int(low.Nice)) // the same, but for the class
	}
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return
	}
	for cpu := 0; set.Count() > max(processors, 1); cpu++ {
		set.Clear(cpu)
	}
	_ = unix.SchedSetaffinity(0, &set)
}
