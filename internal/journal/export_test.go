package journal

import "github.com/google/go-cmp/cmp/cmpopts"

// Unsigned compares entries without their signatures.
var Unsigned = cmpopts.IgnoreUnexported(Entry{})
