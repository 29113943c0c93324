package schedule

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // see the package comment

	"github.com/robfig/cron/v3"
)

// Schedule is a series of instants. The zero Schedule never comes.
type Schedule struct {
	spec string
	when cron.Schedule
}

// parser takes five fields or a descriptor: no seconds.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// epoch is where Parse starts to look for a first instant. Any fixed day would do: the parser looks five years
// ahead, and the rarest day there is, 29 February, comes within four.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// Parse reads a cron expression: five fields (minute, hour, day of month, month, day of week), or a descriptor
// (@hourly, @daily, @weekly, @monthly, @yearly, @every 90s), either with CRON_TZ=Europe/Berlin in front. The shortest
// @every is a second; a fraction of a second beyond that is cut off.
func Parse(spec string) (Schedule, error) {
	fields := strings.Fields(spec)
	if len(fields) == 0 {
		return Schedule{}, errors.New(`is empty, write five cron fields such as "*/5 * * * *" or @every 90s`)
	}
	zone := "CRON_TZ=UTC"
	if name, value, ok := strings.Cut(fields[0], "="); ok && (name == "TZ" || name == "CRON_TZ") {
		// The parser panics when nothing follows the zone, takes no zone for UTC, and takes Local, which differs
		// from machine to machine.
		zone, fields = fields[0], fields[1:]
		if _, err := time.LoadLocation(value); err != nil || value == "" || value == "Local" {
			return Schedule{}, fmt.Errorf("unknown time zone %q, write one such as CRON_TZ=Europe/Berlin", value)
		}
		if len(fields) == 0 {
			return Schedule{}, fmt.Errorf(`a time zone alone is no schedule, write five cron fields after it: "%s */5 * * * *"`, zone)
		}
	}
	expression := strings.Join(fields, " ")
	if err := checkEvery(expression); err != nil {
		return Schedule{}, err
	}
	when, err := parser.Parse(zone + " " + expression)
	if err != nil {
		return Schedule{}, fmt.Errorf(`%q is no schedule (%w), write five cron fields such as "*/5 * * * *" or @every 90s`, expression, err)
	}
	if when.Next(epoch).IsZero() {
		return Schedule{}, fmt.Errorf("%q never comes, name a day that its months have", expression)
	}
	return Schedule{spec: strings.Join(strings.Fields(spec), " "), when: when}, nil
}

// Hourly comes once an hour, at a minute that follows from name: many names are spread over the hour, and each keeps its
// minute, on every machine.
func Hourly(name string) Schedule {
	sum := sha256.Sum256([]byte(name))
	s, err := Parse(fmt.Sprintf("%d * * * *", binary.BigEndian.Uint16(sum[:])%60))
	if err != nil {
		panic(err) // it is always a minute
	}
	return s
}

// checkEvery refuses what the parser would quietly make a second of.
func checkEvery(expression string) error {
	text, ok := strings.CutPrefix(expression, "@every ")
	if !ok {
		return nil
	}
	if every, err := time.ParseDuration(text); err == nil && every < time.Second {
		return fmt.Errorf("@every %s is too often, the shortest is @every 1s", text)
	}
	return nil
}

// Next is the first instant after t, in t's location.
func (s Schedule) Next(t time.Time) time.Time {
	if s.when == nil {
		return time.Time{}
	}
	return s.when.Next(t)
}

// String is the expression as it was written, with single spaces.
func (s Schedule) String() string { return s.spec }

// UnmarshalText is Parse, for decoders.
func (s *Schedule) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
