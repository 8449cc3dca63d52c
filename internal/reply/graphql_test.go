package reply

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

func TestGraphQL(t *testing.T) {
	ctx := telemetry.WithRequestID(t.Context(), requestID)
	got := GraphQL(ctx, fault.Stale("site", 7))
	want := GraphQLError{"Somebody changed this site while you were editing it.", map[string]any{"code": "conflict", "request_id": requestID,
		"fields": []fault.Field{{Path: "version", Code: "stale", Message: "The site has a newer version."}}, "current": 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = GraphQL(ctx, errSecret)
	if diff := cmp.Diff(GraphQLError{"Something went wrong on our side.", map[string]any{"code": "internal", "request_id": requestID}}, got); diff != "" {
		t.Error(diff)
	}
	if got := GraphQL(ctx, waiting(fault.TooMany, 1500*time.Millisecond)).Extensions["retry_after"]; got != 2 {
		t.Errorf("retry_after %v", got)
	}
}
