package dbtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"intelliwiz/internal/db"
)

// LintSQL holds every statement of the packages under root/internal to the rules for statements, and has both engines compile it
// as the role that will run it: none but those of wholeReads may read a table from one end to the other. Test files are not looked at.
func LintSQL(t *testing.T, root string) {
	t.Helper()
	found, problems, err := Statements(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	if len(found) == 0 {
		t.Errorf("no statement under %s", root)
	}
	for _, engine := range Engines {
		d := Open(t, engine, func(o *db.Options) {
			if engine == "postgres" {
				o.URL += "&enable_seqscan=off"
			}
		})
		for _, s := range found {
			plan, err := d.Plan(t.Context(), s.Text)
			if err != nil {
				t.Errorf("%s: %s on %s: %v", s.At, s.Name, engine, err)
			}
			if tables := wholes(engine, s.Text, plan); len(tables) > 0 && wholeReads[s.Name] == "" {
				t.Errorf("%s: %s reads the whole of %v on %s:\n%s", s.At, s.Name, tables, engine, plan)
			}
		}
	}
}

// Statement is a constant of type db.SQL.
type Statement struct {
	Name string // package.constant, without the SQL that sets it apart from a function
	Text db.SQL
	At   string // file:line
}

// Statements finds every statement in the Go files of a folder and of those below it, and what is wrong with them.
func Statements(dir string) (found []Statement, problems []string, err error) {
	packages := map[string]*source{}
	set := token.NewFileSet()
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if err == nil && e.Name() == "testdata" && path != dir {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		if packages[folder] == nil {
			packages[folder] = &source{set: set, consts: map[string]ast.Expr{}, typed: map[string]bool{}}
		}
		packages[folder].add(file)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range packages {
		p.read()
		found = append(found, p.found...)
		problems = append(problems, p.problems...)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Name < found[j].Name })
	sort.Strings(problems)
	return found, problems, nil
}

// source is one package: its constants, and which of them are statements.
type source struct {
	set      *token.FileSet
	name     string
	files    []*ast.File
	consts   map[string]ast.Expr
	typed    map[string]bool
	found    []Statement
	problems []string
}

func (p *source) add(file *ast.File) {
	p.name = file.Name.Name
	p.files = append(p.files, file)
	sql := sqlType(file, p.name)
	ast.Inspect(file, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		for _, spec := range decl.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				if i < len(v.Values) {
					p.consts[name.Name] = v.Values[i]
					p.typed[name.Name] = sql(v.Type)
				}
			}
		}
		return true
	})
}

// sqlType tells whether an expression in this file means db.SQL, whatever name the file imports the package by.
func sqlType(file *ast.File, pkg string) func(ast.Expr) bool {
	local := ""
	for _, i := range file.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && strings.HasSuffix(path, "/internal/db") {
			local = "db"
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	return func(e ast.Expr) bool {
		switch x := e.(type) {
		case *ast.SelectorExpr:
			of, ok := x.X.(*ast.Ident)
			return ok && local != "" && of.Name == local && x.Sel.Name == "SQL"
		case *ast.Ident:
			return x.Name == "SQL" && (pkg == "db" || local == ".")
		case *ast.ParenExpr:
			return false
		}
		return false
	}
}

func (p *source) read() {
	for name, is := range p.typed {
		if is {
			p.statement(name)
		}
	}
	for _, f := range p.files {
		p.misuse(f)
	}
}

func (p *source) statement(name string) {
	at := p.at(p.consts[name])
	text, err := p.fold(p.consts[name])
	if err != nil {
		p.problem(at, "%s: %v", name, err)
		return
	}
	want := p.name + "." + strings.TrimSuffix(name, "SQL")
	if first, _, _ := strings.Cut(text, "\n"); strings.TrimSuffix(first, " by value") != "-- "+want {
		p.problem(at, "%s begins with %q and not with its name, %q", name, first, "-- "+want)
	}
	for _, wrong := range Rules(text) {
		p.problem(at, "%s: %s", want, wrong)
	}
	p.found = append(p.found, Statement{Name: want, Text: db.SQL(text), At: at})
}

// fold computes a constant text of this package.
func (p *source) fold(e ast.Expr) (string, error) {
	switch x := e.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(x.Value)
	case *ast.ParenExpr:
		return p.fold(x.X)
	case *ast.Ident:
		if c, ok := p.consts[x.Name]; ok {
			return p.fold(c)
		}
		return "", fmt.Errorf("%s is no constant of this package", x.Name)
	case *ast.BinaryExpr:
		l, err := p.fold(x.X)
		if err != nil {
			return "", err
		}
		r, err := p.fold(x.Y)
		return l + r, err
	}
	return "", fmt.Errorf("a statement is made of literals and constants of its package, not of a %T", e)
}

// misuse finds statements that are no constants: conversions, sums of statements, literals that are passed on, types of their own.
func (p *source) misuse(file *ast.File) {
	sql := sqlType(file, p.name)
	inConst := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.GenDecl:
			if x.Tok == token.CONST {
				for _, s := range x.Specs {
					v := s.(*ast.ValueSpec)
					for _, e := range v.Values {
						p.inside(e, inConst, sql(v.Type))
					}
				}
			}
		case *ast.CallExpr:
			if fun := ast.Unparen(x.Fun); sql(fun) && p.name != "db" && p.name != "dbtest" {
				p.problem(p.at(x), "a statement is a constant, and nothing is converted into one")
			}
		case *ast.TypeSpec:
			if sql(ast.Unparen(x.Type)) {
				p.problem(p.at(x), "%s: statements have one type, db.SQL", x.Name.Name)
			}
		case *ast.BinaryExpr:
			if !inConst[x] && (p.isStatement(x.X) || p.isStatement(x.Y)) && x.Op == token.ADD {
				p.problem(p.at(x), "a statement is not put together where it is used")
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(x.Value); x.Kind == token.STRING && err == nil && !inConst[x] && named.MatchString(text) {
				p.problem(p.at(x), "a statement is a constant of type db.SQL, not a literal or an untyped constant")
			}
		}
		return true
	})
}

// inside marks what a constant declaration is made of; its literals may be statements only when it is typed as one.
func (p *source) inside(e ast.Expr, mark map[ast.Expr]bool, typed bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if x, ok := n.(ast.Expr); ok {
			if _, literal := x.(*ast.BasicLit); !literal || typed {
				mark[x] = true
			}
		}
		return true
	})
}

func (p *source) isStatement(e ast.Expr) bool {
	i, ok := ast.Unparen(e).(*ast.Ident)
	return ok && p.typed[i.Name]
}

func (p *source) at(n ast.Node) string {
	at := p.set.Position(n.Pos())
	return fmt.Sprintf("%s:%d", at.Filename, at.Line)
}

func (p *source) problem(at, format string, args ...any) {
	p.problems = append(p.problems, at+": "+fmt.Sprintf(format, args...))
}
