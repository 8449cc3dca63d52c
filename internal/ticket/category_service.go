package ticket

import (
	"context"
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var categoryTaken = map[string]fault.Field{"ticket_categories_code": {Path: "code", Code: "taken", Message: "Another category has this code."}}

// GetCategory gives a category. Needs category.read; NotFound otherwise.
func (s *Service) GetCategory(ctx context.Context, who actor.Actor, category id.Category) (c Category, err error) {
	if err := who.Require(CanReadCategory); err != nil {
		return Category{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		c, err = getCategory(ctx, tx, category)
		return err
	})
	return c, err
}

// ListCategories gives the categories by name. Needs category.read.
func (s *Service) ListCategories(ctx context.Context, who actor.Actor, f CategoryFilter, p page.Request) (page.Of[Category], error) {
	if err := who.Require(CanReadCategory); err != nil {
		return page.Of[Category]{}, err
	}
	name, after, err := page.Last[id.Category](p)
	if err != nil {
		return page.Of[Category]{}, err
	}
	var rows []Category
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanCategory, categoryList, f.Search, fold.Like(f.Search), strings.ToUpper(fold.Like(f.Search)),
			f.Inactive, db.Moment(f.ChangedAfter), name, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(c Category) (string, string) { return fold.Key(c.Name), c.ID.String() }), err
}

// CategoriesByID gives several categories at once, at most page.Max of them; what is not there is absent. Needs category.read.
func (s *Service) CategoriesByID(ctx context.Context, who actor.Actor, categories []id.Category) (map[id.Category]Category, error) {
	return categoriesBy(ctx, s, who, categoriesByID, categories, func(c Category) id.Category { return c.ID })
}

// CategoriesByCode gives the categories that have some codes, inactive ones too, at most page.Max of them; what is not there is absent. Needs
// category.read.
func (s *Service) CategoriesByCode(ctx context.Context, who actor.Actor, codes []string) (map[string]Category, error) {
	return categoriesBy(ctx, s, who, categoriesByCode, codes, func(c Category) string { return c.Code })
}

// categoriesBy runs a query for several categories and puts them under their keys.
func categoriesBy[K comparable](ctx context.Context, s *Service, who actor.Actor, q db.SQL, keys []K, key func(Category) K) (map[K]Category, error) {
	if err := who.Require(CanReadCategory); err != nil {
		return nil, err
	}
	var rows []Category
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanCategory, q, keys[:min(len(keys), page.Max)])
		return err
	})
	out := make(map[K]Category, len(rows))
	for _, c := range rows {
		out[key(c)] = c
	}
	return out, err
}

// CreateCategory adds a category, without a ladder. Needs category.create everywhere. Invalid, or Conflict when the code is taken.
func (s *Service) CreateCategory(ctx context.Context, who actor.Actor, in CategoryInput) (Category, error) {
	if err := who.RequireEverywhere(CanCreateCategory); err != nil {
		return Category{}, err
	}
	if err := in.Check(); err != nil {
		return Category{}, err
	}
	c := in.category(id.New[id.Category](), 1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(categoryInsert, c.arguments()...)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "category.created", Subject: c.ID, After: c})
	})
	if err != nil {
		return Category{}, fault.Place(fmt.Errorf("create category %s: %w", c.Code, err), categoryTaken)
	}
	return c, nil
}

// UpdateCategory changes a category; the clocks of its tickets follow soon after. Needs category.update everywhere. Conflict with the
// current record when version is not the stored one.
func (s *Service) UpdateCategory(ctx context.Context, who actor.Actor, category id.Category, version int64, in CategoryInput) (Category, error) {
	if err := who.RequireEverywhere(CanUpdateCategory); err != nil {
		return Category{}, err
	}
	if err := in.Check(); err != nil {
		return Category{}, err
	}
	c := in.category(category, version+1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getCategory(ctx, tx, category)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, categoryUpdate, append(c.arguments(), version)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleCategory(ctx, tx, category)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "category.updated", Subject: category, Before: old, After: c})
	})
	if err != nil {
		return Category{}, fault.Place(fmt.Errorf("update category %s: %w", category, err), categoryTaken)
	}
	return c, nil
}

// DeleteCategory removes a category with its ladders. Needs category.delete everywhere; Conflict while tickets are about it or version is
// not the stored one.
func (s *Service) DeleteCategory(ctx context.Context, who actor.Actor, category id.Category, version int64) error {
	if err := who.RequireEverywhere(CanDeleteCategory); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getCategory(ctx, tx, category)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("category", old)
		}
		tx.Later(rungsOfCategoryDelete, category)
		tx.Later(laddersDelete, category)
		n, err := tx.Exec(ctx, categoryDelete, category, version)
		if err != nil {
			return fault.InUse(err, "category", "There are tickets about it: make it inactive instead.")
		}
		if n == 0 {
			return staleCategory(ctx, tx, category)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "category.deleted", Subject: category, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete category %s: %w", category, err)
	}
	return nil
}

// staleCategory answers a change that came too late with the category as it is now.
func staleCategory(ctx context.Context, tx *db.Tx, category id.Category) error {
	now, err := getCategory(ctx, tx, category)
	if err != nil {
		return err
	}
	return fault.Stale("category", now)
}
