package reply

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
)

// ReadJSON reads a request's JSON body into dst, a pointer to a struct. Beyond what DecodeJSON refuses it refuses another type of
// content (415) and a body over the limit of the route (TooLarge).
func ReadJSON(r *http.Request, dst any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return NoType("application/json")
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return TooLarge(large.Limit).Because(err)
		}
		return fault.Of(fault.Malformed, "The body ended before its end.").Because(err)
	}
	return DecodeJSON(raw, dst)
}

// DecodeJSON decodes a JSON text strictly: what CheckJSON refuses is Malformed; a key that dst does not have, written exactly so, and a value of
// the wrong type are Invalid, each at its path, all at once. What the text leaves out stays as it was in dst.
func DecodeJSON(raw []byte, dst any) error {
	if err := CheckJSON(raw, MaxDepth); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return malformed(fault.Field{Code: "syntax", Message: err.Error()})
	}
	var f fit
	f.value(tree, reflect.TypeOf(dst).Elem())
	if len(f.faults) > 0 {
		err := fault.Of(fault.Invalid, "Check what is marked below.")
		err.Fields = f.faults
		return err
	}
	if err := json.Unmarshal(raw, dst); err != nil {
		return fault.Of(fault.Invalid, "This does not have the form that is read here.").Because(err)
	}
	return nil
}

// fit holds a decoded tree against a type.
type fit struct {
	path   []string
	faults []fault.Field
}

func (f *fit) fault(code, message string) {
	if len(f.faults) < maxFaults {
		f.faults = append(f.faults, fault.Field{Path: joinPath(f.path), Code: code, Message: message})
	}
}

func (f *fit) at(part string, v any, t reflect.Type) {
	f.path = append(f.path, part)
	f.value(v, t)
	f.path = f.path[:len(f.path)-1]
}

func (f *fit) value(v any, t reflect.Type) {
	if v == nil {
		if k := t.Kind(); k != reflect.Pointer && k != reflect.Slice && k != reflect.Map && k != reflect.Interface {
			f.fault("type", "This must not be null.")
		}
		return
	}
	if t.Kind() == reflect.Pointer {
		f.value(v, t.Elem())
		return
	}
	if reads(t, reflect.TypeFor[json.Unmarshaler]()) || reads(t, reflect.TypeFor[encoding.TextUnmarshaler]()) {
		f.own(v, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		f.object(v, t)
	case reflect.Map:
		m, ok := v.(map[string]any)
		f.need(ok, "an object")
		for _, k := range sorted(m) {
			f.at(k, m[k], t.Elem())
		}
	case reflect.Slice, reflect.Array:
		f.list(v, t)
	case reflect.String:
		_, ok := v.(string)
		f.need(ok, "a text")
	case reflect.Bool:
		_, ok := v.(bool)
		f.need(ok, "true or false")
	case reflect.Interface:
		f.free(v)
	default:
		f.number(v, t)
	}
}

// free looks through what has no type: a number that no machine can keep would be read by nobody.
func (f *fit) free(v any) {
	of := reflect.TypeFor[any]()
	switch x := v.(type) {
	case map[string]any:
		for _, k := range sorted(x) {
			f.at(k, x[k], of)
		}
	case []any:
		for i, item := range x {
			f.at("["+strconv.Itoa(i)+"]", item, of)
		}
	case json.Number:
		f.number(x, reflect.TypeFor[float64]())
	}
}

func (f *fit) need(ok bool, what string) {
	if !ok {
		f.fault("type", "This must be "+what+".")
	}
}

func (f *fit) object(v any, t reflect.Type) {
	m, ok := v.(map[string]any)
	if !ok {
		f.fault("type", "This must be an object.")
		return
	}
	known := map[string]reflect.Type{}
	keysOf(t, known)
	for _, k := range sorted(m) {
		if inner, ok := known[k]; ok {
			f.at(k, m[k], inner)
			continue
		}
		f.path = append(f.path, k)
		f.fault("unknown", "This key is not known here.")
		f.path = f.path[:len(f.path)-1]
	}
}

func (f *fit) list(v any, t reflect.Type) {
	if _, isText := v.(string); isText && t.Elem().Kind() == reflect.Uint8 {
		return // bytes travel as base64; Unmarshal reads them
	}
	list, ok := v.([]any)
	f.need(ok, "a list")
	for i, item := range list {
		f.at("["+strconv.Itoa(i)+"]", item, t.Elem())
	}
}

func (f *fit) number(v any, t reflect.Type) {
	n, ok := v.(json.Number)
	if !ok {
		f.fault("type", "This must be a number.")
		return
	}
	into := reflect.New(t)
	if json.Unmarshal([]byte(n), into.Interface()) == nil {
		return
	}
	if _, err := n.Int64(); err != nil && t.Kind() != reflect.Float32 && t.Kind() != reflect.Float64 {
		f.fault("type", "This must be a whole number.")
		return
	}
	f.fault("range", "This number is outside of what can be kept.")
}

// own lets a type that reads itself (a time, an id) say whether it can.
func (f *fit) own(v any, t reflect.Type) {
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, reflect.New(t).Interface())
	}
	if err != nil {
		f.fault("type", fmt.Sprintf("This is not %s.", article(t)))
	}
}

func article(t reflect.Type) string {
	if name := strings.ToLower(t.Name()); name != "" {
		return "a valid " + name
	}
	return "valid"
}

func reads(t, how reflect.Type) bool {
	return t.Implements(how) || reflect.PointerTo(t).Implements(how)
}

// keysOf collects the keys that encoding/json would decode into a struct.
func keysOf(t reflect.Type, into map[string]reflect.Type) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		switch {
		case name == "-" || !sf.IsExported() && !sf.Anonymous:
		case sf.Anonymous && name == "" && sf.Type.Kind() == reflect.Struct:
			keysOf(sf.Type, into)
		case name == "":
			into[sf.Name] = sf.Type
		default:
			into[name] = sf.Type
		}
	}
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
