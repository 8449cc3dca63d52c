package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

// each runs a test on every kind of store.
func each(t *testing.T, test func(t *testing.T, s blob.Store)) {
	t.Run("disk", func(t *testing.T) {
		d, err := blob.NewDisk(filepath.Join(t.TempDir(), "files"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) {
		s, err := blob.Open(testworld.NewBucket(t).Address(), "")
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

func read(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	r, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWhatIsPutIsThereUntilItIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		ctx := t.Context()
		const key = "t0190/ab/0190c3a4-7b1e.jpg"
		if _, err := s.Open(ctx, key); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before: %v", err)
		}
		for _, content := range []string{"", "first", strings.Repeat("second ", 100_000)} {
			if err := s.Put(ctx, key, strings.NewReader(content), int64(len(content))); err != nil {
				t.Fatal(err)
			}
			if got := read(t, s, key); got != content {
				t.Errorf("%d bytes became %d", len(content), len(got))
			}
		}
		r, err := s.Open(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if n, err := r.Seek(-7, io.SeekEnd); n != 700_000-7 || err != nil {
			t.Errorf("seek: %d %v", n, err)
		}
		if tail, err := io.ReadAll(r); string(tail) != "second " || err != nil {
			t.Errorf("the end is %q, %v", tail, err)
		}
		for range 2 {
			if err := s.Delete(ctx, key); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Open(ctx, key); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after: %v", err)
		}
	})
}

func TestWhatFailsHalfWayLeavesWhatWasThere(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		const key = "t/old"
		if err := s.Put(t.Context(), key, strings.NewReader("old"), 3); err != nil {
			t.Fatal(err)
		}
		broken := errors.New("the connection broke")
		for what, r := range map[string]io.Reader{
			"too short": strings.NewReader("new"), "broken": io.MultiReader(strings.NewReader("new"), iotest.ErrReader(broken)),
		} {
			if err := s.Put(t.Context(), key, r, 10); err == nil {
				t.Errorf("%s: taken", what)
			}
		}
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(stopped, key, strings.NewReader("new"), 3); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if got := read(t, s, key); got != "old" {
			t.Errorf("now it is %q", got)
		}
	})
}

// TestEachKeyIsToldOf, page by page where the place has pages, until somebody has heard enough.
func TestEachKeyIsToldOf(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		want := []string{"a/one.jpg", "a/two", "b", "c", "d/e/f"}
		for n, key := range want {
			if err := s.Put(t.Context(), key, strings.NewReader("12345"[:n]), int64(n)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := s.Each(t.Context(), func(i blob.Info) error {
			if i.Size != int64(slices.Index(want, i.Key)) || i.At.IsZero() {
				t.Errorf("%+v", i)
			}
			got = append(got, i.Key)
			return nil
		})
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
		enough, calls := errors.New("enough"), 0
		if err := s.Each(t.Context(), func(blob.Info) error { calls++; return enough }); !errors.Is(err, enough) || calls != 1 {
			t.Errorf("%v after %d", err, calls)
		}
	})
}

func TestKeysAreNoWayOut(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		for _, key := range []string{"", ".", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", "a\x00b", ".staging/x", "a/.b", "a b", "ä", "A", `a\b`, "a.jpg/b", "x.tar.gz", strings.Repeat("a", 201)} {
			if err := s.Put(t.Context(), key, strings.NewReader("x"), 1); err == nil {
				t.Errorf("put %q", key)
			}
			if _, err := s.Open(t.Context(), key); err == nil || fault.KindOf(err) == fault.NotFound {
				t.Errorf("open %q: %v", key, err)
			}
			if err := s.Delete(t.Context(), key); err == nil {
				t.Errorf("delete %q", key)
			}
		}
	})
}

func TestAFolderIsForItsAccountAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	d, err := blob.Open("file://"+dir, "unused")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "a/b/c.png", bytes.NewReader(make([]byte, 5)), 5); err != nil {
		t.Fatal(err)
	}
	err = d.Put(t.Context(), "a/b/d.png", strings.NewReader("x"), 2)
	if err == nil {
		t.Error("a short one is taken")
	}
	var names []string
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		info, err2 := e.Info()
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		rel, _ := filepath.Rel(dir, path)
		names = append(names, rel)
		return errors.Join(err, err2)
	})
	if got := strings.Join(names, " "); err != nil || got != ". .staging a a/b a/b/c.png" {
		t.Errorf("the folder has %s, %v", got, err)
	}

	// A crash leaves something half written: it goes a day later, at a start.
	for name, age := range map[string]time.Duration{"old": 25 * time.Hour, "young": time.Hour} {
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(filepath.Join(dir, ".staging", name), nil, 0o600), os.Chtimes(filepath.Join(dir, ".staging", name), at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := blob.NewDisk(dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, ".staging"))
	if err != nil || len(left) != 1 || left[0].Name() != "young" {
		t.Errorf("left: %v %v", left, err)
	}
	// A link put there leads nowhere outside.
	secret := filepath.Join(t.TempDir(), "secret")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.Symlink(secret, filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open(t.Context(), "link"); err == nil {
		t.Error("a link leads out")
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"ftp://x", "s3://", "s3://b?speed=9", "s3://b?prefix=../x", "s3://b?endpoint=http://x/y", "s3://k:hunter2\x7f@b", "file:" + file} {
		if _, err := blob.Open(address, ""); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"s3://bucket", "s3://k:s@bucket?endpoint=minio:9000&tls=off&region=x&prefix=/a/"} {
		if _, err := blob.Open(address, ""); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestLinksHoldForAWhile(t *testing.T) {
	now := clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
	old, fresh := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	before := blob.NewSigner(func() [][]byte { return [][]byte{old} }, now.Now)
	s := blob.NewSigner(func() [][]byte { return [][]byte{fresh, old} }, now.Now)
	link := s.Sign([]byte("a file"), now.Now().Add(time.Minute))
	for what, text := range map[string]string{"fresh": link, "of the key before": before.Sign([]byte("a file"), now.Now().Add(time.Minute))} {
		if got, err := s.Check(text); string(got) != "a file" || err != nil {
			t.Errorf("%s: %q %v", what, got, err)
		}
	}
	if _, err := before.Check(link); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another key's: %v", err)
	}
	for i := range link {
		for _, c := range []byte("Ax_") {
			text := link[:i] + string(c) + link[i+1:]
			if _, err := s.Check(text); text != link && fault.KindOf(err) != fault.NotFound {
				t.Fatalf("changed at %d: %v", i, err)
			}
		}
	}
	for _, text := range []string{"", "x", link + "A", link[:len(link)-4], "%", link + "="} {
		if _, err := s.Check(text); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", text, err)
		}
	}
	now.Advance(time.Minute)
	if _, err := s.Check(link); fault.KindOf(err) != fault.NotFound {
		t.Errorf("late: %v", err)
	}
}
