package main

import (
	"io"
	"os"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"golang.org/x/term"
)

// display shows passes that are under way.
type display interface {
	show(pool string, p *progress) (ended func())
	close()
}

// display is a line a pool that is drawn again and again where stderr is a terminal, else a line of the log now and then.
func (p *program) display(pools int) display {
	if file, ok := p.console.out.(*os.File); ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb" {
		return newBars(p.console, pools, os.Getenv("NO_COLOR") == "")
	}
	return newLines(p.log)
}

// console is where the log is written to: above the bars while some are drawn, so that each line stays whole.
type console struct {
	out io.Writer

	mu   sync.Mutex
	bars *mpb.Progress // nil while none are drawn
}

// Write takes whole lines.
func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bars != nil {
		if n, err := c.bars.Write(b); err == nil {
			return n, nil
		} // else the terminal went away, and they with it
	}
	return c.out.Write(b)
}
