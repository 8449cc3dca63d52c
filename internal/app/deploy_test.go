package app

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
)

// TestTheImageIsEmptyButForTheBinary: no shell, no root, nothing secret, and the binary asks itself whether it is ready.
func TestTheImageIsEmptyButForTheBinary(t *testing.T) {
	text := read(t, "../../ops/Dockerfile")
	stages := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(text, -1)
	if len(stages) != 2 || stages[1][1] != "scratch" {
		t.Fatalf("the last stage is not empty: %v", stages)
	}
	last := text[strings.LastIndex(text, "\nFROM "):]
	for _, want := range []string{"USER 65532:65532", `HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/intelliwiz", "health"]`, "VOLUME /data", `ENTRYPOINT ["/intelliwiz"]`} {
		if !strings.Contains(last, want) {
			t.Errorf("the image lacks %s", want)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^ENV (.*)$|^ARG (.*)$`).FindAllString(text, -1) {
		if regexp.MustCompile(`(?i)secret|password|key|token|_url`).MatchString(m) {
			t.Errorf("the image would carry a secret: %s", m)
		}
	}
	if regexp.MustCompile(`(?m)^RUN`).MatchString(last) {
		t.Error("the last stage runs something, and there is nothing to run it with")
	}
}

// TestTheComposeFileGivesTheProductNoMoreThanItNeeds: no root file system, no right, secrets from files.
func TestTheComposeFileGivesTheProductNoMoreThanItNeeds(t *testing.T) {
	var c struct {
		Services map[string]struct {
			Profiles, Secrets []string
			ReadOnly          bool     `yaml:"read_only"`
			CapDrop           []string `yaml:"cap_drop"`
			Security          []string `yaml:"security_opt"`
			Environment       map[string]string
			Health            map[string]any `yaml:"healthcheck"`
		}
		Secrets map[string]map[string]string
	}
	understand(t, "../../ops/compose.yaml", &c)
	p := c.Services["intelliwiz"]
	if !p.ReadOnly || !slices.Equal(p.CapDrop, []string{"ALL"}) || !slices.Contains(p.Security, "no-new-privileges:true") {
		t.Errorf("the product may do more than it needs: %+v", p)
	}
	for name, value := range p.Environment {
		if strings.Contains(value, "@") || strings.Contains(name, "DATABASE") && !strings.HasSuffix(name, "_FILE") {
			t.Errorf("%s bears a secret", name)
		}
	}
	for _, name := range []string{"intelliwiz", "postgres", "redis"} {
		s := c.Services[name]
		if !slices.Equal(s.Profiles, []string{"product"}) || name != "intelliwiz" && len(s.Health) == 0 {
			t.Errorf("%s: %+v", name, s)
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret]["file"] == "" {
				t.Errorf("%s asks for the secret %s, which there is not", name, secret)
			}
		}
	}
}

// TestTheUnitForSystemdMayDoNothingElse: what systemd can take away is taken away.
func TestTheUnitForSystemdMayDoNothingElse(t *testing.T) {
	unit := read(t, "../../ops/intelliwiz.service")
	for _, want := range []string{"DynamicUser=yes", "ProtectSystem=strict", "ProtectHome=yes", "NoNewPrivileges=yes", "PrivateDevices=yes", "CapabilityBoundingSet=\n", "SystemCallFilter=@system-service", "MemoryDenyWriteExecute=yes", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "UMask=0077"} {
		if !strings.Contains(unit, want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	if tool, err := exec.LookPath("systemd-analyze"); err == nil { // it is not on every machine; the lines above are looked at on all
		if out, err := exec.Command(tool, "verify", "--man=no", "../../ops/intelliwiz.service").CombinedOutput(); err != nil && !strings.Contains(string(out), "is not executable") {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// TestRolesOfPostgreSQLAreThoseThatProductionTakes: the file of roles is run, the schema is made by the owner, and production starts.
func TestRolesOfPostgreSQLAreThoseThatProductionTakes(t *testing.T) {
	super, err := url.Parse(dbtest.URL(t, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"owner", "login", "backup"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("quartz-"+name+"-turnstile"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Roles are the whole server's, and other tests run on it: these have names of their own.
	suffix := strings.ToLower(filepath.Base(super.Path))
	text := read(t, "../../ops/postgres/roles.sql")
	own := strings.NewReplacer("create role iw_app nologin;\n", "", "create role iw_sys nologin;\n", "", "iw_owner", "owner_"+suffix, "iw_login", "login_"+suffix, "iw_backup", "backup_"+suffix, "database intelliwiz", "database roles_"+suffix).Replace(text)
	cmd := exec.Command("psql", "-q", "-d", super.String())
	cmd.Stdin, cmd.Env = strings.NewReader(own), append(os.Environ(), "OWNER_PASSWORD_FILE="+filepath.Join(dir, "owner"), "LOGIN_PASSWORD_FILE="+filepath.Join(dir, "login"), "BACKUP_PASSWORD_FILE="+filepath.Join(dir, "backup"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() {
		dbtest.Exec(t, super.String(), "drop database roles_"+suffix+" with (force)", "drop role backup_"+suffix, "drop role login_"+suffix, "drop role owner_"+suffix)
	})
	as := func(role, password string) string {
		u := *super
		u.Path, u.User = "/roles_"+suffix, url.UserPassword(role+"_"+suffix, password)
		return u.String()
	}
	env := []string{"IW_DATA_DIR=" + dir, "IW_PUBLIC_URL=https://iw.example.com", "IW_LISTEN=127.0.0.1:0", "DATABASE_URL=" + as("login", "quartz-login-turnstile"), "DATABASE_MIGRATE_URL=" + as("owner", "quartz-owner-turnstile")}
	var out bytes.Buffer
	if err := os.MkdirAll(filepath.Join(dir, backups), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, backups, "last"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"migrate"}, {"tenant", "create", "--code", "ACME", "--name", "Acme", "--zone", "Asia/Kolkata"}, {"audit", "verify"}, {"upgrade", "check"}} {
		if code := Main(t.Context(), Env{Args: args, Environ: env, In: strings.NewReader(""), Out: &out, Err: &out}); code != exitOK {
			t.Fatalf("%v ended with %d: %s", args, code, out.String())
		}
	}
}
