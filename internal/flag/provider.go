package flag

import (
	"context"
	"strconv"

	"github.com/open-feature/go-sdk/openfeature"

	"intelliwiz/internal/id"
)

// What the context of a question carries beside the key of whom it is about.
const (
	tenantAttribute = "tenant"
	personAttribute = "person"
)

// provider answers OpenFeature's client from the snapshot.
type provider struct{ s *Service }

// Metadata names it.
func (p *provider) Metadata() openfeature.Metadata {
	return openfeature.Metadata{Name: "IntelliWiz"}
}

// Hooks are none.
func (p *provider) Hooks() []openfeature.Hook { return nil }

// BooleanEvaluation answers for a flag of type bool.
func (p *provider) BooleanEvaluation(_ context.Context, flag string, fallback bool, of openfeature.FlattenedContext) openfeature.BoolResolutionDetail {
	text, detail := p.resolve(flag, OfBool, of)
	if text == "" {
		return openfeature.BoolResolutionDetail{Value: fallback, ProviderResolutionDetail: detail}
	}
	return openfeature.BoolResolutionDetail{Value: text == "true", ProviderResolutionDetail: detail}
}

// StringEvaluation answers for a flag of type string.
func (p *provider) StringEvaluation(_ context.Context, flag, fallback string, of openfeature.FlattenedContext) openfeature.StringResolutionDetail {
	text, detail := p.resolve(flag, OfText, of)
	if text == "" {
		text = fallback
	}
	return openfeature.StringResolutionDetail{Value: text, ProviderResolutionDetail: detail}
}

// IntEvaluation answers for a flag of type int.
func (p *provider) IntEvaluation(_ context.Context, flag string, fallback int64, of openfeature.FlattenedContext) openfeature.IntResolutionDetail {
	text, detail := p.resolve(flag, OfInt, of)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil { // otherwise there is none, and detail says why
		fallback = n
	}
	return openfeature.IntResolutionDetail{Value: fallback, ProviderResolutionDetail: detail}
}

// FloatEvaluation answers that there is no such flag: none has the type.
func (p *provider) FloatEvaluation(_ context.Context, _ string, fallback float64, _ openfeature.FlattenedContext) openfeature.FloatResolutionDetail {
	return openfeature.FloatResolutionDetail{Value: fallback, ProviderResolutionDetail: wrongType()}
}

// ObjectEvaluation answers that there is no such flag: none has the type.
func (p *provider) ObjectEvaluation(_ context.Context, _ string, fallback any, _ openfeature.FlattenedContext) openfeature.InterfaceResolutionDetail {
	return openfeature.InterfaceResolutionDetail{Value: fallback, ProviderResolutionDetail: wrongType()}
}

func wrongType() openfeature.ProviderResolutionDetail {
	return openfeature.ProviderResolutionDetail{ResolutionError: openfeature.NewTypeMismatchResolutionError("no flag has this type"), Reason: openfeature.ErrorReason}
}

// resolve gives the value as text; "" when there is none, and detail says why.
func (p *provider) resolve(flag string, t Type, of openfeature.FlattenedContext) (string, openfeature.ProviderResolutionDetail) {
	d, err := Find(flag)
	switch {
	case err != nil:
		return "", openfeature.ProviderResolutionDetail{ResolutionError: openfeature.NewFlagNotFoundResolutionError(flag), Reason: openfeature.ErrorReason}
	case d.Type != t:
		return "", wrongType()
	}
	text, by := p.s.said.Now().value(d, attribute[id.Tenant](of, tenantAttribute), attribute[id.Person](of, personAttribute))
	return text, openfeature.ProviderResolutionDetail{Reason: reasons[by], Variant: text}
}

// reasons are ours in OpenFeature's words.
var reasons = map[why]openfeature.Reason{
	byDefault: openfeature.DefaultReason, byKill: openfeature.DisabledReason, byPerson: openfeature.TargetingMatchReason, byTenant: openfeature.TargetingMatchReason,
	byAll: openfeature.StaticReason, byShare: openfeature.SplitReason,
}

// attribute reads an id out of a context; zero when there is none.
func attribute[T any, P interface {
	*T
	SetBytes([16]byte)
}](of openfeature.FlattenedContext, name string) (none T) {
	text, _ := of[name].(string) // one that is not there is none
	v, err := id.Parse[T, P](text)
	if err != nil {
		return none
	}
	return v
}
