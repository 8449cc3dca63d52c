package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// checker holds a decoded value against a JSON Schema and gathers every violation at its path, in the words of package fault. It does
// this instead of huma, whose violations have no codes and repeat what was sent. What does not fit is cut out of the value.
type checker struct {
	registry huma.Registry
	path     []string
	fields   []fault.Field
}

// maxFaults is how many violations one answer names.
const maxFaults = 100

func (c *checker) at() string {
	var b strings.Builder
	for _, p := range c.path {
		if b.Len() > 0 && !strings.HasPrefix(p, "[") { // a key may be empty
			b.WriteByte('.')
		}
		b.WriteString(p)
	}
	return b.String()
}

func (c *checker) add(code, message string) bool {
	if len(c.fields) < maxFaults {
		c.fields = append(c.fields, fault.Field{Path: c.at(), Code: code, Message: message})
	}
	return false
}

// err gives the Invalid fault with all violations, or nil.
func (c *checker) err() error {
	if len(c.fields) == 0 {
		return nil
	}
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	f.Fields = c.fields
	return f
}

// value says whether v is as s wants it.
func (c *checker) value(s *huma.Schema, v any) bool {
	for s.Ref != "" {
		s = c.registry.SchemaFromRef(s.Ref)
	}
	if v == nil {
		return s.Nullable || c.add("type", "This must not be null.")
	}
	switch s.Type {
	case huma.TypeObject:
		return c.object(s, v)
	case huma.TypeArray:
		return c.array(s, v)
	case huma.TypeString:
		return c.text(s, v)
	case huma.TypeBoolean:
		_, ok := v.(bool)
		return ok || c.add("type", "This must be true or false.")
	}
	return c.number(s, v)
}

func (c *checker) object(s *huma.Schema, v any) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return c.add("type", "This must be an object.")
	}
	for _, key := range sortedKeys(m) {
		c.path = append(c.path, key)
		if p, known := s.Properties[key]; !known {
			ok = c.add("unknown", "This key is not known here.")
			delete(m, key)
		} else if !c.value(p, m[key]) {
			ok = false
			delete(m, key)
		}
		c.path = c.path[:len(c.path)-1]
	}
	for _, key := range s.Required {
		if _, there := m[key]; !there {
			ok = c.missing(key, "Enter a value.") && ok
		}
	}
	for _, key := range sortedKeys(s.DependentRequired) {
		for _, other := range s.DependentRequired[key] {
			if m[key] != nil && m[other] == nil {
				ok = c.missing(other, "Give this too: it goes with "+key+".") && ok
			}
		}
	}
	return ok
}

// missing records that a key of the object at hand is not there, unless it was cut out for a violation of its own.
func (c *checker) missing(key, message string) bool {
	c.path = append(c.path, key)
	defer func() { c.path = c.path[:len(c.path)-1] }()
	at := c.at()
	for _, x := range c.fields {
		if rest, under := strings.CutPrefix(x.Path, at); under && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return false
		}
	}
	return c.add("required", message)
}

func (c *checker) array(s *huma.Schema, v any) bool {
	list, ok := v.([]any)
	if !ok {
		return c.add("type", "This must be a list.")
	}
	if s.MaxItems != nil && len(list) > *s.MaxItems {
		return c.add("too_many", fmt.Sprintf("Give at most %d; these are %d.", *s.MaxItems, len(list)))
	}
	if s.MinItems != nil && len(list) < *s.MinItems {
		ok = c.add("required", fmt.Sprintf("Give at least %d.", *s.MinItems))
	}
	for i, x := range list {
		c.path = append(c.path, "["+strconv.Itoa(i)+"]")
		ok = c.value(s.Items, x) && ok
		c.path = c.path[:len(c.path)-1]
	}
	return ok
}

func (c *checker) text(s *huma.Schema, v any) bool {
	text, ok := v.(string)
	if !ok {
		return c.add("type", "This must be a text.")
	}
	if s.MinLength != nil || s.MaxLength != nil {
		var t fault.Check
		t.Text(c.at(), text, value(s.MinLength, 0), value(s.MaxLength, 1<<20))
		if f := t.Err(); f != nil {
			x := fault.As(f).Fields[0]
			return c.add(x.Code, x.Message)
		}
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)) {
		return c.add("unknown", "This must be one of "+words(s.Enum)+".")
	}
	switch s.Format {
	case "uuid":
		_, err := id.Parse[id.Any](text)
		return err == nil || c.add("format", "This must be an id, like 0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70.")
	case "date-time":
		_, err := time.Parse(time.RFC3339, text)
		return err == nil || c.add("format", "This must be a time with its zone, like 2026-11-23T08:00:00Z.")
	}
	return true
}

func (c *checker) number(s *huma.Schema, v any) bool {
	n, ok := v.(json.Number)
	if !ok {
		return c.add("type", map[bool]string{true: "This must be a whole number.", false: "This must be a number."}[s.Type == huma.TypeInteger])
	}
	if _, err := n.Int64(); err != nil && s.Type == huma.TypeInteger {
		return c.add("type", "This must be a whole number.")
	}
	f, err := n.Float64()
	switch {
	case err != nil:
		return c.add("range", "This number is outside of what can be kept.")
	case s.Minimum != nil && f < *s.Minimum, s.Maximum != nil && f > *s.Maximum:
		return c.add("range", bounds(s))
	}
	return true
}

func bounds(s *huma.Schema) string {
	plain := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case s.Maximum == nil:
		return "This must be at least " + plain(*s.Minimum) + "."
	case s.Minimum == nil:
		return "This must be at most " + plain(*s.Maximum) + "."
	}
	return "This must be between " + plain(*s.Minimum) + " and " + plain(*s.Maximum) + "."
}

func words(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func value[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// decode reads JSON with its numbers as they are written; nil when it cannot be read.
func decode(raw []byte) (tree any) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&tree) != nil {
		return nil
	}
	return tree
}
