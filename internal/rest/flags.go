package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/id"
)

// Flag is a feature that can be switched, as it stands for the caller.
type Flag struct {
	Key       string      `json:"key" example:"board.posts"`
	Type      string      `json:"type" enum:"bool,string,int" example:"bool"`
	Switches  string      `json:"switches" doc:"What people see of it." example:"Posts on the live board"`
	Value     string      `json:"value" doc:"For the caller, as text." example:"true"`
	Why       string      `json:"why" enum:"default,killed,person,organisation,installation,share" doc:"What decided the value." example:"default"`
	Default   string      `json:"default" example:"true"`
	Owner     string      `json:"owner" doc:"The area that answers for it." example:"Planning"`
	ExpiresOn string      `json:"expires_on" format:"date" doc:"By when it is decided, and no longer a flag." example:"2027-06-30"`
	Said      []FlagValue `json:"said" nullable:"false" doc:"For the organisation, and for people of it."`
}

// FlagValue is what was said about a flag.
type FlagValue struct {
	PersonID *id.Person `json:"person_id" format:"uuid" doc:"Null: for the whole organisation."`
	Value    string     `json:"value" example:"false"`
	Reason   string     `json:"reason" example:"There are very many posts"`
	Who      string     `json:"who" example:"Asha Kulkarni"`
}

// FlagChange says something about a flag.
type FlagChange struct {
	Key      string     `json:"key" minLength:"1" maxLength:"100" example:"board.posts"`
	PersonID *id.Person `json:"person_id,omitzero" format:"uuid" doc:"For this person alone; absent: for the whole organisation."`
	Value    string     `json:"value" maxLength:"200" doc:"As text: true, false, 12; empty takes back what was said." example:"false"`
	Reason   string     `json:"reason" minLength:"1" maxLength:"300" doc:"The audit trail says it." example:"There are very many posts"`
}

func flagOf(x flag.State) Flag {
	out := Flag{
		Key: x.Key, Type: string(x.Type), Switches: x.Switches, Value: x.Value, Why: x.Why, Default: x.Default, Owner: x.Owner, ExpiresOn: string(x.Expires), Said: []FlagValue{},
	}
	for _, r := range x.Said() {
		out.Said = append(out.Said, FlagValue{r.Person, r.Value, r.Reason, r.Who})
	}
	return out
}

func flagRows() []Operation {
	return []Operation{
		{Name: "flag.list", Method: get, Path: "/flags", Permission: flag.CanRead, Summary: "List the features that can be switched"},
		{Name: "flag.update", Method: put, Path: "/flags", Permission: flag.CanUpdate, Summary: "Switch a feature for the organisation or a person of it"},
	}
}

func (a *api) flags() {
	s := a.c.Flags
	register(a, "flag.list", func(ctx context.Context, _ *struct{}) (*many[Flag], error) {
		all, err := s.List(ctx, actor.From(ctx))
		return whole(all, err, flagOf)
	})
	register(a, "flag.update", func(ctx context.Context, in *struct{ Body FlagChange }) (*many[Flag], error) {
		who, scope := actor.From(ctx), flag.ForTenant
		if in.Body.PersonID != nil {
			scope = flag.ForPerson
		}
		_, err := s.Set(ctx, who, flag.Input{Flag: in.Body.Key, Scope: scope, Person: in.Body.PersonID, Value: in.Body.Value, Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		all, err := s.List(ctx, who)
		return whole(all, err, flagOf)
	})
}
