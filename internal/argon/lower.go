package argon

import (
	"runtime"
	"sync"
)

// lowered starts a process at low priority: it inherits that of the thread that starts it. That thread is one of its own and ends with this: without
// rights nobody gets a priority back.
func lowered(start func() error) (err error) {
	var done sync.WaitGroup
	done.Go(func() {
		runtime.LockOSThread() // and never unlocked, which ends the thread
		lower()
		err = start()
	})
	done.Wait()
	return err
}
