package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a package may import of the house, floor by floor: ground below middle below domains below transports below the roof. The words of
// a row are packages under internal/; a package that has no row fails the test.
var (
	ground     = []string{"actor", "clock", "config", "db", "fault", "fold", "id", "page", "telemetry"}
	middle     = []string{"argon", "backup", "blob", "cache", "flag", "hold", "ical", "job", "journal", "ldap", "limit", "mail", "news", "oidc", "outbound", "picture", "recording", "recur", "sbom", "scan", "seal", "sheet", "upgrade"}
	domains    = []string{"asset", "auth", "calendar", "checklist", "deadline", "exchange", "file", "hook", "incident", "notice", "ops", "org", "people", "plan", "post", "push", "readiness", "task", "ticket"}
	transports = []string{"graph", "httpd", "reply", "rest", "web"}
)

// pairs are the arrows inside one floor, each with its reason.
var pairs = map[[2]string]string{
	{"actor", "fault"}:              "refusals are faults",
	{"actor", "id"}:                 "an actor is of a tenant",
	{"clock", "fault"}:              "an unknown zone is a fault",
	{"config", "telemetry"}:         "secrets are a type",
	{"db", "actor"}:                 "the tenant comes from the actor",
	{"db", "clock"}:                 "dates are stored",
	{"db", "fault"}:                 "errors of the engines become faults",
	{"db", "id"}:                    "ids are stored",
	{"page", "id"}:                  "a cursor names the last record",
	{"page", "fault"}:               "a bad cursor is a fault",
	{"telemetry", "actor"}:          "log lines name tenant and person",
	{"telemetry", "id"}:             "log lines name tenant and person",
	{"job", "journal"}:              "journal rows start work",
	{"flag", "journal"}:             "who switches is on record",
	{"hold", "journal"}:             "who stops something is on record",
	{"mail", "job"}:                 "mail is sent in the background",
	{"backup", "blob"}:              "files are in backups, and backups are kept as files are",
	{"backup", "db/whole"}:          "a backup is of a whole database",
	{"asset", "org"}:                "a place on earth and the code lists are org's",
	{"auth", "org"}:                 "an actor is made of grants",
	{"auth", "people"}:              "an account is a person's",
	{"checklist", "org"}:            "units and categories are values of its lists",
	{"exchange", "asset"}:           "an import calls its use cases",
	{"exchange", "org"}:             "an import calls its use cases",
	{"exchange", "people"}:          "an import calls its use cases",
	{"exchange", "ticket"}:          "an import calls its use cases",
	{"exchange", "plan"}:            "an import calls its use cases",
	{"exchange", "checklist"}:       "plans name what is asked",
	{"exchange", "post"}:            "plans name posts",
	{"plan", "calendar"}:            "plans keep holidays",
	{"plan", "checklist"}:           "what a meter shows is a number of an answer",
	{"readiness/ship", "readiness"}: "a release is given its results",
	{"readiness/ship", "clock"}:     "it is dated",
	{"readiness", "ops"}:            "its report is for who sees how the installation does",
	{"post", "deadline"}:            "a post is expected to be held",
	{"post", "ticket"}:              "a post that is uncovered may raise one",
	{"plan", "org"}:                 "the legs of a route are reckoned between places on earth",
	{"task", "plan"}:                "tasks are made of plans",
	{"task", "checklist"}:           "it judges answers",
	{"task", "deadline"}:            "a task is expected by its time",
	{"task", "org"}:                 "a phone is at a place on earth",
	{"task", "asset"}:               "maintenance moves its asset",
	{"task", "ticket"}:              "a task that was missed may raise one",
	{"ticket", "calendar"}:          "clocks follow business hours",
	{"incident", "auth"}:            "a person who is erased does not sign in",
	{"incident", "push"}:            "a person is erased",
	{"incident", "people"}:          "a person is erased",
	{"hook", "org"}:                 "the log of every tenant is cleared",
	{"notice", "org"}:               "times are in the zone of a home site",
	{"notice", "push"}:              "it reaches their devices",
	{"notice", "people"}:            "a person has an address",
	{"httpd", "cache"}:              "a request may ask for what is not from memory",
	{"httpd", "reply"}:              "faults become answers there",
	{"graph", "reply"}:              "faults become answers there",
	{"rest", "reply"}:               "faults become answers there",
	{"rest", "cache"}:               "the tags of answers are remembered",
	{"graph", "flag"}:               "features are switched",
	{"rest", "flag"}:                "features are switched",
	{"web", "flag"}:                 "features can be switched off",
	{"web", "cache"}:                "what pages offer is remembered",
	{"web", "reply"}:                "faults become answers there",
	{"web", "web/ui"}:               "pages are made of parts",
	{"web", "web/static"}:           "pages link to files",
	{"web/ui", "web/static"}:        "parts link to files",
	{"web/ui", "actor"}:             "the rail shows what the actor may see",
	{"graph", "graph/gen"}:          "generated code",
	{"graph/gen", "graph"}:          "generated code",
	{"graph/gen", "graph/gen"}:      "generated code",
}

// never are packages that a floor must not reach, with those who may after all.
var never = []struct {
	floor  []string
	prefix string
	except []string
}{
	{slices.Concat(ground, middle, domains), "net/http", []string{"oidc", "outbound", "telemetry"}},
	{slices.Concat(ground, middle, domains), "html/template", nil},
	{slices.Concat(ground, middle, domains), "github.com/a-h/templ", nil},
	{domains, "database/sql", nil},
	{domains, "github.com/jackc", nil},
	{domains, "modernc.org", nil},
	{domains, "github.com/riverqueue", nil},
	{transports, "database/sql", nil},
	{transports, "github.com/jackc", nil},
}

func TestWhoMayImportWhom(t *testing.T) {
	for pkg, imports := range packages(t) {
		for _, imp := range imports {
			if inner, ok := strings.CutPrefix(imp, "intelliwiz/internal/"); ok {
				if !mayImport(pkg, inner) {
					t.Errorf("%s imports %s: no row allows that", pkg, inner)
				}
				continue
			}
			for _, n := range never {
				if slices.Contains(n.floor, pkg) && !slices.Contains(n.except, pkg) && (imp == n.prefix || strings.HasPrefix(imp, n.prefix+"/")) {
					t.Errorf("%s imports %s: its floor must not", pkg, imp)
				}
			}
		}
	}
}

func mayImport(pkg, inner string) bool {
	if _, listed := pairs[[2]string{pkg, inner}]; listed {
		return true
	}
	of := func(floors ...[]string) bool { return slices.Contains(slices.Concat(floors...), inner) }
	switch root, _, _ := strings.Cut(pkg, "/"); {
	case inner == "config":
		return root == "app"
	case root == "app":
		return true
	case root == "demo", root == "testworld":
		return of(ground, middle, domains) || strings.HasPrefix(inner, "db/dbtest")
	case pkg == "db/dbtest/with", strings.HasPrefix(pkg, "db/"):
		return of(ground) || strings.HasPrefix(inner, "db/")
	case slices.Contains(middle, pkg):
		return of(ground)
	case slices.Contains(domains, pkg):
		return of(ground, middle)
	case pkg == "reply", pkg == "httpd":
		return of(ground) && inner != "db"
	case slices.Contains(transports, root):
		return of(ground, domains) && inner != "db" || inner == "journal"
	}
	return false
}

func TestChainsOfImportsAreShort(t *testing.T) {
	all := packages(t)
	depth := map[string]int{}
	var walk func(pkg string) int
	walk = func(pkg string) int {
		if d, ok := depth[pkg]; ok {
			return d
		}
		depth[pkg] = 1
		for _, imp := range all[pkg] {
			if inner, ok := strings.CutPrefix(imp, "intelliwiz/internal/"); ok {
				depth[pkg] = max(depth[pkg], 1+walk(inner))
			}
		}
		return depth[pkg]
	}
	for pkg := range all {
		if d := walk(pkg); d > 10 {
			t.Errorf("%s is the top of a chain of %d packages; at most 10", pkg, d)
		}
	}
}

// TestOnlyTheDoorMakesActors: an actor decides the tenant and what may be done, so nobody else makes one.
func TestOnlyTheDoorMakesActors(t *testing.T) {
	for path, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if slices.Contains([]string{"auth", "job", "app", "demo", "testworld", "db/dbtest"}, pkg) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "New" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "actor" {
					t.Errorf("%s makes an actor", path)
				}
			}
			return true
		})
	}
}

// TestOnlyTheseLeaveTheTenant: db.System and db.Seal reach beyond one tenant. flag and hold keep what concerns the installation, and read it whole
// at every turn: one small statement, not one of each tenant. push keeps a pair of keys there, and upgrade notes which version serves.
func TestOnlyTheseLeaveTheTenant(t *testing.T) {
	may := map[string][]string{"System": {"auth", "flag", "hold", "org", "job", "push", "upgrade"}, "Seal": {"journal"}, "PG": {"job"}, "SQLite": {"job"}}
	for path, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if strings.HasPrefix(pkg, "db") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || may[s.Sel.Name] == nil {
				return true
			}
			if x, ok := s.X.(*ast.SelectorExpr); ok && (x.Sel.Name == "db" || x.Sel.Name == "DB") && !slices.Contains(may[s.Sel.Name], pkg) {
				t.Errorf("%s calls db.%s", path, s.Sel.Name)
			}
			return true
		})
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for path, f := range files(t) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s has an init function", path)
			}
		}
	}
}

// packages gives the packages under internal/ and what their files, without tests, import.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string]map[string]bool{}
	for path, f := range files(t) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if out[pkg] == nil {
			out[pkg] = map[string]bool{}
		}
		for _, imp := range f.Imports {
			out[pkg][strings.Trim(imp.Path.Value, `"`)] = true
		}
	}
	lists := map[string][]string{}
	for pkg, set := range out {
		lists[pkg] = slices.Sorted(maps.Keys(set))
	}
	return lists
}

// files parses every Go file under internal/ that is neither a test nor generated, by its path there.
func files(t *testing.T) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.Contains(path, "/gen/") {
			return err
		}
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("..", path)
		out[rel] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found", len(out))
	}
	return out
}
