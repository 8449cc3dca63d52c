package rest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"intelliwiz/internal/id"
)

// texts are what JSON has to be careful about.
func texts() []string {
	return []string{"", "Chiller 2 tripped", "\"quoted\" \\ back", "a<b>&c", "चिलर बंद", "line\nbreak\ttab\x01", "sep\u2028\u2029", "bad\xff\xfeutf", "😀", "\x7f"}
}

func TestATextIsWrittenAsEncodingJSONWritesIt(t *testing.T) {
	for _, s := range texts() {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(appendText([]byte("x"), s)); got != "x"+string(want) {
			t.Errorf("%q is written %s, want %s", s, got, want)
		}
	}
}

// TestAppendersWriteWhatEncodingJSONWrites fills every field of every record that writes itself, with something and with nothing: a field
// that was added and forgotten there is missed here.
func TestAppendersWriteWhatEncodingJSONWrites(t *testing.T) {
	for turn, s := range texts() {
		for _, v := range []appender{&Ticket{}, &TicketLine{}, &TicketWhole{}} {
			fill(reflect.ValueOf(v).Elem(), s, turn)
			want, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(v.appendJSON([]byte("x"))); got != "x"+string(want) {
				t.Errorf("%T is written\n%s, want\n%s", v, got, want)
			}
		}
	}
}

func TestListsAndRecordsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	line := TicketLine{Who: "Asha", What: []string{}}
	unit := Unit{Name: "North"} // which does not write itself
	for _, v := range []struct {
		encoded
		body any
	}{
		{&many[TicketLine]{}, list[TicketLine]{Items: []TicketLine{}}},
		{&many[TicketLine]{list[TicketLine]{[]TicketLine{line, line}, "next"}}, list[TicketLine]{[]TicketLine{line, line}, "next"}},
		{&many[Unit]{list[Unit]{[]Unit{unit}, ""}}, list[Unit]{[]Unit{unit}, ""}},
		{&one[Unit]{unit}, unit}, {&made[TicketLine]{"/there", line}, line},
	} {
		want, err := json.Marshal(v.body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.append(nil); string(got) != string(want) || err != nil {
			t.Errorf("%T is written %s (%v), want %s", v.encoded, got, err, want)
		}
	}
}

// fill gives every field a value: the text, or one of its type; a pointer is nil at every other turn.
func fill(v reflect.Value, s string, turn int) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 23, 59, 59, 123456000*(turn%2), time.UTC)))
	case v.CanAddr() && v.Addr().Type().Implements(reflect.TypeFor[interface{ SetBytes([16]byte) }]()):
		v.Addr().Interface().(interface{ SetBytes([16]byte) }).SetBytes(id.New[id.Any]().Bytes())
	case v.Kind() == reflect.Pointer && turn%2 == 0:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, turn)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s, turn)
		}
	case v.Kind() == reflect.String:
		v.SetString(s)
	case v.Kind() == reflect.Int64:
		v.SetInt(int64(turn-3) * 1 << 40)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), turn, turn))
		for i := range turn {
			fill(v.Index(i), s, turn)
		}
	}
}
