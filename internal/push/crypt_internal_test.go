package push

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"testing"
)

// TestAMessageIsEncryptedAsTheStandardDoes: the example of RFC 8291, 5 and appendix A.
func TestAMessageIsEncryptedAsTheStandardDoes(t *testing.T) {
	read := func(text string) []byte {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	ours, err := ecdh.P256().NewPrivateKey(read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	text := append([]byte("When I grow up, I want to be a watermelon"), 2) // the example has no padding
	got, err := encrypt(text, read("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), read("BTBZMqHH6r4Tts7J_aSIgg"), ours, read("DGv6ra1nlYgDCS1FRnbzlw"))
	if err != nil {
		t.Fatal(err)
	}
	want := read("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
	if !bytes.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
}

// TestALengthTellsLittle: messages of other lengths are padded to one, and the longest fits into what a push service takes.
func TestALengthTellsLittle(t *testing.T) {
	for n, want := range map[int]int{0: padTo, 1: padTo, padTo - 1: padTo, padTo: 2 * padTo, longest - 1: longest, longest: longest + 1} {
		got := padded(bytes.Repeat([]byte{'x'}, n))
		if len(got) != want || got[n] != 2 {
			t.Errorf("%d bytes become %d, want %d", n, len(got), want)
		}
	}
	if overhead+longest+16 > 4096 {
		t.Error("the longest message is too long")
	}
}
