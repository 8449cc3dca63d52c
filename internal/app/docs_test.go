package app

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDocumentedCommandsRun runs every line of every ```sh block of the README and of docs, in the order of the page, against one data folder
// a page; a page with curl in it has a running demo, whose address and token are in URL and TOKEN. `make` commands that a page
// names in code must exist.
func TestDocumentedCommandsRun(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for page, text := range documents(t) {
		t.Run(strings.ReplaceAll(page, "/", "_"), func(t *testing.T) {
			dir := t.TempDir()
			env := append(environment(dir), "PATH="+filepath.Dir(path)+":"+os.Getenv("PATH"))
			blocks := shell.FindAllStringSubmatch(text, -1)
			if strings.Contains(strings.Join(flat(blocks), "\n"), "curl ") {
				p := startDemo(t, t.TempDir())
				token, _, _, _ := p.account(0, "administrator")
				env = append(env, "URL="+p.start.URL, "TOKEN="+token)
			}
			for _, block := range flat(blocks) {
				for _, line := range strings.Split(strings.TrimSpace(strings.ReplaceAll(block, "\\\n", " ")), "\n") {
					runDocumented(t, dir, env, line)
					ran++
				}
			}
		})
		for _, target := range makeTarget.FindAllStringSubmatch(text, -1) {
			if out, err := exec.Command("make", "-C", "../..", "-n", target[1]).CombinedOutput(); err != nil {
				t.Errorf("%s names `make %s`: %s", page, target[1], out)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d documented commands were found", ran)
	}
}

var (
	shell      = regexp.MustCompile("(?s)```sh\n(.*?)```")
	makeTarget = regexp.MustCompile("`make ([a-z]+)`")
)

func flat(matches [][]string) []string {
	var out []string
	for _, m := range matches {
		out = append(out, m[1])
	}
	return out
}

// runDocumented runs one line as a reader would, with curl told to fail on a refusal.
func runDocumented(t *testing.T, dir string, env []string, line string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", strings.ReplaceAll(line, "curl -s ", "curl -sS --fail-with-body "))
	cmd.Dir, cmd.Env = dir, append([]string{"IW_PROFILE=development"}, env...)
	if strings.Contains(line, "IW_PUBLIC_URL") {
		cmd.Env = withoutLoadTest(env)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s\n%v\n%s", line, err, out)
	}
	if strings.Contains(line, "/graphql") && strings.Contains(string(out), `"errors"`) {
		t.Errorf("%s\nanswers with errors: %s", line, out)
	}
}

// withoutLoadTest leaves out what production refuses.
func withoutLoadTest(env []string) []string {
	var out []string
	for _, e := range env {
		if !strings.HasPrefix(e, "IW_LOAD_TEST=") {
			out = append(out, e)
		}
	}
	return out
}

// documents gives the Markdown pages of the project by their path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	read := func(path string) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimPrefix(path, "../../")] = string(raw)
	}
	read("../../README.md")
	err := filepath.WalkDir("../../docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".md") {
			read(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLinksBetweenDocumentsLead: every link to a file of the project finds one.
func TestLinksBetweenDocumentsLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	for page, text := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../..", filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
}
