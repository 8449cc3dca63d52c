package readiness

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"slices"

	"intelliwiz/internal/fault"
)

// purpose keeps a signature of a report from being taken for one of something else.
const purpose = "intelliwiz readiness report\x00"

// Sign gives the report with the key of the installation and its signature.
func (r Report) Sign(key ed25519.PrivateKey) (Report, error) {
	r.Key, r.Signature = slices.Clone(key.Public().(ed25519.PublicKey)), nil
	text, err := json.Marshal(r)
	if err != nil {
		return Report{}, err
	}
	r.Signature = ed25519.Sign(key, append([]byte(purpose), text...))
	return r, nil
}

// Verify reads a report and says whether nobody changed it since it was signed by the key that is in it. Whose key that is, the reader has
// to know: it is that of the signed heads of the audit trail. Invalid when it is no report, Conflict when it was changed.
func Verify(text []byte) (Report, error) {
	var r Report
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || len(r.Key) != ed25519.PublicKeySize {
		return Report{}, fault.Of(fault.Invalid, "This is no signed readiness report.")
	}
	bare := r
	bare.Signature = nil
	plain, err := json.Marshal(bare)
	if err != nil {
		return Report{}, err
	}
	if !ed25519.Verify(r.Key, append([]byte(purpose), plain...), r.Signature) {
		return Report{}, fault.Of(fault.Conflict, "The report is not as it was signed.")
	}
	return r, nil
}
