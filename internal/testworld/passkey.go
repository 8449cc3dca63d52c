package testworld

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"intelliwiz/internal/actor"
)

// Origin is the address for which the world has passkeys.
const Origin = "https://iw.example"

// Passkey is one in somebody's device, which speaks as WebAuthn has it, level 3: written out here once more, by hand, so that a fault in
// what we use is not in both.
type Passkey struct {
	Origin     string // of the page that the device believes to be on
	Unverified bool   // the device did not make sure of its owner
	Count      uint32 // how often it has signed
	Still      bool   // it does not count
	ID, Handle []byte

	key *ecdsa.PrivateKey
	t   testing.TB
}

// request is what a page asks a device.
type request struct {
	PublicKey struct {
		Challenge string              `json:"challenge"`
		RPID      string              `json:"rpId"`
		RP        struct{ ID string } `json:"rp"`
		User      struct{ ID string } `json:"user"`
	} `json:"publicKey"`
}

// MakePasskey answers what a page asks for a new passkey, as a browser sends it.
func MakePasskey(t testing.TB, origin string, options []byte) (k *Passkey, response []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k = &Passkey{Origin: origin, ID: make([]byte, 20), key: key, t: t}
	_, _ = rand.Read(k.ID)
	asked := k.read(options)
	k.Handle = k.bytes(asked.PublicKey.User.ID)
	point, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	data := k.data(asked.PublicKey.RP.ID, 0x40)
	data = append(data, make([]byte, 16)...) // no maker
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.ID))), k.ID...)
	// CBOR: a key on P-256 for ES256, RFC 9053.
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(append(data, point[1:33]...), 0x22, 0x58, 0x20)
	data = append(data, point[33:]...)
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	object = append(append(object, byte(len(data))), data...)
	return k, k.answer(map[string]string{"clientDataJSON": text(k.client("webauthn.create", asked)), "attestationObject": text(object)})
}

// Sign answers what a page asks of a passkey, as a browser sends it.
func (k *Passkey) Sign(options []byte) (response []byte) {
	k.t.Helper()
	asked := k.read(options)
	if !k.Still {
		k.Count++
	}
	data, client := k.data(asked.PublicKey.RPID, 0), k.client("webauthn.get", asked)
	sum := sha256.Sum256(client)
	whole := sha256.Sum256(append(data[:len(data):len(data)], sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, whole[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(k.Handle)})
}

func (k *Passkey) read(options []byte) (asked request) {
	k.t.Helper()
	if err := json.Unmarshal(options, &asked); err != nil {
		k.t.Fatalf("%v: %s", err, options)
	}
	return asked
}

// data is what the device says of itself: for whom, that its owner is there and was verified, and its count.
func (k *Passkey) data(party string, flags byte) []byte {
	sum := sha256.Sum256([]byte(party))
	if flags |= 0x01; !k.Unverified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(sum[:], flags), k.Count)
}

func (k *Passkey) client(kind string, asked request) []byte {
	return []byte(`{"type":"` + kind + `","challenge":"` + asked.PublicKey.Challenge + `","origin":"` + k.Origin + `"}`)
}

func (k *Passkey) answer(response map[string]string) []byte {
	k.t.Helper()
	out, err := json.Marshal(map[string]any{"id": text(k.ID), "rawId": text(k.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

func (k *Passkey) bytes(encoded string) []byte {
	k.t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		k.t.Fatal(err)
	}
	return raw
}

func text(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// AddPasskey gives who is signed in a passkey under a name, and the recovery codes that came with it.
func (x *Tenant) AddPasskey(who actor.Actor, name string) (k *Passkey, codes []string) {
	x.w.t.Helper()
	c, err := x.w.Auth.BeginPasskey(x.w.t.Context(), who)
	x.w.must(err)
	k, response := MakePasskey(x.w.t, Origin, c.Options)
	codes, err = x.w.Auth.AddPasskey(x.w.t.Context(), who, c.State, name, response)
	x.w.must(err)
	return k, codes
}
