// Package page bounds and walks lists by key: every list of the product answers at most Max rows and a cursor to the rest.
// It knows nothing of SQL; a store compares its sort key with the cursor's.
package page

import (
	"encoding/base64"
	"encoding/json"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Default and Max are the rows a list gives when nothing is asked, and at most; Long is the most for who follows the changes of a list.
const (
	Default = 50
	Max     = 200
	Long    = 500
)

// Request asks for a piece of a list.
type Request struct {
	Limit int    // rows wanted; 0 = Default, clamped to Max
	After string // the cursor of the piece before, or ""
	Long  bool   // up to Long rows instead of Max
}

// Of is a piece of a list.
type Of[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitzero"` // cursor of the next piece; "" at the end
}

// Size gives the rows to answer, clamped.
func (r Request) Size() int {
	if r.Limit <= 0 {
		return Default
	}
	if r.Long {
		return min(r.Limit, Long)
	}
	return min(r.Limit, Max)
}

// Key decodes the cursor into the sort key of the last row seen; both are "" at the start. A text that this package did not make is Invalid.
func (r Request) Key() (sort, id string, err error) {
	if r.After == "" {
		return "", "", nil
	}
	var k [2]string
	raw, err := base64.RawURLEncoding.DecodeString(r.After)
	if err == nil {
		err = json.Unmarshal(raw, &k)
	}
	if err != nil || cursor(k[0], k[1]) != r.After { // what is not written as we write it is not ours
		return "", "", unknown(err)
	}
	return k[0], k[1], nil
}

// Last is Key for lists whose cursor ends in a record's id: page.Last[id.Grant](request). The id is zero at the start.
func Last[T any, P interface {
	*T
	SetBytes([16]byte)
}](r Request) (sort string, last T, err error) {
	sort, text, err := r.Key()
	if err != nil || r.After == "" {
		return "", last, err
	}
	if last, err = id.Parse[T, P](text); err != nil {
		return "", last, unknown(err)
	}
	return sort, last, nil
}

func unknown(cause error) error {
	f := fault.Of(fault.Invalid, "Check what is marked below.").Because(cause)
	f.Fields = []fault.Field{{Path: "after", Code: "cursor", Message: "This place in the list is not known. Start from the beginning."}}
	return f
}

// Cut takes what a store read with Size()+1 as its limit and makes the piece: the row too many only says that there is more.
// key gives a row's sort key and id.
func Cut[T any](rows []T, r Request, key func(T) (sort, id string)) Of[T] {
	n := r.Size()
	if rows == nil {
		rows = []T{} // an empty list is written [], not null
	}
	if len(rows) <= n {
		return Of[T]{Items: rows}
	}
	rows = rows[:n]
	return Of[T]{Items: rows, Next: cursor(key(rows[n-1]))}
}

func cursor(sort, id string) string {
	raw, _ := json.Marshal([2]string{sort, id}) // two strings always encode
	return base64.RawURLEncoding.EncodeToString(raw)
}
