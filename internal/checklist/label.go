package checklist

// Label is the kind for people.
func (k Kind) Label() string {
	return map[Kind]string{
		ForTask: "Task or tour", ForRoute: "Route", ForMaintenance: "Maintenance", SiteReport: "Site report", IncidentReport: "Incident report",
		AssetAudit: "Asset audit",
	}[k]
}

// Label is the type for people.
func (t Type) Label() string {
	return map[Type]string{
		Numeric: "Number", Rating: "Rating", MeterReading: "Meter reading", Checkbox: "One of a few", Dropdown: "One of many", MultiSelect: "Any of several",
		SingleLine: "Line of text", MultiLine: "Text", Email: "Mail address", Date: "Day", Time: "Time of day", Signature: "Signature", Person: "Person",
		Site: "Site", GPS: "Position", Scan: "Scanned code",
	}[t]
}

// Label is the operator within a sentence: the answer "is", "contains".
func (o Operator) Label() string {
	return map[Operator]string{
		Equals: "is", NotEquals: "is not", In: "is one of", NotIn: "is none of", Contains: "contains", NotContains: "does not contain", Greater: "is more than",
		AtLeast: "is at least", Less: "is less than", AtMost: "is at most", NotEmpty: "is given", Empty: "is not given",
	}[o]
}
