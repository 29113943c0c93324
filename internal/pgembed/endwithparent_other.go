//go:build !linux

package pgembed

import "syscall"

// endWithParent does nothing: only Linux can. Here the next Start stops the server that server.lock names.
func endWithParent(*syscall.SysProcAttr) {}
