package web

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
)

// choices keeps what pages offer somebody to choose from, until one of the records changes that it is made of, or what one may see.
func choices(store *cache.Store) *cache.Of[any] {
	return cache.Named[any](store, "web.choices", cache.Options{Followed: true})
}

// keptParts keeps parts of pages as HTML; how far off a time is stands in them in minutes.
func keptParts(store *cache.Store) *cache.Of[ticketsFound] {
	return cache.Named[ticketsFound](store, "web.parts", cache.Options{Followed: true, TTL: time.Minute})
}

// remembered gives what a page offers, from memory or from load. nouns are the records that it is made of. Who gets it must not change it.
func remembered[T any](ctx context.Context, p *pages, who actor.Actor, what string, load func(context.Context) (T, error), nouns ...string) (T, error) {
	tags := append([]string{"person", "grant", "role", "unit", "site", "tenant"}, nouns...) // on which it depends what one may see
	v, err := p.offers.Get(ctx, who.Tenant(), what+" "+who.Person().String(), tags, func(ctx context.Context) (any, error) { return load(ctx) })
	t, _ := v.(T) // what load gave
	return t, err
}
