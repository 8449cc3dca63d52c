package argon

import "golang.org/x/sys/unix"

// lower gives this thread the lowest priority. Where that is not allowed it computes at that of everybody.
func lower() {
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, 19) // 0 is the calling thread, see setpriority(2)
}
