package ticket

import (
	"context"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// VisitorCategory is the code of the category that visitors' reports are about. The first report makes it; while it is inactive, visitors
// cannot report.
const VisitorCategory = "VISITOR"

// Spot is where a label hangs that a visitor has scanned: a site, or an asset.
type Spot struct {
	Tenant string // the tenant's code
	Site   string // the site's code, or
	Asset  string // the asset's
}

// Place is a spot as a visitor may know it.
type Place struct {
	SiteName  string
	AssetName string // "" on the label of a site
}

// ReportInput is what a visitor says.
type ReportInput struct {
	Spot
	Title   string
	Text    string
	Contact string // by which they may be reached; ""
	Source  string // the address that it comes from, for the limit
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *ReportInput) Check() error {
	var c fault.Check
	in.Title, in.Text, in.Contact = fold.Line(in.Title), strings.TrimSpace(in.Text), fold.Line(in.Contact)
	c.Text("title", in.Title, 1, maxTitle)
	c.Text("text", in.Text, 0, maxComment)
	c.Text("contact", in.Contact, 0, 200)
	return c.Err()
}

// Receipt is what a visitor gets for a report.
type Receipt struct {
	Secret string    // opens PublicStatus; it cannot be shown again
	Ticket id.Ticket // for what is added to the report, by the same visitor
	Ref    string    // "HARBOUR#12"
}

// Public is what a visitor sees of what they reported.
type Public struct {
	Ref       string
	Title     string
	Status    Status
	SiteName  string
	AssetName string
	Created   time.Time
	Updated   time.Time
	Zone      string // the site's, for the times
}

// Spot says what a label names, for the page where a visitor reports. Nobody needs to be signed in. NotFound for a label of nothing, and
// where visitors cannot report.
func (s *Service) Spot(ctx context.Context, at Spot) (Place, error) {
	who, err := s.door.Visitor(ctx, at.Tenant)
	if err != nil {
		return Place{}, fault.Missing("label")
	}
	x, err := s.spot(ctx, who, at)
	return Place{x.siteName, x.assetName}, err
}

// Report makes a ticket of what a visitor says, without signing in. Refused with TooMany beyond the limit of the address and of the
// tenant; NotFound for a label of nothing; Invalid.
func (s *Service) Report(ctx context.Context, in ReportInput) (Receipt, error) {
	who, err := s.door.Visitor(ctx, in.Tenant)
	if err != nil {
		return Receipt{}, fault.Missing("label")
	}
	if err := s.limit(ctx, in.Source, who.Tenant()); err != nil {
		return Receipt{}, err
	}
	if err := in.Check(); err != nil {
		return Receipt{}, err
	}
	x, err := s.spot(ctx, who, in.Spot)
	if err != nil {
		return Receipt{}, err
	}
	category, err := s.visitorCategory(ctx, who, x)
	if err != nil {
		return Receipt{}, err
	}
	secret, hash := s.door.NewSecret(who.Tenant())
	given := Input{Site: x.site, Asset: x.asset, Kind: Incident, Title: in.Title, Description: in.Text, Category: category}
	t := given.ticket(s.now())
	t.Source, t.Reporter = FromPublic, in.Contact
	err = s.guessing(ctx, who, func(tx *db.Tx, guess bool) error {
		return s.create(ctx, tx, &t, given, hash, "ticket.reported", guess)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("report ticket: %w", err)
	}
	return Receipt{Secret: secret, Ticket: t.ID, Ref: t.Ref()}, nil
}

// PublicStatus says how far a visitor's report is. The secret is the key; NotFound for any other text.
func (s *Service) PublicStatus(ctx context.Context, secret string) (p Public, err error) {
	who, hash, err := s.door.VisitorWith(secret)
	if err != nil {
		return Public{}, fault.Missing("report")
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		p, err = db.One(ctx, tx, scanPublic, publicGet, hash)
		return fault.Named(err, "report")
	})
	return p, err
}

// Visitor gives the ticket that a visitor's secret opens and the actor by whom its photos are added. NotFound for any other text.
func (s *Service) Visitor(ctx context.Context, secret string) (who actor.Actor, ticket id.Ticket, err error) {
	who, hash, err := s.door.VisitorWith(secret)
	if err != nil {
		return actor.Actor{}, ticket, fault.Missing("report")
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		ticket, err = db.One(ctx, tx, scanTicketID, publicID, hash)
		return fault.Named(err, "report")
	})
	if err != nil {
		return actor.Actor{}, ticket, err
	}
	return who, ticket, nil
}

// visitorCategory gives the category of visitors' reports, and makes it when there is none yet.
func (s *Service) visitorCategory(ctx context.Context, who actor.Actor, x spotted) (id.Category, error) {
	if x.category != nil {
		return *x.category, nil
	}
	c, err := s.CreateCategory(ctx, who, CategoryInput{Code: VisitorCategory, Name: "Reports of visitors", Active: true})
	if fault.KindOf(err) != fault.Conflict {
		return c.ID, err
	}
	x, err = s.spot(ctx, who, Spot{Site: x.siteCode}) // another visitor was faster
	if err != nil || x.category == nil {
		return id.Category{}, fault.Missing("label")
	}
	return *x.category, nil
}

// spotted is what the database knows of a label.
type spotted struct {
	site      id.Site
	siteCode  string
	siteName  string
	asset     *id.Asset
	assetName string
	category  *id.Category // of visitors' reports
	shut      bool         // which is inactive
}

func scanSpotted(r db.Row) (x spotted, err error) {
	err = r.Scan(&x.site, &x.siteCode, &x.siteName, db.Null(&x.asset), &x.assetName, db.Null(&x.category), &x.shut)
	return x, err
}

func (s *Service) spot(ctx context.Context, who actor.Actor, at Spot) (x spotted, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		x, err = db.One(ctx, tx, scanSpotted, spotGet, fold.Code(at.Asset), fold.Code(at.Site), VisitorCategory)
		return fault.Named(err, "label")
	})
	if err == nil && x.shut {
		err = fault.Missing("label")
	}
	return x, err
}

const spotGet db.SQL = `-- ticket.spotGet
select s.id, s.code, s.name, a.id, coalesce(a.name, ''), c.id, not coalesce(c.active, true)
from sites s
left join assets a on a.tenant_id = s.tenant_id and a.site_id = s.id and a.code = $2 and a.active
left join ticket_categories c on c.tenant_id = s.tenant_id and c.code = $4
where s.tenant_id = $1 and s.active
  and (a.id is not null or $2 = '' and s.code = $3)`

const publicGet db.SQL = `-- ticket.publicGet
select t.number, t.title, t.status, s.code, s.name, s.zone, coalesce(a.name, ''), t.created_at, t.updated_at
from tickets t
join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
left join assets a on a.tenant_id = t.tenant_id and a.id = t.asset_id
where t.tenant_id = $1 and t.secret_hash = $2`

func scanPublic(r db.Row) (p Public, err error) {
	var t Ticket
	err = r.Scan(&t.Number, &p.Title, &p.Status, &t.SiteCode, &p.SiteName, &p.Zone, &p.AssetName, &p.Created, &p.Updated)
	p.Ref = t.Ref()
	return p, err
}

const publicID db.SQL = `-- ticket.publicID
select t.id from tickets t where t.tenant_id = $1 and t.secret_hash = $2`
