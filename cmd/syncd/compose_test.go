package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"syncd/internal/config"
)

// No container engine runs where the tests do: what can be held without one is that the files fit each other.
func TestTheFilesOfTheComposeFileFitEachOther(t *testing.T) {
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Profiles    []string
			Build       struct{ Context, Target string }
			Environment map[string]string
			Volumes     []string
			DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
			HealthCheck any
		}
		Volumes map[string]any
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	environment, err := os.ReadFile("../../.env")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(environment), "COMPOSE_PROFILES=simulated\n") {
		t.Error(".env does not choose the profile simulated")
	}
	for name, s := range compose.Services {
		if s.Build.Target != "" && !strings.Contains(string(dockerfile), " AS "+s.Build.Target+"\n") {
			t.Errorf("%s builds %s, which the Dockerfile has not", name, s.Build.Target)
		}
		for other := range s.DependsOn {
			o, ok := compose.Services[other]
			_, stage, _ := strings.Cut(string(dockerfile), " AS "+o.Build.Target+"\n")
			stage, _, _ = strings.Cut(stage, "\nFROM ")
			if !ok || o.HealthCheck == nil && !strings.Contains(stage, "HEALTHCHECK") {
				t.Errorf("%s waits for the health of %s, which has no check of it", name, other)
			}
		}
		for _, v := range s.Volumes {
			source, _, _ := strings.Cut(v, ":")
			if !strings.HasPrefix(source, ".") {
				if _, ok := compose.Volumes[source]; !ok {
					t.Errorf("%s mounts the volume %s, which is not declared", name, source)
				}
			} else if s.Profiles[0] == "simulated" {
				if _, err := os.Stat(filepath.Join("../..", source)); err != nil {
					t.Errorf("%s mounts a file that is not there: %v", name, err)
				}
			}
		}
	}
	for name, value := range compose.Services["syncd"].Environment {
		t.Setenv(name, strings.ReplaceAll(value, "${SYNCD_DB_PASSWORD:-syncd}", "syncd"))
	}
	c, err := config.Load("../../configs/simulated.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if host := "http://xensim:8080"; c.Pools[0].URLs[0] != host || compose.Services["xensim"].Build.Target != "xensim" {
		t.Errorf("the pool is at %v, the service at %s", c.Pools[0].URLs, host)
	}
}
