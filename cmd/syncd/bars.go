package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"syncd/internal/model"
)

const (
	manyPools = 10 // from here on the line of a pass goes when it ends: the screen may not be high enough
	nameWidth = 24
)

// barWidth is one cell a class, within brackets; more where classes are left out.
var barWidth = len(model.Classes) + 2

// bars is a display of a line a pool. They are gone once it is closed.
type bars struct {
	console *console
	colour  bool
	many    bool

	mu  sync.Mutex
	all []*mpb.Bar
}

func newBars(c *console, pools int, colour bool) *bars {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bars = mpb.New(mpb.WithOutput(c.out), mpb.WithWidth(barWidth))
	return &bars{console: c, colour: colour, many: pools >= manyPools}
}

// show adds the line of a pass. In a narrow terminal the bar goes first, then what is to the right of it.
func (b *bars) show(pool string, p *progress) (ended func()) {
	const (
		left  = decor.DSyncWidthR
		right = decor.DSyncSpace
	)
	column := func(width, align int, text func(v view) string) decor.Decorator {
		return decor.Any(func(decor.Statistics) string { return text(p.view(time.Now())) }, decor.WC{W: width, C: align})
	}
	if name := []rune(pool); len(name) > nameWidth {
		pool = string(name[:nameWidth-1]) + "…"
	}
	doing := column(len(" VM_guest_metrics"), left, func(v view) string { return " " + v.doing })
	if b.colour {
		doing = decor.Meta(doing, func(s string) string { return coloured(p.view(time.Now()), s) })
	}
	bar, err := b.console.bars.Add(int64(len(p.all)), mpb.BarStyle().Build(),
		mpb.PrependDecorators(
			decor.Name(pool, decor.WCSyncWidthR),
			column(len(" 48/48"), right, classesOf),
			doing,
		),
		mpb.BarFillerMiddleware(func(filler mpb.BarFiller) mpb.BarFiller {
			return mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
				s.Current = filled(p.view(time.Now()))
				return filler.Fill(w, s)
			})
		}),
		mpb.AppendDecorators(
			column(len("123456 rows"), left, func(v view) string { return fmt.Sprintf("%d rows", v.rows) }),
			column(len(" 12345/s"), right, func(v view) string { return fmt.Sprintf("%.0f/s", v.rate) }),
			column(len(" 1m10s"), right, func(v view) string { return v.elapsed.Round(time.Second).String() }),
		),
	)
	if err != nil {
		return func() {} // the terminal went away
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, bar)
	return func() {
		if b.many {
			bar.Abort(true)
		}
	}
}

// classesOf is how many classes were read; of a pass that reads what changed nobody knows how much that is.
func classesOf(v view) string {
	if v.changes {
		return ""
	}
	return fmt.Sprintf("%d/%d", v.classes, v.of)
}

// filled is how many cells of the bar are full.
func filled(v view) int64 {
	switch {
	case !v.changes:
		return int64(v.classes)
	case v.doing == "ok":
		return int64(v.of)
	}
	return 0
}

func coloured(v view, s string) string {
	switch {
	case !v.ended:
		return s
	case v.doing == "ok":
		return "\x1b[32m" + s + "\x1b[0m"
	}
	return "\x1b[31m" + s + "\x1b[0m"
}

// close takes the lines away. Nothing is written meanwhile: what was written before appears with the last drawing.
func (b *bars) close() {
	c := b.console
	c.mu.Lock()
	defer c.mu.Unlock()
	// The last bar to go makes mpb draw once more, with what was written since it did so before.
	if last, err := c.bars.Add(1, nil); err == nil {
		b.all = append(b.all, last)
	}
	for _, bar := range b.all {
		bar.Abort(true)
	}
	c.bars.Wait()
	c.bars = nil
}
