package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryTestThatAGuaranteeNamesExists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := exec.Command("grep", "-rhoE", "--include=*_test.go", `^func (Test|Fuzz)[A-Za-z0-9]+`, "../..").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text), -1)
	if len(names) < 40 {
		t.Errorf("%d tests are named", len(names))
	}
	for _, name := range names {
		if !strings.Contains(string(tests), "func "+name[1]+"\n") {
			t.Errorf("%s is named and does not exist", name[1])
		}
	}
	for _, story := range regexp.MustCompile("stor(?:y|ies) ((?:`[a-z_]+`(?:, )?)+)").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("[a-z_]+").FindAllString(story[1], -1) {
			if _, err := os.Stat(filepath.Join("testdata/script", name+".txtar")); err != nil {
				t.Errorf("the story %s: %v", name, err)
			}
		}
	}
}
