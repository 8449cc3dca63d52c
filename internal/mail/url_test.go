package mail_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/mail"
)

func TestTheURLOfAServer(t *testing.T) {
	for url, plain := range map[string][2]bool{ // good where plain text is allowed, and where it is not
		"smtps://iw:canary@mail.example:465":         {true, true},
		"smtps://mail.example":                       {true, true},
		"smtp://iw:canary@mail.example:587":          {true, true},
		"smtp://mail.example:25?tls=none":            {true, false},
		"smtp://mail.example:25?tls=maybe":           {false, false},
		"smtps://mail.example?tls=none":              {false, false},
		"http://iw:canary@mail.example":              {false, false},
		"mail.example:25":                            {false, false},
		"smtp://":                                    {false, false},
		"":                                           {false, false},
		"smtp://iw:canary@mail.example:99999999":     {false, false},
		"smtp://iw:canary%zz@mail.example":           {false, false},
		"smtp://iw:canary@mail.example:25?tls=none#": {true, false},
	} {
		for i, want := range plain {
			_, err := mail.NewSMTP(url, sender, i == 0)
			if (err == nil) != want {
				t.Errorf("%s, plain text allowed %v: %v", url, i == 0, err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the password shows: %v", err)
			}
		}
	}
	for _, from := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example"} {
		if _, err := mail.NewSMTP("smtps://mail.example", from, false); err == nil {
			t.Errorf("sender %q is taken", from)
		}
	}
}
