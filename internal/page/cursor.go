package page

// Cursor is the cursor of the row with a sort key and an id, for lists that give one a row; the key must be the one that Cut was given.
func Cursor(sort, id string) string { return cursor(sort, id) }
