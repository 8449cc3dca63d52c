package config

import (
	"cmp"
	"errors"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"intelliwiz/internal/telemetry"
)

// fileVariable names the optional file of KEY=VALUE lines.
const fileVariable = "IW_CONFIG"

// Load reads the configuration. environ is as os.Environ gives it; args are NAME=VALUE from the command line, which win over the
// environment, which wins over the file that IW_CONFIG names. NAME_FILE names a file with the value of NAME. An empty value is
// none. The error is a Faults with everything that is wrong.
func Load(environ, args []string) (Config, error) {
	var c Config
	g := gathering{fields: fieldsOf(&c), raw: map[string]string{}, source: map[string]string{}}
	g.gather(environ, args)
	g.defaults()
	c.raw, c.source, c.Warnings = g.raw, g.source, g.warnings
	if g.parse(&c) { // otherwise the rules below would only repeat what could not be read
		g.faults = append(g.faults, bounds(&c)...)
		g.faults = append(g.faults, rules(&c)...)
	}
	if len(g.faults) > 0 {
		slices.SortStableFunc(g.faults, func(a, b Fault) int { return cmp.Compare(a.Name, b.Name) })
		return Config{}, g.faults
	}
	for i, h := range c.HTTP.Hosts {
		c.HTTP.Hosts[i] = strings.ToLower(strings.TrimSpace(h))
	}
	if c.Load {
		raise(&c)
	}
	return c, nil
}

// field is one variable and where it goes.
type field struct {
	name   string // of the variable
	goName string
	tag    reflect.StructTag
	typ    reflect.Type
}

func (f field) secret() bool { return f.typ == reflect.TypeFor[telemetry.Secret]() }

// fieldsOf lists the variables of a configuration, in the order of the struct.
func fieldsOf(c *Config) []field {
	var out []field
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for i := range t.NumField() {
			sf := t.Field(i)
			switch name := sf.Tag.Get("env"); {
			case name != "":
				out = append(out, field{name, sf.Name, sf.Tag, sf.Type})
			case sf.IsExported() && sf.Type.Kind() == reflect.Struct:
				walk(sf.Type)
			}
		}
	}
	walk(reflect.TypeOf(*c))
	return out
}

// gathering collects the text of every variable from its sources.
type gathering struct {
	fields   []field
	raw      map[string]string
	source   map[string]string
	profile  Profile
	faults   Faults
	warnings []string
}

func (g *gathering) gather(environ, args []string) {
	flags, given := pairs(args), pairs(environ)
	g.unknown(flags, "is given as a flag and is not a setting", true, true)
	file := g.file(cmp.Or(flags[fileVariable], given[fileVariable]))
	g.unknown(file, "stands in the file and is not a setting", true, true)
	for _, f := range g.fields {
		if f.secret() && flags[f.name] != "" {
			g.faults.add(f.name, "is a secret: the command line can be read by others, so give it by the environment or a file")
		}
		for _, from := range []struct {
			values map[string]string
			name   string
		}{{flags, "flag"}, {given, "environment"}, {file, "file"}} {
			if g.take(f, from.values, from.name) {
				break
			}
		}
	}
	g.profile = Profile(cmp.Or(g.raw["IW_PROFILE"], string(Production)))
	g.unknown(given, "is not a setting", false, g.profile != Development && g.profile != Test)
}

// take sets a variable from one source, and says whether the source had it.
func (g *gathering) take(f field, values map[string]string, source string) bool {
	value, path := values[f.name], values[f.name+"_FILE"]
	switch {
	case value != "" && path != "":
		g.faults.add(f.name, "is given twice: as itself and by %s_FILE", f.name)
		return true
	case value != "":
		g.raw[f.name], g.source[f.name] = value, source
		return true
	case path != "":
		g.raw[f.name], g.source[f.name] = g.content(f, path), source+" "+f.name+"_FILE"
		return true
	}
	return false
}

// retired are settings of versions before: they stop nobody who takes this one.
var retired = map[string]string{"IW_KEY_SESSION": "is of no use any more, nothing was ever signed with it: take it away"}

// unknown names what nobody reads, with what may have been meant. The environment has much that is not ours, so there it looks at IW_ only;
// a file or a flag is ours as a whole (all). Outside production a name in the environment stops nobody.
func (g *gathering) unknown(values map[string]string, problem string, all, stops bool) {
	known := map[string]bool{fileVariable: true}
	for _, f := range g.fields {
		known[f.name], known[f.name+"_FILE"] = true, true
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		foreign := !all && !strings.HasPrefix(name, "IW_")
		if known[name] || foreign || strings.HasPrefix(name, "IW_TEST_") { // where the tests' servers are; nothing reads them here
			continue
		}
		if why := retired[strings.TrimSuffix(name, "_FILE")]; why != "" {
			g.warnings = append(g.warnings, name+" "+why)
			continue
		}
		text := problem
		if near := nearest(name, known); near != "" {
			text += "; " + near + " is"
		}
		if stops {
			g.faults.add(name, "%s", text)
		} else {
			g.warnings = append(g.warnings, name+" "+text)
		}
	}
}

// defaults fills what nobody gave.
func (g *gathering) defaults() {
	for _, f := range g.fields {
		if _, given := g.source[f.name]; given {
			continue
		}
		value := f.tag.Get("default")
		if lax, ok := f.tag.Lookup("lax"); ok && g.profile != Production {
			value = lax
		}
		g.set(f.name, value)
	}
	if g.raw["DATABASE_URL"] == "" {
		g.set("DATABASE_URL", "sqlite:"+filepath.Join(g.raw["IW_DATA_DIR"], "intelliwiz.db"))
	}
	if g.raw["IW_PUBLIC_URL"] == "" && g.profile != Production {
		g.set("IW_PUBLIC_URL", "http://"+reachable(g.raw["IW_LISTEN"]))
	}
	if g.raw["IW_HOSTS"] == "" {
		g.set("IW_HOSTS", strings.Join(g.hosts(), ","))
	}
}

// reachable is where a browser on the same machine finds a listener.
func reachable(listen string) string {
	host, port, _ := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

func (g *gathering) hosts() []string {
	var hosts []string
	if g.profile != Production {
		hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	if u, err := url.Parse(g.raw["IW_PUBLIC_URL"]); err == nil && u.Host != "" && !slices.Contains(hosts, u.Hostname()) {
		hosts = append(hosts, u.Hostname())
	}
	return hosts
}

func (g *gathering) set(name, value string) { g.raw[name], g.source[name] = value, "default" }

// parse turns texts into values. What the parser says about a value is replaced: it would print the value.
func (g *gathering) parse(c *Config) (read bool) {
	given := maps.Clone(g.raw)
	maps.DeleteFunc(given, func(_, v string) bool { return v == "" })
	err := env.ParseWithOptions(c, env.Options{Environment: given})
	var all env.AggregateError
	if err == nil || !errors.As(err, &all) {
		if err != nil {
			g.faults.add("the configuration", "cannot be read")
		}
		return err == nil
	}
	for _, e := range all.Errors {
		p, ok := errors.AsType[env.ParseError](e)
		if !ok {
			g.faults.add("the configuration", "cannot be read")
			continue
		}
		i := slices.IndexFunc(g.fields, func(f field) bool { return f.goName == p.Name && f.typ == p.Type })
		g.faults.add(g.fields[i].name, "%s", form(g.fields[i].typ))
	}
	return false
}

// form says how a type is written.
func form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return "must be a time such as 30s, 5m or 12h"
	case reflect.TypeFor[Size]():
		return "must be a size such as 512, 64KiB or 1MiB"
	case reflect.TypeFor[Rate]():
		return "must be a rate such as 5/1m or 5/1m burst 10"
	case reflect.TypeFor[Keep]():
		return "must be numbers of days, weeks and months such as 7/4/6"
	case reflect.TypeFor[bool]():
		return "must be true or false"
	case reflect.TypeFor[int]():
		return "must be a whole number"
	case reflect.TypeFor[float64]():
		return "must be a number such as 0.1"
	case reflect.TypeFor[url.URL]():
		return "must be an address such as https://iw.example.com"
	case reflect.TypeFor[[]Network]():
		return "must be addresses or networks such as 10.0.0.0/8, separated by commas"
	}
	return "must be debug, info, warn or error" // the last type that can fail: slog.Level
}
