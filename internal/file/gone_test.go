package file_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
)

// TestFilesGoWithTheirRecord: what a deleted record had takes no room any more, and the files of others stay.
func TestFilesGoWithTheirRecord(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		c.Own("asset", c.Asset.Access)
		c.Own("location", c.Asset.LocationAccess)
		shed := c.Location(c.Harbour.ID, "SHED", nil)
		pump := c.NewAsset(c.Harbour.ID, "PUMP")
		add := func(noun string, owner interface{ Bytes() [16]byte }, content string) {
			t.Helper()
			c.must(c.Upload(t.Context(), c.System, noun, testworld.Any(owner), "a.txt", strings.NewReader(content)))
		}
		add("location", shed.ID, strings.Repeat("s", 1000))
		add("asset", pump.ID, strings.Repeat("p", 200))
		c.must(c.Upload(t.Context(), c.System, "asset", testworld.Any(pump.ID), "b.png", strings.NewReader(string(picturePNG(t)))))
		kept := c.must(c.add(c.System, "kept.txt", []byte("kept")))
		there := c.SecondTenant()
		c.must(c.Upload(t.Context(), there.System, "site", testworld.Any(there.Harbour.ID), "theirs.txt", strings.NewReader("theirs")))
		if err := c.Org.DeleteSite(t.Context(), there.System, there.Harbour.ID, there.Harbour.Version); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a site that has files: %v", err)
		}
		if err := errors.Join(c.Asset.DeleteLocation(t.Context(), c.System, shed.ID, shed.Version), c.Asset.DeleteAsset(t.Context(), c.System, pump.ID, pump.Version)); err != nil {
			t.Fatal(err)
		}
		c.Start()
		testworld.Eventually(t, "the room is given back", func() bool {
			used, _, err := c.Usage(t.Context(), c.System)
			return err == nil && used == kept.Size
		})
		testworld.Eventually(t, "the content is forgotten", func() bool { return len(c.stored()) == 2 })
		if c.content(c.System, kept, false) != "kept" {
			t.Error("another record's file is gone")
		}
		if used, _, err := c.Usage(t.Context(), there.System); used != 6 || err != nil {
			t.Errorf("another tenant's files take %d bytes, %v", used, err)
		}
		n := 0
		for _, x := range c.Trail() {
			if x.Verb == "file.deleted" {
				n++
			}
		}
		if n != 3 {
			t.Errorf("%d rows say that a file was deleted", n)
		}
	})
}

// TestAFileThatOutlivesItsRecordIsDeleted: the record is deleted, and its files looked for, while another comes in.
func TestAFileThatOutlivesItsRecordIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		asked := 0
		c.Own("site", func(context.Context, actor.Actor, id.Any) (*id.Site, error, error) {
			if asked++; asked > 1 {
				err := fault.Missing("site")
				return nil, err, err
			}
			return nil, nil, nil
		})
		if f, err := c.add(c.System, "late.txt", []byte("late")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("added: %+v, %v", f, err)
		}
		used, _, err := c.Usage(t.Context(), c.System)
		if used != 0 || err != nil {
			t.Errorf("it takes %d bytes, %v", used, err)
		}
		c.Start()
		testworld.Eventually(t, "its content is forgotten", func() bool { return len(c.stored()) == 0 })
	})
}
