//go:build !linux

package argon

// lower does nothing: elsewhere a thread has no priority of its own.
func lower(int) {}
