package reply

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"intelliwiz/internal/fault"
)

// TestAFormIsWholeOrNone cuts a form at every place: only at its end is it whole.
func TestAFormIsWholeOrNone(t *testing.T) {
	const form = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nOne\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\r\nTwo\r\n--x--"
	read := func(body io.Reader) (names string, err error) {
		r := httptest.NewRequest(http.MethodPost, "/", body)
		r.Header.Set("Content-Type", `multipart/form-data; boundary="x"`)
		parts, err := FormParts(r)
		if err != nil {
			return "", err
		}
		for {
			part, more, err := parts.Next()
			if err != nil || !more {
				return names, err
			}
			raw, err := io.ReadAll(part)
			if err != nil {
				return names, Unreadable(err)
			}
			names += part.FormName() + "=" + string(raw) + " "
		}
	}
	for _, rest := range []string{"", "\r\n", "\r\nepilogue"} {
		if names, err := read(strings.NewReader(form + rest)); err != nil || names != "a=One file=Two " {
			t.Errorf("with %q behind it: %q, %v", rest, names, err)
		}
	}
	for cut := range len(form) {
		if names, err := read(strings.NewReader(form[:cut])); fault.KindOf(err) != fault.Malformed {
			t.Errorf("ends in %q: %q, %v", form[max(0, cut-20):cut], names, err)
		}
	}
	for _, want := range []error{&http.MaxBytesError{Limit: 1}, os.ErrDeadlineExceeded} {
		if _, err := read(io.MultiReader(strings.NewReader(form[:9]), failing{want})); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestOnlyAFormIsReadAsOne(t *testing.T) {
	for _, kind := range []string{"", "text/plain", "application/json", "multipart/form-data", ";"} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("--x--"))
		r.Header.Set("Content-Type", kind)
		var refusal *Refusal
		if _, err := FormParts(r); !errors.As(err, &refusal) || refusal.Status != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %v", kind, err)
		}
	}
}
