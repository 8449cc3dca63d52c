package recording

// mp3 walks the frames of an MPEG sound of layer III, one behind the other to the end. What is told of it before and behind is emptied.
func (w *walker) mp3() error {
	at, err := w.mp3Told()
	if err != nil {
		return err
	}
	frames := 0
	var same [2]byte // version and rate do not change
	for at < w.size {
		head, err := w.read(at, 4)
		if err != nil {
			return err
		}
		if string(head[:3]) == "TAG" && at+128 == w.size {
			w.empty = append(w.empty, span{at: at, head: "TAG", from: at + 3, end: w.size})
			break
		}
		kind := [2]byte{head[1] & 0xfe, head[2] & 0x0c}
		size := frameSize(head)
		if size == 0 || frames > 0 && kind != same {
			return broken("no frame", at)
		}
		same = kind
		frames++
		at += size
	}
	if at > w.size || frames < 2 {
		return broken("cut off", at)
	}
	return nil
}

// mp3Told passes over the tag at the beginning, if there is one.
func (w *walker) mp3Told() (int64, error) {
	head, err := w.read(0, 10)
	if err != nil || string(head[:3]) != "ID3" {
		return 0, err
	}
	size := int64(10)
	for i, b := range head[6:10] {
		if b > 127 {
			return 0, broken("a tag without measure", int64(6+i))
		}
		size += int64(b) << (7 * (3 - i))
	}
	if head[5]&0x10 != 0 {
		size += 10
	}
	if size > w.size {
		return 0, broken("a tag that ends nowhere", 0)
	}
	w.empty = append(w.empty, span{at: 5, head: "\x00", from: 10, end: size})
	return size, nil
}

// frameSize is how long a frame is, in bytes; 0 for what is none, and for one that does not say how many bits it takes.
func frameSize(head []byte) int64 {
	version, layer, bits, rate, pad := head[1]>>3&3, head[1]>>1&3, head[2]>>4, head[2]>>2&3, int64(head[2]>>1&1)
	if head[0] != 0xff || head[1]>>5 != 7 || version == 1 || layer != 1 || bits == 0 || bits == 15 || rate == 3 {
		return 0
	}
	rates := [3]int64{44100, 48000, 32000}
	if version == 3 {
		kilo := [15]int64{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
		return 144_000*kilo[bits]/rates[rate] + pad
	}
	kilo := [15]int64{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	if version == 2 {
		return 72_000*kilo[bits]/(rates[rate]/2) + pad
	}
	return 72_000*kilo[bits]/(rates[rate]/4) + pad
}
