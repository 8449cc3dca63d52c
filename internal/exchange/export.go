package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/ticket"
)

// Export is a list on its way out: Write gives all of it, piece by piece, whatever its length.
type Export struct {
	Name  string // of the file, without what tells its format
	Write func(ctx context.Context, w io.Writer, f sheet.Format) error
}

// ExportLookups gives out the values of one list, or of all when list is "". Needs export.run and lookup.read.
func (s *Service) ExportLookups(who actor.Actor, list org.List) (Export, error) {
	return export(s, who, org.CanReadLookup, lookupsTable().listing(), func(ctx context.Context, p page.Request) (page.Of[org.Lookup], error) {
		return s.Org.ListLookups(ctx, who, list, p)
	})
}

// ExportUnits gives out the units. Needs export.run and unit.read.
func (s *Service) ExportUnits(who actor.Actor, f org.UnitFilter) (Export, error) {
	return export(s, who, org.CanReadUnit, unitsTable().listing(), func(ctx context.Context, p page.Request) (page.Of[org.Unit], error) {
		return s.Org.ListUnits(ctx, who, f, p)
	})
}

// ExportSites gives out the sites that a filter leaves. Needs export.run and site.read.
func (s *Service) ExportSites(who actor.Actor, f org.SiteFilter) (Export, error) {
	return export(s, who, org.CanReadSite, sitesTable().listing(), func(ctx context.Context, p page.Request) (page.Of[org.Site], error) {
		return s.Org.ListSites(ctx, who, f, p)
	})
}

// ExportPeople gives out the people whom a filter leaves. Needs export.run and person.read.
func (s *Service) ExportPeople(who actor.Actor, f people.PersonFilter) (Export, error) {
	return export(s, who, people.CanReadPerson, peopleTable().listing(), func(ctx context.Context, p page.Request) (page.Of[people.Person], error) {
		return s.People.ListPeople(ctx, who, f, p)
	})
}

// ExportGroups gives out the groups with their members. Needs export.run and group.read.
func (s *Service) ExportGroups(who actor.Actor, f people.GroupFilter) (Export, error) {
	return export(s, who, people.CanReadGroup, groupsTable().listing(), func(ctx context.Context, p page.Request) (page.Of[people.Group], error) {
		return s.People.ListGroups(ctx, who, f, p)
	})
}

// ExportLocations gives out the locations that a filter leaves. Needs export.run and location.read.
func (s *Service) ExportLocations(who actor.Actor, f asset.LocationFilter) (Export, error) {
	return export(s, who, asset.CanReadLocation, locationsTable().listing(), func(ctx context.Context, p page.Request) (page.Of[asset.Location], error) {
		return s.Assets.ListLocations(ctx, who, f, p)
	})
}

// ExportAssets gives out the assets that a filter leaves. Needs export.run and asset.read.
func (s *Service) ExportAssets(who actor.Actor, f asset.AssetFilter) (Export, error) {
	return export(s, who, asset.CanRead, assetsTable().listing(), func(ctx context.Context, p page.Request) (page.Of[asset.Asset], error) {
		return s.Assets.ListAssets(ctx, who, f, p)
	})
}

// ExportCategories gives out the ticket categories that a filter leaves, without their ladders. Needs export.run and category.read.
func (s *Service) ExportCategories(who actor.Actor, f ticket.CategoryFilter) (Export, error) {
	return export(s, who, ticket.CanReadCategory, categoriesTable().listing(), func(ctx context.Context, p page.Request) (page.Of[ticket.Category], error) {
		return s.Tickets.ListCategories(ctx, who, f, p)
	})
}

// ExportPlans gives out the plans that a filter leaves, with their stops. Needs export.run and plan.read.
func (s *Service) ExportPlans(who actor.Actor, f plan.Filter) (Export, error) {
	return export(s, who, plan.CanRead, plansTable().listing(), func(ctx context.Context, p page.Request) (page.Of[plan.Plan], error) {
		return s.Plans.ListWhole(ctx, who, f, p)
	})
}

// ExportTickets gives out the tickets that a filter leaves, in its order, with times in a zone. Needs export.run and ticket.read; Invalid for what
// the filter does not know.
func (s *Service) ExportTickets(who actor.Actor, f ticket.Filter, zone *time.Location) (Export, error) {
	if err := f.Check(); err != nil {
		return Export{}, err
	}
	return export(s, who, ticket.CanRead, ticketsList(zone), func(ctx context.Context, p page.Request) (page.Of[ticket.Ticket], error) {
		return s.Tickets.List(ctx, who, f, p)
	})
}

// listing is how records of type T go out.
type listing[T any] struct {
	heading
	point func(ctx context.Context, r *run, all []T) error // reads the codes of what the records point to; nil = they have them
	show  func(r *run, x T) map[string]string              // the cells of a record, by column
}

func (k kind[T, I]) listing() listing[T] { return listing[T]{k.heading, k.point, k.show} }

func export[T any](
	s *Service, who actor.Actor, reads actor.Permission, l listing[T], list func(ctx context.Context, p page.Request) (page.Of[T], error),
) (Export, error) {
	if err := errors.Join(who.Require(CanExport), who.Require(reads)); err != nil {
		return Export{}, fault.As(err)
	}
	return Export{Name: string(l.kind), Write: func(ctx context.Context, w io.Writer, f sheet.Format) error {
		out, err := sheet.NewWriter(w, f, l.title)
		if err != nil {
			return err
		}
		if err := l.write(ctx, newRun(s, who), list, out); err != nil {
			return fmt.Errorf("export %s: %w", l.kind, err)
		}
		return out.Close()
	}}, nil
}

// write gives the heading and the rows of a list. What an export cannot show, because it is filled by other means, is left out.
func (l listing[T]) write(ctx context.Context, r *run, list func(ctx context.Context, p page.Request) (page.Of[T], error), out sheet.Writer) error {
	var titles []string
	for _, c := range l.columns {
		titles = append(titles, c.Title)
	}
	if err := out.Write(titles); err != nil {
		return err
	}
	for p := (page.Request{Limit: page.Max}); ; {
		got, err := list(ctx, p)
		if err != nil {
			return err
		}
		if l.point != nil {
			if err := l.point(ctx, r, got.Items); err != nil {
				return err
			}
		}
		for _, x := range got.Items {
			shown, cells := l.show(r, x), make([]string, len(l.columns))
			for i, c := range l.columns {
				cells[i] = shown[c.Key]
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		if p.After = got.Next; p.After == "" {
			return nil
		}
	}
}

// Format is how an export is written.
type Format = sheet.Format

// The formats of an export, and the size in bytes of a file that an import reads at most.
const (
	CSV      = sheet.CSV
	XLSX     = sheet.XLSX
	MaxBytes = sheet.MaxBytes
)
