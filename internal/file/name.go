package file

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is how long a name may be, in characters.
const maxName = 120

// cleanName makes a name that can be shown, stored and saved anywhere out of what a client sent, and gives its ending in lower case, ".jpg",
// "" for none. What is not part of a name goes: folders, control characters, marks that turn the direction of writing, blanks around.
func cleanName(sent string) (stem, ending string) {
	name := strings.ToValidUTF8(sent, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs), r == utf8.RuneError:
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, norm.NFC.String(cutRunes(name, 4*maxName)))
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
	ending = strings.ToLower(path.Ext(name))
	stem = strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	if len(ending) > 10 || strings.ContainsFunc(ending, func(r rune) bool { return r > unicode.MaxASCII || r == ' ' }) {
		stem, ending = name, "" // a sentence with a dot in it
	}
	stem = strings.Trim(cutRunes(stem, maxName-len(".xlsx")), ". ") // the content may give it another ending
	if stem == "" {
		stem = "file"
	}
	if reserved[strings.ToUpper(strings.SplitN(stem, ".", 2)[0])] {
		stem = "_" + stem
	}
	return stem, ending
}

// reserved are names that mean devices where files of customers may be saved.
var reserved = map[string]bool{
	"CON": true, "PRN": true, "AUX": true, "NUL": true, "COM1": true, "COM2": true, "COM3": true, "COM4": true, "LPT1": true, "LPT2": true, "LPT3": true,
}

// cutRunes cuts a text to n characters; a name that is longer keeps its end, where the ending is.
func cutRunes(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	if ext := path.Ext(s); len(ext) <= 10 && len(ext) < n {
		return string(r[:n-len([]rune(ext))]) + ext
	}
	return string(r[:n])
}
