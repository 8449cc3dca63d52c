package reply

import (
	"context"
	"net/http"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

// GraphQLError is what one error of a GraphQL answer says; the path and the locations are the executor's.
type GraphQLError struct {
	Message    string
	Extensions map[string]any
}

// GraphQL describes an error to a GraphQL client with the same words as a Problem: extensions has code and request_id, and,
// when there are any, fields, retry_after (seconds) and current. Log the error with Writer.Log; this does not.
func GraphQL(ctx context.Context, err error) GraphQLError {
	o := understand(ctx, err)
	ext := map[string]any{"code": o.code, "request_id": telemetry.RequestID(ctx)}
	if o.status != http.StatusInternalServerError {
		addTo(ext, o.fault)
	}
	return GraphQLError{o.fault.Message, ext}
}

func addTo(ext map[string]any, f *fault.Fault) {
	if len(f.Fields) > 0 {
		ext["fields"] = f.Fields
	}
	if f.RetryAfter > 0 {
		ext["retry_after"] = seconds(f.RetryAfter)
	}
	if f.Current != nil {
		ext["current"] = f.Current
	}
}
