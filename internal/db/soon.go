package db

// Soon is All put off: the statement rides with the next one whose result is awaited, in the same round trip, and its rows are in into when
// that one has come back, not before. Its error comes from there too. A read in which nothing follows is a defect, and an error.
func Soon[T any](t *Tx, into *[]T, scan func(Row) (T, error), q SQL, args ...any) {
	c, err := t.call(q, args)
	if err != nil {
		t.broken = err
		return
	}
	before := len(*into)
	c.again = func() { *into = (*into)[:before] }
	c.take = func(r Row) error {
		v, err := scan(r)
		if err == nil {
			*into = append(*into, v)
		}
		return err
	}
	t.later = append(t.later, c)
}
