package rest

import (
	"encoding/json"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// exampleBody gives a body that an operation takes, as JSON: what is required, and what the document has an example of.
func exampleBody(r huma.Registry, s *huma.Schema) string {
	for s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	out := map[string]any{}
	for key, p := range s.Properties {
		if slices.Contains(s.Required, key) || len(p.Examples) > 0 {
			out[key] = example(r, p)
		}
	}
	raw, _ := json.MarshalIndent(out, "", "  ") // examples are made of what encodes
	return string(raw)
}

// example gives a value that fits a schema.
func example(r huma.Registry, s *huma.Schema) any {
	for s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Nullable:
		return nil
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for key, p := range s.Properties {
			out[key] = example(r, p)
		}
		return out
	case huma.TypeArray:
		return []any{example(r, s.Items)}
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeString:
		switch s.Format {
		case "uuid":
			return "0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70"
		case "date-time":
			return "2026-11-23T08:00:00Z"
		}
		return ""
	}
	return nil
}
