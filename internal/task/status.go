package task

import (
	"slices"
	"strings"
)

// Status is where a task stands (domain/ops.md 1.8).
type Status string

// The statuses.
const (
	Assigned   Status = "ASSIGNED"           // made, untouched
	InProgress Status = "INPROGRESS"         // begun
	Completed  Status = "COMPLETED"          // done
	Partial    Status = "PARTIALLYCOMPLETED" // a run of which some stops were missed
	Autoclosed Status = "AUTOCLOSED"         // not done in time
	Cancelled  Status = "CANCELLED"          // its plan changed, or somebody called it off, before it was begun
)

// Statuses gives every status in the order of a task's life.
func Statuses() []Status {
	return []Status{Assigned, InProgress, Completed, Partial, Autoclosed, Cancelled}
}

// Valid says that there is such a status.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Open says that the task waits to be done.
func (s Status) Open() bool { return s == Assigned || s == InProgress }

// Label is the status for people.
func (s Status) Label() string {
	return map[Status]string{
		Assigned: "To be done", InProgress: "Begun", Completed: "Done", Partial: "Done in part", Autoclosed: "Missed", Cancelled: "Called off",
	}[s]
}

// words is the status within a sentence.
func (s Status) words() string { return strings.ToLower(s.Label()) }

// next is what may follow. What was missed becomes done only by a late report of work that was begun in time; a plan that changes back brings
// back what it called off.
var next = map[Status][]Status{
	Assigned:   {InProgress, Completed, Partial, Autoclosed, Cancelled},
	InProgress: {Completed, Partial, Autoclosed},
	Autoclosed: {Completed, Partial},
	Cancelled:  {Assigned},
}

// May says that one status may follow another; what is done stays done.
func (s Status) May(to Status) bool { return slices.Contains(next[s], to) }
