package rest

func (t *Ticket) appendJSON(b []byte) []byte {
	f := fields{b}
	f.id(`{"id":`, t.ID.UUID)
	f.text(`,"ref":`, t.Ref)
	f.id(`,"site_id":`, t.SiteID.UUID)
	f.text(`,"site_name":`, t.SiteName)
	f.number(`,"number":`, t.Number)
	f.text(`,"kind":`, string(t.Kind))
	f.text(`,"source":`, string(t.Source))
	f.text(`,"title":`, t.Title)
	f.text(`,"description":`, t.Description)
	f.text(`,"status":`, string(t.Status))
	f.text(`,"priority":`, string(t.Priority))
	f.id(`,"category_id":`, t.CategoryID.UUID)
	f.text(`,"category_name":`, t.CategoryName)
	ref(&f, `,"location_id":`, t.LocationID)
	f.text(`,"location_name":`, t.LocationName)
	ref(&f, `,"asset_id":`, t.AssetID)
	f.text(`,"asset_code":`, t.AssetCode)
	f.text(`,"asset_name":`, t.AssetName)
	ref(&f, `,"creator_id":`, t.CreatorID)
	f.text(`,"creator_name":`, t.CreatorName)
	ref(&f, `,"person_id":`, t.PersonID)
	f.text(`,"person_name":`, t.PersonName)
	ref(&f, `,"group_id":`, t.GroupID)
	f.text(`,"group_name":`, t.GroupName)
	f.text(`,"reporter":`, t.Reporter)
	f.number(`,"level":`, t.Level)
	f.time(`,"opened_at":`, t.OpenedAt)
	f.moment(`,"held_at":`, t.HeldAt)
	f.moment(`,"due_at":`, t.DueAt)
	f.moment(`,"next_escalation_at":`, t.NextEscalationAt)
	f.moment(`,"resolved_at":`, t.ResolvedAt)
	f.number(`,"comments":`, t.Comments)
	f.time(`,"created_at":`, t.CreatedAt)
	f.time(`,"updated_at":`, t.UpdatedAt)
	f.number(`,"version":`, t.Version)
	return append(f.b, '}')
}

func (t *TicketWhole) appendJSON(b []byte) []byte {
	b = t.Ticket.appendJSON(b)
	if t.History == nil {
		return b
	}
	b, _ = t.History.append(append(b[:len(b)-1], `,"history":`...)) // its lines are appenders, which do not fail
	return append(b, '}')
}

func (l *TicketLine) appendJSON(b []byte) []byte {
	f := fields{b}
	f.id(`{"id":`, l.ID.UUID)
	f.time(`,"at":`, l.At)
	ref(&f, `,"person_id":`, l.PersonID)
	f.text(`,"who":`, l.Who)
	f.text(`,"verb":`, l.Verb)
	f.b = append(f.b, `,"what":[`...)
	for i, what := range l.What {
		if i > 0 {
			f.b = append(f.b, ',')
		}
		f.b = appendText(f.b, what)
	}
	f.b = append(f.b, ']')
	f.text(`,"comment":`, l.Comment)
	f.text(`,"from_status":`, string(l.From))
	f.text(`,"to_status":`, string(l.To))
	return append(f.b, '}')
}
