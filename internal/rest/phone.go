package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
)

// PhoneOn says on which phone somebody signs in.
type PhoneOn struct {
	Device      string `json:"device" maxLength:"100" doc:"As the phone calls itself." example:"Nokia XR20"`
	DeviceToken string `json:"device_token,omitzero" maxLength:"200" doc:"What an earlier sign-in on this phone gave; without it the phone is a new one." example:"iwd_..."`
}

// PhoneSignIn is what somebody types to sign in on a phone.
type PhoneSignIn struct {
	PhoneOn
	Organisation string `json:"organisation" minLength:"1" maxLength:"30" doc:"Its code." example:"LANTERN"`
	Login        string `json:"login" minLength:"1" maxLength:"254" doc:"Login id, e-mail address or mobile number." example:"priya"`
	Password     string `json:"password" minLength:"1" maxLength:"256" example:"four words that fit"`
}

// PhoneStep is the second step of a sign-in on a phone.
type PhoneStep struct {
	PhoneOn
	Step string `json:"step" minLength:"1" maxLength:"200" doc:"What the sign-in gave." example:"..."`
	Code string `json:"code" minLength:"1" maxLength:"50" doc:"Of the app, or a recovery code." example:"123456"`
}

// PhoneRefresh asks for the next pair of tokens.
type PhoneRefresh struct {
	RefreshToken string `json:"refresh_token" minLength:"1" maxLength:"300" example:"iwr_..."`
}

// PhonePair is what a phone goes on with.
type PhonePair struct {
	AccessToken        string    `json:"access_token" doc:"For the header Authorization." example:"iwa_..."`
	AccessExpiresAt    time.Time `json:"access_expires_at" example:"2026-11-23T08:10:00Z"`
	RefreshToken       string    `json:"refresh_token" doc:"For the next pair, once. One that is used again ends what the phone is signed in with." example:"iwr_..."`
	RefreshExpiresAt   time.Time `json:"refresh_expires_at" example:"2026-12-23T08:00:00Z"`
	DeviceToken        string    `json:"device_token" doc:"For the next sign-in on this phone." example:"iwd_..."`
	PersonID           id.Person `json:"person_id" format:"uuid"`
	Name               string    `json:"name" example:"Priya Nair"`
	MustChangePassword bool      `json:"must_change_password" doc:"Nothing may be done until the person has chosen a password of their own in a browser." example:"false"`
}

// PhoneSignedIn is what a sign-in on a phone gives: a pair, or a second step to be done.
type PhoneSignedIn struct {
	Step string     `json:"step" doc:"Opens the second step; empty: there is none to be done." example:""`
	Pair *PhonePair `json:"pair" doc:"Null while a second step is to be done."`
}

func pairOf(p auth.Pair) PhonePair {
	return PhonePair{AccessToken: p.Access, AccessExpiresAt: p.AccessExpires, RefreshToken: p.Refresh, RefreshExpiresAt: p.RefreshExpires, DeviceToken: p.Device,
		PersonID: p.Person, Name: p.Name, MustChangePassword: p.MustChange}
}

func phoneSignedInOf(x auth.PhoneSignedIn) PhoneSignedIn {
	if x.Step != "" {
		return PhoneSignedIn{Step: x.Step}
	}
	pair := pairOf(x.Pair)
	return PhoneSignedIn{Pair: &pair}
}

func phoneRows() []Operation {
	return []Operation{
		{Name: "phone.signin", Method: post, Path: "/phone/sign-in", Permission: reply.Public, Summary: "Sign in on a phone", always: true},
		{Name: "phone.step", Method: post, Path: "/phone/second-step", Permission: reply.Public, Summary: "Do the second step of a sign-in on a phone", always: true},
		{Name: "phone.refresh", Method: post, Path: "/phone/refresh", Permission: reply.Public, Summary: "Get the next pair of tokens", always: true},
		{Name: "phone.signout", Method: del, Path: "/phone", Permission: reply.SignedIn, Summary: "Sign out of the phone that asks", status: http.StatusNoContent, always: true},
		{Name: "account.devices", Method: get, Path: "/account/devices", Permission: reply.SignedIn, Summary: "List one's own phones, the last used first"},
		{Name: "person.devices", Method: get, Path: "/people/{id}/devices", Permission: auth.CanReadSession, Noun: "person", Summary: "List a person's phones, the last used first"},
		{Name: "device.delete", Method: del, Path: "/devices/{id}", Permission: reply.SignedIn, Noun: "device", Summary: "Release a phone, so that another may be registered",
			status: http.StatusNoContent},
	}
}

func (a *api) phone() {
	s := a.c.Auth
	register(a, "phone.signin", func(ctx context.Context, in *struct{ Body PhoneSignIn }) (*one[PhoneSignedIn], error) {
		b := in.Body
		x, err := s.SignInPhone(ctx, auth.SignIn{Tenant: b.Organisation, Login: b.Login, Password: b.Password, From: a.origin(ctx, b.PhoneOn)})
		return single(x, err, phoneSignedInOf)
	})
	register(a, "phone.step", func(ctx context.Context, in *struct{ Body PhoneStep }) (*one[PhoneSignedIn], error) {
		x, err := s.SecondStepPhone(ctx, in.Body.Step, in.Body.Code, a.origin(ctx, in.Body.PhoneOn))
		return single(x, err, phoneSignedInOf)
	})
	register(a, "phone.refresh", func(ctx context.Context, in *struct{ Body PhoneRefresh }) (*one[PhonePair], error) {
		x, err := s.Refresh(ctx, in.Body.RefreshToken)
		return single(x, err, pairOf)
	})
	register(a, "phone.signout", func(ctx context.Context, _ *struct{}) (*nothing, error) {
		return done(s.SignOutPhone(ctx, actor.From(ctx)))
	})
	a.devices()
}

// origin is where a sign-in on a phone comes from.
func (a *api) origin(ctx context.Context, on PhoneOn) auth.Origin {
	r, _ := humago.Unwrap(of(ctx).inner)
	return auth.Origin{Source: a.c.Source(r), Agent: r.UserAgent(), Phone: &auth.Phone{Name: on.Device, Token: on.DeviceToken}}
}

// Device is a phone on which a person signed in.
type Device struct {
	ID        id.Device  `json:"id" format:"uuid"`
	PersonID  id.Person  `json:"person_id" format:"uuid"`
	Name      string     `json:"name" doc:"As it calls itself." example:"Nokia XR20"`
	Source    string     `json:"source" doc:"The client's address at the last sign-in." example:"203.0.113.7"`
	CreatedAt time.Time  `json:"created_at" example:"2026-11-23T08:00:00Z"`
	SeenAt    time.Time  `json:"seen_at" doc:"To the minute." example:"2026-11-23T08:00:00Z"`
	ExpiresAt *time.Time `json:"expires_at" doc:"Until when they stay signed in there without using it; null: they are signed out."`
	Held      bool       `json:"held" doc:"By the organisation's rule about phones: only who may end the person's sessions releases it." example:"false"`
	Current   bool       `json:"current" doc:"The one that asks." example:"false"`
}

func deviceOf(d auth.Device) Device {
	return Device{ID: d.ID, PersonID: d.Person, Name: d.Name, Source: d.Source, CreatedAt: d.Created, SeenAt: d.Seen, ExpiresAt: d.Expires, Held: d.Held, Current: d.Current}
}

func (a *api) devices() {
	s := a.c.Auth
	register(a, "account.devices", func(ctx context.Context, _ *struct{}) (*many[Device], error) {
		who := actor.From(ctx)
		if err := who.RequirePerson(); err != nil {
			return nil, err
		}
		rows, err := s.ListDevices(ctx, who, who.Person())
		return whole(rows, err, deviceOf)
	})
	register(a, "person.devices", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*many[Device], error) {
		rows, err := s.ListDevices(ctx, actor.From(ctx), in.ID)
		return whole(rows, err, deviceOf)
	})
	register(a, "device.delete", func(ctx context.Context, in *struct {
		ID id.Device `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.DeleteDevice(ctx, actor.From(ctx), in.ID))
	})
}
