package incident

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// The last two parts of an archive: what it holds, and the signature of that.
const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
)

// Manifest says what an archive holds.
type Manifest struct {
	What    string    `json:"what"` // evidence, export
	Tenant  id.Tenant `json:"tenant"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	Made    time.Time `json:"made_at"`
	Version string    `json:"version"` // of the product
	Key     string    `json:"key"`     // the public key of the signature, hexadecimal
	Parts   []Part    `json:"parts"`
}

// Part is a file of an archive.
type Part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	Lines  int64  `json:"lines,omitzero"` // records
	SHA256 string `json:"sha256"`
}

// archive is a tar that is being written. The size of a part stands before it there, so that a part is made in a scratch file first.
type archive struct {
	s     *Service
	out   *tar.Writer
	m     Manifest
	open  string // the part that lines are added to
	file  *os.File
	lines *bufio.Writer
	sum   hash.Hash
	count int64
}

func (s *Service) archive(out io.Writer, m Manifest) *archive {
	m.Made, m.Version = s.c.Now(), s.c.Version
	m.Key = hex.EncodeToString(s.signer().Public().(ed25519.PublicKey))
	return &archive{s: s, out: tar.NewWriter(out), m: m}
}

// part adds a part whose lines write gives.
func (a *archive) part(name string, write func(line func(any) error) error) error {
	if err := a.begin(name); err != nil {
		return err
	}
	return write(func(v any) error { return a.add(name, v) })
}

// begin ends the part before and begins another.
func (a *archive) begin(name string) (err error) {
	if err := a.end(); err != nil {
		return err
	}
	if a.file, err = os.CreateTemp(a.s.c.Scratch, "archive-"); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	a.open, a.sum, a.count = name, sha256.New(), 0
	a.lines = bufio.NewWriter(io.MultiWriter(a.file, a.sum))
	return nil
}

// add writes a record as a line of a part, which it begins if it is another than that before.
func (a *archive) add(name string, record any) error {
	if a.open != name {
		if err := a.begin(name); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	a.count++
	_, err = a.lines.Write(append(raw, '\n'))
	return err
}

// copy adds a part that is no lines.
func (a *archive) copy(name string, content io.Reader) error {
	if err := a.begin(name); err != nil {
		return err
	}
	_, err := io.Copy(a.lines, content)
	return err
}

// end writes the part that is open into the tar.
func (a *archive) end() error {
	if a.file == nil {
		return nil
	}
	defer a.clean()
	if err := a.lines.Flush(); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	size, err := a.file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = a.file.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = a.put(a.open, size, a.file)
	}
	a.m.Parts = append(a.m.Parts, Part{a.open, size, a.count, hex.EncodeToString(a.sum.Sum(nil))})
	return err
}

func (a *archive) put(name string, size int64, content io.Reader) error {
	err := a.out.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: a.m.Made, Format: tar.FormatPAX})
	if err == nil {
		_, err = io.Copy(a.out, content)
	}
	return err
}

// clean takes the scratch file away.
func (a *archive) clean() {
	if a.file != nil {
		_ = a.file.Close()           // what it held is in the archive, or not wanted any more
		_ = os.Remove(a.file.Name()) // the folder is emptied at the next start anyway
		a.file, a.open = nil, ""
	}
}

// close writes the manifest and its signature.
func (a *archive) close() (Manifest, error) {
	if err := a.end(); err != nil {
		return Manifest{}, err
	}
	raw, err := json.MarshalIndent(a.m, "", "  ")
	if err != nil {
		return Manifest{}, err
	}
	signature := hex.EncodeToString(ed25519.Sign(a.s.signer(), raw))
	err = errors.Join(a.put(manifestName, int64(len(raw)), bytes.NewReader(raw)), a.put(signatureName, int64(len(signature)), strings.NewReader(signature)), a.out.Close())
	return a.m, err
}

// Verify reads an archive and holds every part against the manifest, and that against one of the keys, which are public ones. Conflict says what is not as it
// was written.
func Verify(in io.Reader, keys []ed25519.PublicKey) (Manifest, error) {
	found := map[string]Part{}
	var raw, signature []byte
	t := tar.NewReader(in)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Manifest{}, broken("The archive is not whole.", err)
		}
		switch h.Name {
		case manifestName:
			raw, err = io.ReadAll(io.LimitReader(t, 64<<20))
		case signatureName:
			signature, err = io.ReadAll(io.LimitReader(t, 1<<10))
		default:
			sum := sha256.New()
			var n int64
			n, err = io.Copy(sum, t) //nolint:gosec // it is hashed, not kept
			found[h.Name] = Part{Name: h.Name, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
		}
		if err != nil {
			return Manifest{}, broken("The archive is not whole.", err)
		}
	}
	mark, err := hex.DecodeString(string(signature))
	if err != nil || !slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool { return ed25519.Verify(k, raw, mark) }) {
		return Manifest{}, broken("The manifest is not signed with a key of this installation.", err)
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Manifest{}, broken("The manifest cannot be read.", err)
	}
	for _, p := range m.Parts {
		got, there := found[p.Name]
		if !there || got.SHA256 != p.SHA256 || got.Bytes != p.Bytes {
			return Manifest{}, broken("The part "+p.Name+" is not what was written.", nil)
		}
		delete(found, p.Name)
	}
	for name := range found {
		return Manifest{}, broken("The part "+name+" was added.", nil)
	}
	return m, nil
}

func broken(words string, cause error) error { return fault.Of(fault.Conflict, words).Because(cause) }

// logLines writes the lines of a log whose times are within a window. Lines without a time belong to the one before.
func logLines(log io.Reader, w Window, line func(any) error) error {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 4<<20)
	within := false
	for lines.Scan() {
		var head struct {
			Time time.Time `json:"time"`
		}
		text := lines.Bytes()
		if json.Unmarshal(text, &head) == nil && !head.Time.IsZero() {
			within = !head.Time.Before(w.From) && head.Time.Before(w.To)
		}
		if !within {
			continue
		}
		var v any = string(text)
		if json.Valid(text) {
			v = json.RawMessage(text)
		}
		if err := line(v); err != nil {
			return err
		}
	}
	return lines.Err()
}
