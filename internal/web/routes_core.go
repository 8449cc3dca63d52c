package web

import (
	"net/http"
	"time"

	"intelliwiz/internal/journal"
	"intelliwiz/internal/ops"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/static"
)

// Pages that others lead to.
const (
	homePath     = "/"
	signInPath   = "/login"
	stepPath     = "/login/code"
	accountPath  = "/account"
	passwordPath = "/account/password"
	factorsPath  = "/account/factors"
	passkeyPath  = "/login/passkey"
	passkeysPath = factorsPath + "/passkeys"
	provePath    = "/account/prove"
	proveKeyPath = "/account/prove/passkey"
	rulesPath    = "/second-step"
	sessionsPath = "/account/sessions"
	tokensPath   = "/account/tokens"
	servicesPath = "/services"
	devicesPath  = "/account/devices"
	phonesPath   = "/phones"
	auditPath    = "/audit"
)

// coreRoutes are the pages that everybody needs: sign-in, the own account, Today, search and the audit trail.
func (p *pages) coreRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	const anyone, signedIn = reply.Public, reply.SignedIn
	return []reply.Route{
		{Method: get, Path: static.Prefix + "{file}", Permission: anyone, Handler: p.staticFile, Name: "static.get", Unlimited: true},
		{Method: post, Path: "/look", Permission: anyone, Handler: p.setLook, Name: "look.set", Changes: true, Always: true},

		{Method: get, Path: signInPath, Permission: anyone, Handler: p.signInPage, Name: "signin.page"},
		{Method: post, Path: signInPath, Permission: anyone, Handler: p.signIn, Name: "signin", Changes: true, Always: true},
		{Method: get, Path: stepPath, Permission: anyone, Handler: p.stepPage, Name: "signin.step.page"},
		{Method: post, Path: stepPath, Permission: anyone, Handler: p.secondStep, Name: "signin.step", Changes: true, Always: true},
		{Method: post, Path: linkPath, Permission: anyone, Handler: p.askForLink, Name: "signin.link", Changes: true, Always: true},
		{Method: get, Path: devicePath + "{secret}", Permission: anyone, Handler: p.devicePage, Name: "signin.device.page", SecretPath: true},
		{Method: post, Path: devicePath + "{secret}", Permission: anyone, Handler: p.letDevice, Name: "signin.device", SecretPath: true, Changes: true, Always: true},
		{Method: get, Path: lostPath, Permission: anyone, Handler: p.lostPage, Name: "signin.lost.page"},
		{Method: post, Path: lostPath, Permission: anyone, Handler: p.askForHelp, Name: "signin.lost", Changes: true},
		{Method: get, Path: stopPath + "{secret}", Permission: anyone, Handler: p.stopPage, Name: "signin.stop.page", SecretPath: true},
		{Method: post, Path: stopPath + "{secret}", Permission: anyone, Handler: p.stopByLink, Name: "signin.stop", SecretPath: true, Changes: true, Always: true},
		{Method: post, Path: stepPath + "/passkey/options", Permission: anyone, Handler: p.stepKeyOptions, Name: "signin.step.passkey.options", Changes: true, Always: true},
		{Method: post, Path: stepPath + "/passkey", Permission: anyone, Handler: p.stepByKey, Name: "signin.step.passkey", Changes: true, Always: true},
		{Method: post, Path: passkeyPath + "/options", Permission: anyone, Handler: p.passkeyOptions, Name: "signin.passkey.options", Changes: true, Always: true},
		{Method: post, Path: passkeyPath, Permission: anyone, Handler: p.passkeySignIn, Name: "signin.passkey", Changes: true, Always: true},
		{Method: post, Path: "/logout", Permission: anyone, Handler: p.signOut, Name: "signout", Changes: true, Always: true},
		{Method: get, Path: "/setup/{secret}", Permission: anyone, Handler: p.installPage, Name: "install.page", SecretPath: true},
		{Method: post, Path: "/setup/{secret}", Permission: anyone, Handler: p.install, Name: "install", SecretPath: true, Changes: true},

		{Method: get, Path: "/{$}", Permission: signedIn, Handler: p.home, Name: "home"},
		{Method: get, Path: "/search", Permission: signedIn, Handler: p.searchPage, Name: "search.page"},
		{Method: get, Path: "/search/hits", Permission: signedIn, Handler: p.searchHits, Name: "search.hits"},

		{Method: get, Path: accountPath, Permission: signedIn, Handler: p.accountPage, Name: "account.get"},
		{Method: get, Path: passwordPath, Permission: signedIn, Handler: p.passwordPage, Name: "account.password.page", Own: true},
		{Method: post, Path: passwordPath, Permission: signedIn, Handler: p.changePassword, Name: "account.password", Own: true, Changes: true},
		{Method: get, Path: factorsPath, Permission: signedIn, Handler: p.factorsPage, Name: "account.factors", Own: true},
		{Method: post, Path: factorsPath + "/app", Permission: signedIn, Handler: p.beginApp, Name: "account.app.begin", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: factorsPath + "/app", Permission: signedIn, Handler: p.appPage, Name: "account.app.page", Proof: reply.ProofAlways},
		{Method: post, Path: factorsPath + "/app/confirm", Permission: signedIn, Handler: p.confirmApp, Name: "account.app.confirm", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: passkeysPath + "/new", Permission: signedIn, Handler: p.newPasskey, Name: "account.passkey.new", Proof: reply.ProofAlways},
		{Method: post, Path: passkeysPath + "/options", Permission: signedIn, Handler: p.newPasskeyOptions, Name: "account.passkey.options", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: passkeysPath, Permission: signedIn, Handler: p.addPasskey, Name: "account.passkey.create", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: factorsPath + "/codes", Permission: signedIn, Handler: p.makeCodes, Name: "account.codes.make", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: factorsPath + "/stop", Permission: signedIn, Handler: p.stopPlea, Name: "account.plea.stop", Own: true, Changes: true},
		{Method: post, Path: factorsPath + "/{id}/delete", Permission: signedIn, Handler: p.removeFactor, Name: "account.factor.delete", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: provePath, Permission: signedIn, Handler: p.provePage, Name: "account.prove.page", Own: true},
		{Method: post, Path: provePath, Permission: signedIn, Handler: p.prove, Name: "account.prove", Own: true, Changes: true, Always: true},
		{Method: get, Path: sessionsPath, Permission: signedIn, Handler: p.sessionsPage, Name: "account.sessions", Own: true},
		{Method: post, Path: sessionsPath + "/end", Permission: signedIn, Handler: p.endOtherSessions, Name: "account.sessions.end", Own: true, Changes: true, Always: true},
		{Method: post, Path: sessionsPath + "/{id}/end", Permission: signedIn, Handler: p.endSession, Name: "account.session.end", Own: true, Changes: true, Always: true},
		{Method: post, Path: devicesPath + "/{id}/release", Permission: signedIn, Handler: p.releaseOwnDevice, Name: "account.device.release", Own: true, Changes: true, Always: true},
		{Method: get, Path: tokensPath, Permission: signedIn, Handler: p.tokensPage, Name: "account.tokens", Own: true},
		{Method: get, Path: tokensPath + "/new", Permission: signedIn, Handler: p.newTokenPage, Name: "account.token.new", Proof: reply.ProofAlways},
		{Method: post, Path: tokensPath, Permission: signedIn, Handler: p.createToken, Name: "account.token.create", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: tokensPath + "/{id}/delete", Permission: signedIn, Handler: p.deleteToken, Name: "account.token.delete", Own: true, Changes: true},

		{Method: get, Path: auditPath, Permission: journal.CanRead, Handler: p.auditPage, Name: "audit.list"},
		{Method: get, Path: auditPath + "/{id}", Permission: journal.CanRead, Handler: p.entryPage, Name: "audit.get"},
		{Method: post, Path: auditPath + "/verify", Permission: journal.CanVerify, Handler: p.verifyPage, Name: "audit.verify", Timeout: time.Minute},
	}
}

// operationsRoutes are the pages about the installation itself.
func (p *pages) operationsRoutes() []reply.Route {
	return []reply.Route{
		{Method: http.MethodGet, Path: operationsPath, Permission: ops.CanRead, Handler: p.operations, Name: "operations"},
		{Method: http.MethodGet, Path: readinessPath, Permission: ops.CanRead, Handler: p.readiness, Name: "operations.readiness"},
		{Method: http.MethodGet, Path: partsPath, Permission: ops.CanRead, Handler: p.partsOf, Name: "operations.sbom"},
		{Method: http.MethodGet, Path: securityPath, Permission: reply.Public, Handler: p.securityText, Name: "security.txt"},
	}
}

func (p *pages) staticFile(w http.ResponseWriter, r *http.Request) error {
	static.Handler().ServeHTTP(w, r)
	return nil
}
