package argon

import (
	"runtime"
	"sync"
)

// lowered starts a process at low priority, on as many of the processors as it has use for: it inherits both of the thread that starts it. That thread is
// one of its own and ends with this: without rights nobody gets a priority back.
func lowered(processors int, start func() error) (err error) {
	var done sync.WaitGroup
	done.Go(func() {
		runtime.LockOSThread() // and never unlocked, which ends the thread
		lower(processors)
		err = start()
	})
	done.Wait()
	return err
}
