package ldap

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-ldap/ldap/v3"
)

// guid is the attribute of Active Directory that is not text: sixteen bytes.
const guid = "objectGUID"

// found is a person of a directory.
type found struct {
	Entry
	dn string
}

// fill writes a value into a filter, so that it is a value whatever it holds (RFC 4515, 3).
func fill(filter, place, value string) string {
	return strings.ReplaceAll(filter, "{"+place+"}", ldap.EscapeFilter(value))
}

// bySubject is the filter that finds a subject again.
func (d Directory) bySubject(subject string) string {
	value := subject
	if raw, err := hex.DecodeString(subject); strings.EqualFold(d.Subject, guid) && err == nil {
		value = string(raw)
	}
	return "(" + d.Subject + "=" + ldap.EscapeFilter(value) + ")"
}

// find searches for the one person of a filter. ErrRefused for nobody, ErrUnclear for several, and for one whose subject it does not tell.
func (d Directory) find(l *ldap.Conn, filter string) (x found, err error) {
	wanted := slices.DeleteFunc([]string{d.Subject, d.Email, d.Name, d.Groups}, func(s string) bool { return s == "" })
	r := ldap.NewSearchRequest(d.Base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 2, int(patience/time.Second), false, filter, wanted, nil)
	answer, err := l.Search(r)
	switch {
	case ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) || err == nil && len(answer.Entries) > 1:
		return found{}, fmt.Errorf("%w: the login names several", ErrUnclear)
	case err != nil:
		return found{}, failed(err, "The directory does not search for people. Look at the base and the filter.")
	case len(answer.Entries) == 0:
		return found{}, ErrRefused
	}
	e := answer.Entries[0]
	if x.Subject, err = d.subjectOf(e); err != nil {
		return found{}, err
	}
	x.dn, x.Name = e.DN, e.GetEqualFoldAttributeValue(d.Name)
	if d.Email != "" {
		x.Email = e.GetEqualFoldAttributeValue(d.Email)
	}
	if d.Groups != "" {
		for _, g := range e.GetEqualFoldAttributeValues(d.Groups) {
			x.Groups = append(x.Groups, GroupKey(g))
		}
	}
	return x, nil
}

// subjectOf reads who an entry is: one text, or the GUID of Active Directory in hexadecimal digits.
func (d Directory) subjectOf(e *ldap.Entry) (string, error) {
	values := e.GetEqualFoldRawAttributeValues(d.Subject)
	if len(values) != 1 || len(values[0]) == 0 {
		return "", fmt.Errorf("%w: the entry has %d of the attribute %s", ErrUnclear, len(values), d.Subject)
	}
	if strings.EqualFold(d.Subject, guid) {
		return hex.EncodeToString(values[0]), nil
	}
	text := string(values[0])
	if len(text) > 300 || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("%w: the attribute %s is not text", ErrUnclear, d.Subject)
	}
	return text, nil
}

// groups searches for the groups of a person, where the directory is set up so, as the account that searches.
func (d Directory) groups(l *ldap.Conn, x found, out *Entry) error {
	if d.GroupBase == "" {
		return nil
	}
	if err := d.search(l); err != nil {
		return err
	}
	filter := fill(fill(d.GroupFilter, "subject", x.Subject), "dn", x.dn)
	r := ldap.NewSearchRequest(d.GroupBase, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, int(patience/time.Second), false, filter, []string{"1.1"}, nil)
	answer, err := l.Search(r)
	if err != nil {
		return failed(err, "The directory does not search for groups. Look at their base and filter.")
	}
	for _, e := range answer.Entries {
		out.Groups = append(out.Groups, GroupKey(e.DN))
	}
	return nil
}

// GroupKey writes the name of a group so that two spellings of one are the same: capital letters and blanks between its parts say nothing.
func GroupKey(name string) string {
	dn, err := ldap.ParseDN(name)
	if err != nil {
		return strings.ToLower(strings.TrimSpace(name))
	}
	return strings.ToLower(dn.String())
}

var errStartTLS = errors.New("StartTLS is refused")
