// Package file keeps what people add to records: pictures, PDF, text, tables, documents, and recordings where they are asked for. It looks at what a file is and not at what it
// claims: the name's ending, what the content looks like and what decodes must be one. Pictures are written anew, so that nothing but
// their pixels survives; recordings are walked from end to end, and played within pages; all else is only ever handed out to be saved. Names, places and types are the server's choice. It refuses what it
// does not know, what is too large, what is beyond the organisation's share, and everything while the scanner does not answer. Who may see
// or add is said by the record that owns the file.
package file

import (
	"context"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Access says what an actor may do about the files of a record: site is where the record is (nil: nowhere), see is nil when they may see
// them and NotFound otherwise, change is nil when they may add and delete.
type Access func(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error)

// File is what was added to a record.
type File struct {
	ID      id.File    `json:"id"`
	Owner   string     `json:"owner"` // the noun of the record: "ticket"
	OwnerID id.Any     `json:"owner_id"`
	Site    *id.Site   `json:"site_id,omitzero"` // where the record was when the file was added
	Name    string     `json:"name"`             // as people see it; its ending is that of the content
	Type    string     `json:"media_type"`       // the server's choice
	Size    int64      `json:"size"`             // bytes
	Width   *int64     `json:"width,omitzero"`   // pixels, of a picture
	Height  *int64     `json:"height,omitzero"`
	Hash    string     `json:"hash"` // SHA-256 of what is kept, hexadecimal
	Person  *id.Person `json:"person_id,omitzero"`
	Created time.Time  `json:"created_at"`

	key string // in the blob store
}

// Picture says that the file is one, so that it may be shown within a page.
func (f File) Picture() bool { return f.Width != nil }

// Sound says that the file is a recording without pictures.
func (f File) Sound() bool { return strings.HasPrefix(f.Type, "audio/") }

// Video says that the file is a recording with pictures.
func (f File) Video() bool { return strings.HasPrefix(f.Type, "video/") }

// most is how many files one record may have.
const most = 100

// refused is the fault of a file that is not taken: Invalid at the field "file", with a sentence for people.
func refused(code, message string) *fault.Fault {
	f := fault.Of(fault.Invalid, message)
	f.Fields = []fault.Field{{Path: "file", Code: code, Message: message}}
	return f
}
