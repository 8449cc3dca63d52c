package recording

import (
	"encoding/binary"
	"slices"
)

// wav walks the chunks of a RIFF file of sound; what neither describes nor has the sound is emptied.
func (w *walker) wav() error {
	head, err := w.read(0, 12)
	if err != nil {
		return err
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" || int64(binary.LittleEndian.Uint32(head[4:]))+8 != w.size {
		return broken("not as long as it says", 0)
	}
	described, played := false, false
	for at := int64(12); at < w.size; {
		if head, err = w.read(at, 8); err != nil {
			return err
		}
		body := at + 8
		end := body + int64(binary.LittleEndian.Uint32(head[4:]))
		if end > w.size {
			return broken("a chunk that ends nowhere", at)
		}
		switch string(head[:4]) {
		case "fmt ":
			described = true
			if err := w.wavFormat(body, end); err != nil {
				return err
			}
		case "data":
			if played || !described {
				return broken("sound where none belongs", at)
			}
			played = end > body
		case "fact":
		default:
			w.empty = append(w.empty, span{at: at, head: "JUNK", from: body, end: end})
		}
		if at = end; at%2 == 1 && at < w.size { // chunks begin at even places
			at++
		}
	}
	if !played {
		return broken("nothing to play", 0)
	}
	return nil
}

// wavFormat takes the ways to write sound that browsers play: whole numbers, fractions, the two laws of telephony, and the long form of these.
func (w *walker) wavFormat(body, end int64) error {
	raw, err := w.read(body, 16)
	if err != nil || end-body < 16 || end-body > 64 || !slices.Contains([]uint16{1, 3, 6, 7, 0xfffe}, binary.LittleEndian.Uint16(raw)) {
		return broken("sound that is written otherwise", body)
	}
	return nil
}
