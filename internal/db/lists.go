package db

import (
	"fmt"
	"regexp"
	"strings"
)

// What the common words of both engines cannot say: a value in a list, "in_list($3)", and rows out of lists of the same length,
// "lists_of($1 id uuid, $2 seq bigint, $3 hash bytea)", which is a select with these columns.
var (
	inList  = regexp.MustCompile(`\bin_list\((\$\d+)\)`)
	listsOf = regexp.MustCompile(`\blists_of\(([^()]+)\)`)
)

// column is one of the lists of "lists_of".
type column struct{ param, name, kind string }

// columnsOf reads what stands between the parentheses.
func columnsOf(inside string) (all []column) {
	for part := range strings.SplitSeq(inside, ",") {
		words := strings.Fields(part)
		if len(words) != 3 {
			panic(fmt.Sprintf("lists_of: %q is no parameter with name and type", part)) // a constant of the program
		}
		all = append(all, column{words[0], words[1], words[2]})
	}
	return all
}

func expandPostgres(body string) string {
	body = inList.ReplaceAllString(body, "= any($1)")
	return listsOf.ReplaceAllStringFunc(body, func(found string) string {
		var params, names []string
		for _, c := range columnsOf(listsOf.FindStringSubmatch(found)[1]) {
			params, names = append(params, c.param+"::"+c.kind+"[]"), append(names, c.name)
		}
		return fmt.Sprintf("select * from unnest(%s) as list (%s)", strings.Join(params, ", "), strings.Join(names, ", "))
	})
}

// expandSQLite reads lists from JSON; bytes stand there in hexadecimal.
func expandSQLite(body string) string {
	body = inList.ReplaceAllString(body, "in (select value from json_each($1))")
	return listsOf.ReplaceAllStringFunc(body, func(found string) string {
		all := columnsOf(listsOf.FindStringSubmatch(found)[1])
		values := make([]string, len(all))
		for i, c := range all {
			value := fmt.Sprintf("json_extract(%s, '$[' || list.key || ']')", c.param)
			if i == 0 {
				value = "list.value"
			}
			if c.kind == "bytea" {
				value = "unhex(" + value + ")"
			}
			values[i] = value + " as " + c.name
		}
		return fmt.Sprintf("select %s from json_each(%s) list", strings.Join(values, ", "), all[0].param)
	})
}
