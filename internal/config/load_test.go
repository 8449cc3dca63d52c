package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/telemetry"
)

// names lists the variables at fault.
func names(err error) []string {
	f, _ := errors.AsType[Faults](err)
	var out []string
	for _, x := range f {
		out = append(out, x.Name)
	}
	return out
}

func mustLoad(t *testing.T, environ ...string) Config {
	t.Helper()
	c, err := Load(environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	c := mustLoad(t, "IW_PROFILE=development", "PATH=/bin", "HOME=/root")
	if c.HTTP.Listen != "127.0.0.1:8080" || c.HTTP.Private != "127.0.0.1:9090" || c.Data != "./data" || c.Log != slog.LevelInfo || c.HTTP.Settle != 0 ||
		c.HTTP.PublicURL.String() != "http://127.0.0.1:8080" || c.Database.URL.Reveal() != "sqlite:data/intelliwiz.db" || !c.Servers.Redis.IsZero() ||
		c.HTTP.MaxBody != 1<<20 || c.Rates.SignInSource != (Rate{5, time.Minute, 10}) || c.Rates.SignInAccount != (Rate{5, 15 * time.Minute, 5}) {
		t.Errorf("got %+v", c)
	}
	if diff := cmp.Diff([]string{"localhost", "127.0.0.1", "::1"}, c.HTTP.Hosts); diff != "" {
		t.Error(diff)
	}
	c = mustLoad(t, "IW_PROFILE=test", "IW_LISTEN=0.0.0.0:81", "IW_DATA_DIR=/srv/iw")
	if c.HTTP.PublicURL.String() != "http://localhost:81" || c.Database.URL.Reveal() != "sqlite:/srv/iw/intelliwiz.db" {
		t.Errorf("got %s, %s", c.HTTP.PublicURL.String(), c.Database.URL.Reveal())
	}
	c = mustLoad(t, "IW_PUBLIC_URL=https://IW.example.com", "IW_HOSTS= A.example.com , b.example.com")
	if c.Profile != Production || c.HTTP.Settle != 5*time.Second {
		t.Errorf("without a word the profile is %s, settle %s", c.Profile, c.HTTP.Settle)
	}
	if diff := cmp.Diff([]string{"a.example.com", "b.example.com"}, c.HTTP.Hosts); diff != "" {
		t.Error(diff)
	}
	if c = mustLoad(t, "IW_PUBLIC_URL=https://iw.example.com"); !slices.Equal(c.HTTP.Hosts, []string{"iw.example.com"}) {
		t.Errorf("hosts %v", c.HTTP.Hosts)
	}
}

func TestEverySettingIsRead(t *testing.T) {
	c := mustLoad(t, "IW_PROFILE=production", "IW_PUBLIC_URL=https://iw.example.com/", "IW_TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.7,::1", "IW_MAX_BODY=2MiB",
		"IW_RATE_USER=7/2s burst 9", "IW_LOG_LEVEL=warn", "IW_ARGON_MEMORY=64MiB", "IW_DB_CONNS=33", "DATABASE_URL=postgres://app:verylongpass@db/iw?sslmode=verify-full", "IW_TLS_CERT=a", "IW_TLS_KEY=b",
		"IW_REDIRECT_LISTEN=:80", "IW_LISTEN=[::]:443", "IW_REQUEST_TIMEOUT=1m", "IW_TILE_URL=https://tiles.example.com/{z}/{x}/{y}.png")
	var proxies []string
	for _, p := range c.HTTP.Proxies {
		proxies = append(proxies, p.String())
	}
	if diff := cmp.Diff([]string{"10.0.0.0/8", "192.0.2.7/32", "::1/128"}, proxies); diff != "" {
		t.Error(diff)
	}
	if c.HTTP.MaxBody != 2<<20 || c.Rates.User != (Rate{7, 2 * time.Second, 9}) || c.Log != slog.LevelWarn || c.Password.Memory != 64<<20 || c.Database.Conns != 33 || c.HTTP.Time != time.Minute {
		t.Errorf("got %+v", c)
	}
}

func TestAllFaultsAtOnceAndNoValueShown(t *testing.T) {
	const canary = "canary-5ce1"
	environ := []string{"IW_PROFILE=production", "IW_PUBLIC_URL=http://iw.example.com"}
	for _, name := range []string{"IW_DB_CONNS", "IW_REQUEST_TIMEOUT", "IW_MAX_BODY", "IW_RATE_USER", "IW_DEBUG", "IW_TRUSTED_PROXIES", "IW_LOG_LEVEL"} {
		environ = append(environ, name+"="+canary)
	}
	_, err := Load(append(environ, "IW_LISTN=x", "IW_MAX_HEADER=", "IW_SMTP_URL_FILE=/none"), []string{"REDIS_URL=redis://:" + canary + "@h", "NONSENSE=" + canary})
	want := []string{"IW_DB_CONNS", "IW_DEBUG", "IW_LISTN", "IW_LOG_LEVEL", "IW_MAX_BODY", "IW_RATE_USER", "IW_REQUEST_TIMEOUT", "IW_SMTP_URL_FILE", "IW_TRUSTED_PROXIES", "NONSENSE", "REDIS_URL"}
	if diff := cmp.Diff(want, names(err)); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, canary) {
		t.Errorf("a value is shown: %s", text)
	}
	if !strings.Contains(err.Error(), "IW_LISTN is not a setting; IW_LISTEN is") {
		t.Errorf("no hint: %v", err)
	}
	_, err = Load([]string{"IW_PROFILE=production", "IW_PUBLIC_URL=http://iw.example.com/app", "IW_HOSTS=*", "IW_DEBUG=true", "IW_LOAD_TEST=1", "IW_LISTEN=8080", "IW_TLS_MIN=1.0",
		"IW_TLS_CERT=x", "IW_DB_CONNS=1", "IW_ARGON_TIME=101", "IW_MAIL_FROM=nobody", "CLAMD_URL=http://clamd", "DATABASE_URL=postgres://iw:" + canary + "@%zz/", "DATABASE_MIGRATE_URL=mysql://" + canary,
		"REDIS_URL=rediss://:password@h:1", "SMTP_URL=smtp://u:u@h", "BLOB_URL=" + canary, "IW_TRUSTED_PROXIES=0.0.0.0/0", "IW_SESSION_IDLE=13h", "IW_REDIRECT_LISTEN=:80",
		"IW_KEY_AUDIT=" + canary, "IW_KEY_LINKS=" + base64.StdEncoding.EncodeToString(make([]byte, 32)), "IW_PRIVATE_LISTEN=8080"}, nil)
	want = []string{"BLOB_URL", "CLAMD_URL", "DATABASE_MIGRATE_URL", "DATABASE_URL", "IW_ARGON_TIME", "IW_DB_CONNS", "IW_DEBUG", "IW_HOSTS", "IW_KEY_AUDIT", "IW_KEY_LINKS", "IW_LISTEN", "IW_LOAD_TEST",
		"IW_MAIL_FROM", "IW_PRIVATE_LISTEN", "IW_PRIVATE_LISTEN", "IW_PUBLIC_URL", "IW_PUBLIC_URL", "IW_SESSION_IDLE", "IW_TLS_KEY", "IW_TLS_MIN", "IW_TRUSTED_PROXIES", "REDIS_URL", "SMTP_URL"}
	if diff := cmp.Diff(want, names(err)); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(err.Error(), canary) {
		t.Errorf("a value is shown: %v", err)
	}
}

func TestProductionRefuses(t *testing.T) {
	good := []string{"IW_PUBLIC_URL=https://iw.example.com"}
	mustLoad(t, good...)
	for _, bad := range []string{"IW_PUBLIC_URL=http://iw.example.com", "IW_HOSTS=*", "IW_HOSTS=*.example.com", "IW_DEBUG=1", "IW_LOAD_TEST=true", "IW_TRUSTED_PROXIES=::/0", "IW_TYPO=1",
		"DATABASE_URL=postgres://postgres:postgres@localhost/d", "DATABASE_URL=postgres://iw:@127.0.0.1/d", "REDIS_URL=redis://:changeme@localhost", "IW_KEY_AUDIT=c2hvcnQ="} {
		if _, err := Load(append(slices.Clone(good), bad), nil); len(names(err)) != 1 {
			t.Errorf("%s: %v", bad, err)
		}
		if strings.HasPrefix(bad, "IW_KEY") {
			continue // refused everywhere
		}
		if c, err := Load([]string{"IW_PROFILE=development", bad}, nil); err != nil {
			t.Errorf("%s in development: %v", bad, err)
		} else if strings.HasPrefix(bad, "IW_TYPO") && len(c.Warnings) != 1 {
			t.Errorf("no warning of a typo: %v", c.Warnings)
		}
	}
	_, err := Load(nil, nil)
	if !slices.Equal(names(err), []string{"IW_PUBLIC_URL"}) || !strings.HasPrefix(err.Error(), "the configuration has a fault:\n  IW_PUBLIC_URL is needed") {
		t.Errorf("with nothing at all: %v", err)
	}
	same := "postgres://app:verylongpass@[::1]/iw"
	if _, err := Load(append(good, "DATABASE_URL="+same, "DATABASE_MIGRATE_URL="+same), nil); !slices.Equal(names(err), []string{"DATABASE_MIGRATE_URL"}) {
		t.Errorf("one role for both: %v", err)
	}
	mustLoad(t, append(good, "IW_TEST_REDIS=127.0.0.1:1")...)
	if _, err := Load([]string{"IW_PROFILE=prod"}, nil); !slices.Equal(names(err), []string{"IW_PROFILE"}) {
		t.Errorf("an unknown profile: %v", err)
	}
}

func TestSourcesAndTheirOrder(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	secret := put("redis", "redis://:longlonglong@h\n", 0o600)
	file := put("iw.conf", "# remark\n\nIW_PROFILE = test\nIW_DB_CONNS='20'\nIW_LISTEN=\"127.0.0.1:1\"\nIW_ARGON_TIME=3\nREDIS_URL_FILE="+secret+"\nIW_DEBUG=\n", 0o644)
	c, err := Load([]string{"IW_CONFIG=" + file, "IW_DB_CONNS=21", "IW_LISTEN=127.0.0.1:2"}, []string{"IW_LISTEN=127.0.0.1:3"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Profile != Test || c.HTTP.Listen != "127.0.0.1:3" || c.Database.Conns != 21 || c.Password.Passes != 3 || c.Servers.Redis.Reveal() != "redis://:longlonglong@h" || c.Debug {
		t.Errorf("got %+v", c)
	}
	got := map[string]Setting{}
	for _, s := range c.Explain() {
		got[s.Name] = s
	}
	for name, want := range map[string][2]string{
		"IW_LISTEN": {"127.0.0.1:3", "flag"}, "IW_DB_CONNS": {"21", "environment"}, "IW_ARGON_TIME": {"3", "file"}, "REDIS_URL": {telemetry.Mask, "file REDIS_URL_FILE"},
		"IW_DATA_DIR": {"./data", "default"}, "DATABASE_URL": {"sqlite:data/intelliwiz.db", "default"}, "SMTP_URL": {"", "default"}, "IW_PUBLIC_URL": {"http://127.0.0.1:3", "default"},
	} {
		if s := got[name]; s.Value != want[0] || s.Source != want[1] || s.Doc == "" {
			t.Errorf("%s: %+v, want %v", name, s, want)
		}
	}
}

func TestFaultsOfSources(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	empty := filepath.Join(dir, "empty")
	conf := filepath.Join(dir, "conf")
	key := "1:" + base64.StdEncoding.EncodeToString([]byte("\x01\x9a\xf1\x33\x52\x07\xc8\x90\x11\xee\x5d\x62\x7f\x83\xb4\xa5\xd6\xe7\xf8\x09\x1a\x2b\x3c\x4d\x5e\x6f\x70\x81\x92\xa3\xb5\xc4"))
	for p, text := range map[string]string{open: key, empty: "\n", conf: "IW_LISTEN 1\nIW_WHAT=1\nDATABSE_URL=x\n"} {
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Load([]string{"IW_PROFILE=development", "IW_CONFIG=" + conf, "IW_KEY_AUDIT_FILE=" + open, "SMTP_URL_FILE=" + empty, "BLOB_URL_FILE=" + dir + "/none", "REDIS_URL=x", "REDIS_URL_FILE=y"}, nil)
	want := []string{"BLOB_URL_FILE", "DATABSE_URL", "IW_CONFIG", "IW_KEY_AUDIT_FILE", "IW_WHAT", "REDIS_URL", "SMTP_URL_FILE"}
	if diff := cmp.Diff(want, names(err)); diff != "" {
		t.Errorf("%s%v", diff, err)
	}
	if strings.Contains(err.Error(), dir) {
		t.Errorf("a path is shown: %v", err)
	}
	if err := os.Chmod(open, 0o640); err != nil {
		t.Fatal(err)
	}
	if c := mustLoad(t, "IW_PROFILE=development", "IW_KEY_AUDIT_FILE="+open); c.Keys.Audit.Reveal() != key {
		t.Error("the key was not read from its file")
	}
	if _, err := Load([]string{"IW_PROFILE=test", "IW_CONFIG=" + dir + "/none"}, nil); !slices.Equal(names(err), []string{"IW_CONFIG"}) {
		t.Errorf("no file: %v", err)
	}
}

func TestLoadTestLiftsLimits(t *testing.T) {
	c := mustLoad(t, "IW_PROFILE=test", "IW_LOAD_TEST=true")
	if c.Rates.SignInSource != (Rate{5000, time.Minute, 10000}) || c.Password.Queue != 6400 {
		t.Errorf("got %+v, queue %d", c.Rates.SignInSource, c.Password.Queue)
	}
	if c = mustLoad(t, "IW_PROFILE=test", "IW_LOAD_TEST=true", "IW_RATE_USER=900000/1s"); c.Rates.User.Count != 1_000_000 {
		t.Errorf("beyond what can be counted: %+v", c.Rates.User)
	}
}

func TestEveryVariableIsDocumentedAndFindsItsField(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fieldsOf(&Config{}) {
		if f.tag.Get("doc") == "" || seen[f.name] || seen["field "+f.goName+f.typ.String()] {
			t.Errorf("%s lacks words, or stands twice, or shares its field's name and type with another", f.name)
		}
		seen[f.name], seen["field "+f.goName+f.typ.String()] = true, true
		if d := f.tag.Get("default"); d != "" {
			if _, err := Load([]string{"IW_PROFILE=test", f.name + "=" + d}, nil); err != nil && f.name != "IW_PROFILE" {
				t.Errorf("the default of %s is at fault: %v", f.name, err)
			}
		}
		if f.name == "IW_PROFILE" || f.typ.Kind() == reflect.String || f.secret() || f.typ.Kind() == reflect.Slice && f.typ.Elem().Kind() == reflect.String {
			continue
		}
		if _, err := Load([]string{"IW_PROFILE=test", f.name + "=:no such value"}, nil); !slices.Equal(names(err), []string{f.name}) {
			t.Errorf("%s takes nonsense, or names another: %v", f.name, err)
		}
	}
	table := Table()
	for name := range seen {
		if !strings.HasPrefix(name, "field ") && !strings.Contains(table, "| `"+name+"` |") {
			t.Errorf("the table lacks %s", name)
		}
	}
	if !strings.Contains(table, "| `IW_SETTLE_TIME` | `5s` (`0s` outside production) |") {
		t.Error("the table does not say what differs between profiles")
	}
}

func TestTypes(t *testing.T) {
	for text, want := range map[string]Size{"0": 0, "512": 512, "64KiB": 64 << 10, "3 MiB": 3 << 20, "2GiB": 2 << 30} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: %d, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "-1", "1KB", "MiB", "99999999999999GiB"} {
		if new(Size).UnmarshalText([]byte(text)) == nil {
			t.Errorf("size %q taken", text)
		}
	}
	for _, text := range []string{"", "5", "5/", "/1m", "0/1m", "5/0s", "-5/1m", "5/1m burst 0", "5/1m burst x", "5/1m  10", "2000000/1s", "5000/1ms"} {
		if new(Rate).UnmarshalText([]byte(text)) == nil {
			t.Errorf("rate %q taken", text)
		}
	}
	for _, text := range []string{"", "7", "7/4", "7/4/x", "-1/0/0", "7/4/6/1", "9999/0/0"} {
		if new(Keep).UnmarshalText([]byte(text)) == nil {
			t.Errorf("backups %q taken", text)
		}
	}
}

// TestASettingOfBeforeStopsNobody: who takes a new version is told what to take away, wherever it stands.
func TestASettingOfBeforeStopsNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(file, []byte("IW_KEY_SESSION_FILE=/run/key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{"IW_KEY_SESSION=x", "IW_KEY_SESSION_FILE=/run/key", "IW_CONFIG=" + file} {
		c := mustLoad(t, "IW_PUBLIC_URL=https://iw.example.com", "IW_BACKUP_EVERY=0s", given)
		if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "is of no use any more") {
			t.Errorf("%s: %v", given, c.Warnings)
		}
	}
}

func TestARetentionKeepsAYearAtLeast(t *testing.T) {
	for _, months := range []string{"11", "-1", "1201"} {
		if _, err := Load([]string{"IW_PROFILE=test", "IW_RETAIN_ANSWERS=" + months, "IW_RETAIN_TRAIL=" + months}, nil); !reflect.DeepEqual(names(err), []string{"IW_RETAIN_ANSWERS", "IW_RETAIN_TRAIL"}) {
			t.Errorf("%s months: %v", months, err)
		}
	}
	for url, warnings := range map[string]int{"sqlite:x.db": 1, "postgres://x@localhost/x": 0} {
		if c := mustLoad(t, "IW_PROFILE=test", "IW_RETAIN_TRAIL=12", "DATABASE_URL="+url); len(c.Warnings) != warnings {
			t.Errorf("%s: %q", url, c.Warnings)
		}
	}
}
