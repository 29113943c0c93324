package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncd/internal/schedule"
)

// Load reads the configuration at path and all that it refers to: environment variables, password files,
// certificates. Its error joins every fault, one line each; with an error there is no Config.
func Load(path string) (*Config, error) {
	data, err := readFile(path, longestConfig)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w, name the right file with -c or create it", err)
	}
	return parse(path, data).load()
}

// Draft is Load of a text that is about to be written to path. A password that cannot be read yet is left empty.
func Draft(path string, data []byte) (*Config, error) {
	d := parse(path, data)
	d.draft = true
	return d.load()
}

func (d *document) load() (*Config, error) {
	if d.root == nil && len(d.faults) > 0 {
		return nil, d.err()
	}
	d.validate()
	c, err := d.decode()
	if err != nil {
		return nil, err
	}
	environment := d.check(c)
	if err := errors.Join(d.err(), environment); err != nil {
		return nil, err
	}
	return c, nil
}

// defaults is the configuration of an empty file.
func defaults() *Config {
	every5, err := schedule.Parse("*/5 * * * *")
	if err != nil {
		panic(err) // a constant
	}
	return &Config{
		Database:    Database{URL: Embedded},
		Schedule:    every5,
		Read:        "auto",
		MinInterval: Duration(2 * time.Second),
		Parallel:    4,
		Timeouts: Timeouts{
			Connect:   Duration(10 * time.Second),
			FirstByte: Duration(time.Minute),
			Idle:      Duration(time.Minute),
			Call:      Duration(15 * time.Minute),
		},
		Limits:          Limits{Record: 16 << 20, Depth: 64, Answer: 2 << 30},
		MaxRemovedRatio: 0.5,
	}
}

// decode fills a Config over the defaults, and each pool over what the top level says. Broken values are left out, so
// that the checks that follow see all that is good.
func (d *document) decode() (*Config, error) {
	root, _ := d.sound("", d.root).(map[string]any)
	pools, _ := root["pools"].([]any)
	delete(root, "pools")
	c := defaults()
	c.Path = d.file
	if err := decode(root, c); err != nil {
		return nil, fmt.Errorf("%s: %w", d.file, err)
	}
	for _, pool := range pools {
		p := Pool{
			TLS: TLS{Mode: "verify"}, Schedule: c.Schedule, Timeouts: c.Timeouts, Limits: c.Limits,
			Read: c.Read, FullSchedule: c.FullSchedule, Follow: c.Follow, MinInterval: c.MinInterval,
			MaxRemovedRatio: c.MaxRemovedRatio, Classes: Classes{Exclude: slices.Clone(c.Classes.Exclude)},
		}
		if err := decode(pool, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", d.file, err)
		}
		p.FullSchedule = cmp.Or(p.FullSchedule, schedule.Hourly(p.Name))
		c.Pools = append(c.Pools, p)
	}
	return c, nil
}

// decode goes by JSON, whose decoder leaves alone what the text does not name.
func decode(value, into any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// sound is a copy of a value without what is broken in it; in a list, null takes its place.
func (d *document) sound(path string, value any) any {
	if d.broken[path] {
		return nil
	}
	switch v := value.(type) {
	case map[string]any:
		sound := map[string]any{}
		for key, below := range v {
			if s := d.sound(join(path, key), below); s != nil {
				sound[key] = s
			}
		}
		return sound
	case []any:
		sound := make([]any, len(v))
		for i, below := range v {
			sound[i] = d.sound(join(path, i), below)
		}
		return sound
	}
	return value
}

// cutNewline cuts the one newline that editors and echo leave behind.
func cutNewline(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
}
