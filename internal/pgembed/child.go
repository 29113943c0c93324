package pgembed

import (
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// child is a process that ends with this one, however this one ends (Linux).
type child struct {
	cmd     *exec.Cmd
	done    chan struct{} // closed when it ended
	err     error         // how it ended, once done is closed
	stopped atomic.Bool   // it was told to end
}

// spawn starts cmd in a session of its own, so that Ctrl-C in a terminal reaches this process alone.
func spawn(cmd *exec.Cmd, as account) (*child, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: as.credential()}
	endWithParent(cmd.SysProcAttr)
	c := &child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux sends the signal when the thread that forked ends. This one lives as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.done)
		}
	}()
	return c, <-started
}

// stop ends a server: cleanly if it can do so at once, else so that it recovers at its next start.
func (c *child) stop() error {
	c.stopped.Store(true)
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{
		{syscall.SIGINT, 700 * time.Millisecond}, // cut connections, write everything out
		{syscall.SIGQUIT, 6 * time.Second},       // leave at once; it kills its own stragglers after five seconds
		{syscall.SIGKILL, time.Minute},
	} {
		c.cmd.Process.Signal(step.signal)
		select {
		case <-c.done:
			return nil
		case <-time.After(step.patience):
		}
	}
	return errStuck
}
