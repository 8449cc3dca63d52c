package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
)

// StatusChange is a row of an asset's status log.
type StatusChange struct {
	ID         id.StatusChange `json:"id" format:"uuid"`
	FromStatus asset.Status    `json:"from_status" doc:"Empty for the first." example:"WORKING"`
	ToStatus   asset.Status    `json:"to_status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	PersonID   *id.Person      `json:"person_id" format:"uuid" doc:"Who changed it; null for background work."`
	PersonName string          `json:"person_name" example:"Asha Rao"`
	Note       string          `json:"note" example:"Bearing worn"`
	At         time.Time       `json:"at" example:"2026-11-23T08:00:00Z"`
}

func statusChangeOf(x asset.StatusChange) StatusChange {
	return StatusChange{ID: x.ID, FromStatus: x.From, ToStatus: x.To, PersonID: x.Person, PersonName: x.PersonName, Note: x.Note, At: x.At}
}

// StatusNew is an asset's next status.
type StatusNew struct {
	Status  asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED" doc:"Another one than it has. What is scrapped is brought back with asset.update only." example:"MAINTENANCE"`
	Note    string       `json:"note,omitzero" maxLength:"500" doc:"Why." example:"Bearing worn"`
	Version int64        `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// Spent is where an asset's time went.
type Spent struct {
	Since  time.Time `json:"since" doc:"The first row of the status log, or of its latest 5000."`
	Until  time.Time `json:"until" doc:"The time of the answer, until which the last status lasts."`
	Shares []Share   `json:"shares" nullable:"false" doc:"They add up to the time between the two."`
}

// Share is the time that was spent in one status.
type Share struct {
	Status  asset.Status `json:"status" enum:"WORKING,STANDBY,MAINTENANCE,SCRAPPED"`
	Seconds int64        `json:"seconds" example:"86400"`
	Times   int          `json:"times" doc:"How often it was entered." example:"1"`
}

func spentOf(x asset.Spent) Spent {
	out := Spent{Since: x.Since, Until: x.Until, Shares: make([]Share, len(x.Shares))}
	for i, s := range x.Shares {
		out.Shares[i] = Share{Status: s.Status, Seconds: int64(s.Time / time.Second), Times: s.Spells}
	}
	return out
}

func (a *api) assetStatus() {
	s := a.c.Asset
	register(a, "asset.status", func(ctx context.Context, in *struct {
		ID   id.Asset `path:"id" format:"uuid"`
		Body StatusNew
	}) (*one[Asset], error) {
		x, err := s.SetStatus(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.Status, in.Body.Note)
		return single(x, err, assetOf)
	}, checks(func(b StatusNew) error { in := asset.StatusInput{Status: b.Status, Note: b.Note}; return in.Check() }))
	register(a, "asset.statuses", func(ctx context.Context, in *struct {
		ID id.Asset `path:"id" format:"uuid"`
		Paging
	}) (*many[StatusChange], error) {
		p, err := s.StatusLog(ctx, actor.From(ctx), in.ID, in.request())
		return listed(p, err, statusChangeOf)
	})
	register(a, "asset.spent", func(ctx context.Context, in *struct {
		ID id.Asset `path:"id" format:"uuid"`
	}) (*one[Spent], error) {
		x, err := s.TimeSpent(ctx, actor.From(ctx), in.ID)
		return single(x, err, spentOf)
	})
}

// drawing is an SVG file.
type drawing struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *api) assetLabel() {
	register(a, "asset.qr", func(ctx context.Context, in *struct {
		ID id.Asset `path:"id" format:"uuid"`
	}) (*drawing, error) {
		who := actor.From(ctx)
		x, err := a.c.Asset.GetAsset(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		t, err := a.c.Org.GetTenant(ctx, who)
		if err != nil {
			return nil, err
		}
		q, err := asset.QROf(asset.ReportAddress(a.c.Public, t.Code, x.Code))
		if err != nil {
			return nil, err
		}
		return &drawing{ContentType: "image/svg+xml", Body: q.SVG(x.Code + " " + x.Name)}, nil
	})
}
