package torture

import (
	"fmt"
	"syscall"
	"testing"
)

// mount puts a file system of a size, in memory, on a folder.
func mount(dir string, size int64) error {
	return syscall.Mount("syncd-torture", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=711", size))
}

func unmount(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }

// free is the room that a file system has left.
func free(t *testing.T, dir string) int64 {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	return int64(s.Bavail) * s.Bsize
}
