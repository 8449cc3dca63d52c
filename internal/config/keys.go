package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"intelliwiz/internal/telemetry"
)

// KeysFile is the name of the file where generated keys are kept, in the data folder, readable by the process's own account only.
const KeysFile = "keys.json"

// Keys are the keys of the installation. The database has none of them.
type Keys struct {
	Audit   Ring // signs journal rows (HMAC)
	Anchor  Ring // seed of the Ed25519 key that signs heads of the journal
	Columns Ring // encrypts columns that hold secrets (AES-GCM)
	Links   Ring // signs short-lived links (HMAC)
}

// KeyName names one of the keys.
type KeyName string

// The names of the keys, as keys.json has them.
const (
	AuditKey   KeyName = "audit"
	AnchorKey  KeyName = "anchor"
	ColumnsKey KeyName = "columns"
	LinksKey   KeyName = "links"
	BackupKey  KeyName = "backup" // an age identity, generated where no recipient of backups is configured
)

// OpenKeys gives the keys of the installation: those from the configuration, the rest from keys.json in the folder dir, which is
// made, mode 0600, with what is missing. A file that others can read, and a key that is short, a sample or not random, is an error.
func OpenKeys(dir string, given KeyTexts) (Keys, error) {
	var k Keys
	err := change(dir, func(file map[KeyName]string) (changed bool, err error) {
		for _, x := range []struct {
			name  KeyName
			given telemetry.Secret
			into  *Ring
		}{{AuditKey, given.Audit, &k.Audit}, {AnchorKey, given.Anchor, &k.Anchor}, {ColumnsKey, given.Columns, &k.Columns}, {LinksKey, given.Links, &k.Links}} {
			text := file[x.name]
			if !x.given.IsZero() {
				text = x.given.Reveal()
			}
			if text == "" {
				*x.into = Ring{}.next(false)
				file[x.name] = x.into.text()
				changed = true
				continue
			}
			if *x.into, err = parseRing(text); err != nil {
				return false, fmt.Errorf("the %s key %w", x.name, err)
			}
		}
		return changed, nil
	})
	return k, err
}

// OpenText gives a secret of keys.json that is not a ring, made by make when there is none yet.
func OpenText(dir string, name KeyName, make func() (string, error)) (text string, err error) {
	err = change(dir, func(file map[KeyName]string) (changed bool, err error) {
		if text = file[name]; text != "" {
			return false, nil
		}
		text, err = make()
		file[name] = text
		return true, err
	})
	return text, err
}

// RotateKey puts a new version of a generated key in front. The version before stays in use for what it signed or encrypted;
// audit and anchor keys keep all versions, because the journal keeps what they signed.
func RotateKey(dir string, name KeyName) error {
	return change(dir, func(file map[KeyName]string) (bool, error) {
		if file[name] == "" {
			return false, fmt.Errorf("the %s key is not in %s: change it where it is given", name, KeysFile)
		}
		r, err := parseRing(file[name])
		if err != nil {
			return false, fmt.Errorf("the %s key %w", name, err)
		}
		file[name] = r.next(name == AuditKey || name == AnchorKey).text()
		return true, nil
	})
}

// change reads keys.json, lets do look at it and change it, and writes it back whole if it was changed. Two first starts at once
// end with one file: the later reads what the earlier wrote.
func change(dir string, do func(map[KeyName]string) (bool, error)) error {
	for {
		file, first, err := readKeys(dir)
		if err != nil {
			return err
		}
		changed, err := do(file)
		if err != nil || !changed {
			return err
		}
		err = writeKeys(dir, file, first)
		if first && errors.Is(err, fs.ErrExist) {
			continue
		}
		return err
	}
}

func readKeys(dir string) (file map[KeyName]string, first bool, err error) {
	path := filepath.Join(dir, KeysFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[KeyName]string{}, true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, false, fmt.Errorf("%s can be read by other accounts of the machine: chmod 600 it, and change the keys if others may have seen it", path)
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator's data folder
	if err != nil {
		return nil, false, fmt.Errorf("read the keys: %w", err)
	}
	if err := json.Unmarshal(raw, &file); err != nil || file == nil {
		return nil, false, fmt.Errorf("%s is damaged: put it back from a backup", path) // without the cause, which could quote a key
	}
	return file, false, nil
}

// writeKeys puts a whole file in place or none. The first one must not replace another process's.
func writeKeys(dir string, file map[KeyName]string, first bool) (err error) {
	if err = os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	t, err := os.CreateTemp(dir, KeysFile+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	defer func() { _ = os.Remove(t.Name()) }() // gone already when it was renamed
	raw, _ := json.MarshalIndent(file, "", "  ")
	_, err = t.Write(append(raw, '\n'))
	err = errors.Join(err, t.Sync(), t.Close())
	if err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	path := filepath.Join(dir, KeysFile)
	if first {
		return os.Link(t.Name(), path)
	}
	return os.Rename(t.Name(), path)
}

// keyRules holds the keys of a configuration to what OpenKeys will ask of them, so that all faults come at once.
func keyRules(c *Config) Faults {
	var f Faults
	seen := map[string]string{}
	for _, k := range []struct {
		name string
		text telemetry.Secret
	}{{"IW_KEY_AUDIT", c.Keys.Audit}, {"IW_KEY_ANCHOR", c.Keys.Anchor}, {"IW_KEY_COLUMNS", c.Keys.Columns}, {"IW_KEY_LINKS", c.Keys.Links}} {
		if k.text.IsZero() {
			continue
		}
		r, err := parseRing(k.text.Reveal())
		if err != nil {
			f.add(k.name, "%v", err)
			continue
		}
		for _, key := range r.All() {
			if other, twice := seen[string(key)]; twice && other != k.name {
				f.add(k.name, "must not be the same key as %s", other)
			}
			seen[string(key)] = k.name
		}
	}
	return f
}
