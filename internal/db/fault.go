package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"intelliwiz/internal/fault"
)

// goneError is an error after which the connection is gone, or never came to be.
type goneError struct{ error }

// Unwrap gives the error of the engine.
func (e goneError) Unwrap() error { return e.error }

// retryAfter is what a caller is told when the database is away.
const retryAfter = 2 * time.Second

// fault turns the error of a statement into what the caller gets. The name of the statement is in the cause, for the log.
func (d *DB) fault(ctx context.Context, name, verb string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", name, err)
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%w (%w)", context.Canceled, err)
	}
	if _, ok := errors.AsType[*fault.Fault](err); ok { // of a scan function or an argument
		return err
	}
	if f := d.e.kind(ctx, err, verb); f != nil {
		return f
	}
	_, gone := errors.AsType[goneError](err)
	_, broke := errors.AsType[*net.OpError](err) // of a ping over a connection that the server has left
	if gone || broke || errors.Is(err, context.DeadlineExceeded) {
		return unavailable(err)
	}
	return err
}

func unavailable(cause error) *fault.Fault {
	f := fault.Of(fault.Unavailable, "The database does not answer just now. Try again in a moment.").Because(cause)
	f.RetryAfter = retryAfter
	return f
}

func full(cause error) *fault.Fault {
	return fault.Of(fault.Full, "There is no space left to store this. Reading still works.").Because(cause)
}

// taken is a unique index in the way: its name is the field's path, which a domain turns into the field that it means.
func taken(index string, cause error) *fault.Fault {
	return withField(fault.Conflict, "There is already a record like this.", index, "taken", "This is taken.", cause)
}

// reference is a foreign key in the way. Its name is in the cause only: SQLite does not know it.
func reference(verb string, cause error) *fault.Fault {
	if verb == "delete" {
		return withField(fault.Conflict, "Other records still refer to this one.", "", "referenced", "This is still in use.", cause)
	}
	return withField(fault.Conflict, "This refers to a record that does not exist.", "", "unknown", "This does not exist.", cause)
}

func unchecked(path, code string, cause error) *fault.Fault {
	return withField(fault.Invalid, "Check what is marked below.", path, code, "This value is not allowed.", cause)
}

func withField(k fault.Kind, message, path, code, detail string, cause error) *fault.Fault {
	f := fault.Of(k, message).Because(cause)
	f.Fields = []fault.Field{{Path: path, Code: code, Message: detail}}
	return f
}
