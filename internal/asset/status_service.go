package asset

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// maxNote bounds what is said of a change of status, in characters.
const maxNote = 500

// StatusInput is what one says to change an asset's status.
type StatusInput struct {
	Status Status
	Note   string
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *StatusInput) Check() error {
	var c fault.Check
	c.That(in.Status.Valid(), "status", "unknown", "There is no such status.")
	in.Note = fold.Line(in.Note)
	c.Text("note", in.Note, 0, maxNote)
	return c.Err()
}

// SetStatus changes an asset's status and says why; the change is one row of its status log. Needs asset.status at its site, and to
// bring back what is scrapped asset.update, too (Forbidden otherwise). Conflict with the current record when version is not
// the stored one; Invalid when the status is that already.
func (s *Service) SetStatus(ctx context.Context, who actor.Actor, asset id.Asset, version int64, status Status, note string) (Asset, error) {
	seen, err := s.mayChange(ctx, who, CanSetStatus, asset)
	if err != nil {
		return Asset{}, err
	}
	in := StatusInput{status, note}
	if err := in.Check(); err != nil {
		return Asset{}, err
	}
	var a Asset
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getAsset(ctx, tx, asset)
		if err != nil {
			return err
		}
		if old.Version != version || old.Version != seen.Version {
			return fault.Stale("asset", old)
		}
		if err := checkTurn(who, old, in.Status); err != nil {
			return err
		}
		a = old
		a.Status, a.Version, a.Updated = in.Status, version+1, s.now()
		n, err := tx.Exec(ctx, assetStatus, a.ID, a.Status, a.Version, a.Updated, version)
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			return staleAsset(ctx, tx, asset)
		}
		return s.recordStatus(ctx, tx, old, a, in.Note)
	})
	if err != nil {
		return Asset{}, fmt.Errorf("set status of asset %s: %w", asset, err)
	}
	return a, nil
}

// checkTurn holds a change of status to the rules.
func checkTurn(who actor.Actor, old Asset, to Status) error {
	if old.Status == to {
		return also(nil, fault.Field{Path: "status", Code: "same", Message: "The status is " + to.Label() + " already."})
	}
	if old.Status == Scrapped && !who.At(CanUpdate, old.Site) {
		f := fault.Denied(string(CanUpdate))
		f.Message = "This asset is scrapped. Only who may change assets brings it back."
		return f
	}
	return nil
}

// Turned is what the journal keeps of a change of status: the asset, and why.
type Turned struct {
	Asset
	Note string `json:"status_note,omitzero"`
}

// recordStatus writes the row of the log and of the journal for a change of status.
func (s *Service) recordStatus(ctx context.Context, tx *db.Tx, old, a Asset, note string) error {
	logStatus(tx, a, old.Status, note)
	return s.journal.Record(ctx, tx, journal.Change{Verb: "asset.status_changed", Subject: a.ID, Site: a.Site, Before: old, After: Turned{a, note}})
}

// logStatus writes one row of the status log.
func logStatus(tx *db.Tx, a Asset, from Status, note string) {
	tx.Later(statusInsert, id.New[id.StatusChange](), a.ID, from, a.Status, tx.Who().Person(), note, a.Updated)
}

// StatusLog gives the changes of an asset's status, newest first. Needs asset.read at its site; NotFound otherwise.
func (s *Service) StatusLog(ctx context.Context, who actor.Actor, asset id.Asset, p page.Request) (page.Of[StatusChange], error) {
	if _, err := s.GetAsset(ctx, who, asset); err != nil {
		return page.Of[StatusChange]{}, err
	}
	at, last, err := page.Last[id.StatusChange](p)
	if err != nil {
		return page.Of[StatusChange]{}, err
	}
	before := time.UnixMicro(0)
	if p.After != "" {
		micros, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return page.Of[StatusChange]{}, badCursor(err)
		}
		before = time.UnixMicro(micros)
	}
	var rows []StatusChange
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanStatusChange, statusList, asset, p.After == "", before.UTC(), last, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(x StatusChange) (string, string) { return strconv.FormatInt(x.At.UnixMicro(), 10), x.ID.String() }), err
}

func badCursor(cause error) error {
	f := fault.Of(fault.Invalid, "Check what is marked below.").Because(cause)
	f.Fields = []fault.Field{{Path: "after", Code: "cursor", Message: "This place in the list is not known. Start from the beginning."}}
	return f
}

// maxSpells is how many changes of status Life goes back.
const maxSpells = 5000

// Life is an asset and what became of it.
type Life struct {
	Asset Asset
	Log   []StatusChange // newest first, at most the latest 5000
	Spent Spent          // from the first row of Log until now
}

// Life gives an asset with its status log and where its time went. Needs asset.read at its site; NotFound otherwise.
func (s *Service) Life(ctx context.Context, who actor.Actor, asset id.Asset) (out Life, err error) {
	if err := who.Require(CanRead); err != nil {
		return Life{}, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		if out.Asset, err = db.One(ctx, tx, scanAsset, assetGet, asset, all, sites); err != nil {
			return fault.Named(err, "asset")
		}
		out.Log, err = db.All(ctx, tx, scanStatusChange, statusList, asset, true, time.UnixMicro(0).UTC(), id.StatusChange{}, int64(maxSpells))
		return err
	})
	if err != nil {
		return Life{}, err
	}
	oldest := slices.Clone(out.Log)
	slices.Reverse(oldest)
	out.Spent = SpentOf(oldest, s.now())
	return out, nil
}

// TimeSpent gives how long an asset was in each status, from the first row of its log, or from the latest 5000 changes, until now. Needs
// asset.read at its site; NotFound otherwise.
func (s *Service) TimeSpent(ctx context.Context, who actor.Actor, asset id.Asset) (Spent, error) {
	life, err := s.Life(ctx, who, asset)
	return life.Spent, err
}

func scanStatusChange(r db.Row) (x StatusChange, err error) {
	err = r.Scan(&x.ID, &x.Asset, &x.From, &x.To, db.Null(&x.Person), &x.Note, &x.At, &x.PersonName)
	return x, err
}

const statusList db.SQL = `-- asset.statusList
select t.id, t.asset_id, t.from_status, t.to_status, t.person_id, t.note, t.at, coalesce(p.name, '')
from asset_statuses t left join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id
where t.tenant_id = $1 and t.asset_id = $2 and ($3 or (t.at, t.id) < ($4, $5))
order by t.at desc, t.id desc limit $6`
