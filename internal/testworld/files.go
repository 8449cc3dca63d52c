package testworld

import (
	"bytes"
	"path/filepath"
	"strings"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/file"
	"intelliwiz/internal/id"
)

// openFiles makes the service of files in a folder of the test; sites, locations, assets and tickets have files.
func (w *World) openFiles() {
	w.t.Helper()
	dir := w.t.TempDir()
	disk, err := blob.NewDisk(filepath.Join(dir, "files"))
	w.must(err)
	w.t.Cleanup(func() { w.must(disk.Close()) })
	w.Files, err = file.New(file.Config{
		DB: w.DB, Journal: w.Journal, Jobs: w.Jobs, Blobs: disk, Links: blob.NewSigner(func() [][]byte { return [][]byte{bytes.Repeat([]byte{3}, 32)} }, w.Clock.Now), Now: w.Clock.Now,
		Log: w.Logger(), Scratch: filepath.Join(dir, "uploads"), Max: 1 << 20, Quota: 50 << 20,
	})
	w.must(err)
	w.Files.Own("site", w.Org.FileAccess)
	w.Files.Own("location", w.Asset.LocationAccess)
	w.Files.Own("asset", w.Asset.Access)
	w.Files.Own("ticket", w.Ticket.FileAccess)
	w.Files.Own("task", w.Tasks.FileAccess, file.Recordings)
}

// File adds a file to a record of a noun that has files.
func (x *Tenant) File(noun string, owner interface{ Bytes() [16]byte }, name, content string) file.File {
	x.w.t.Helper()
	f, err := x.w.Files.Upload(x.w.t.Context(), x.System, noun, id.Of[id.Any](owner.Bytes()), name, strings.NewReader(content))
	x.w.must(err)
	return f
}
