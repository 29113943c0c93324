package pgembed

import "syscall"

// endWithParent has the kernel stop the child when this process dies. SIGQUIT is Postgres's immediate shutdown: it
// waits for nobody, and the next start recovers what was committed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
