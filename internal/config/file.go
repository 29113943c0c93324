package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// What is read at most: far more than anybody writes by hand.
const (
	longestConfig   = 64 << 20 // parse takes less
	longestPassword = 64 << 10
)

// readFile reads a file that ends. A pipe might never, and no signal interrupts whoever waits for it.
func readFile(path string, longest int64) ([]byte, error) {
	const endless = fs.ModeNamedPipe | fs.ModeSocket | fs.ModeDevice | fs.ModeCharDevice | fs.ModeIrregular
	if info, err := os.Stat(path); err == nil && info.Mode()&endless != 0 {
		return nil, fmt.Errorf("%s is a pipe or a device (<(command) of a shell is one) and no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err == nil && int64(len(data)) > longest {
		return nil, fmt.Errorf("%s has more than %d bytes", path, longest)
	}
	return data, err
}
