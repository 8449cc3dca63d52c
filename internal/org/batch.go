package org

// CheckRole gives every violation of what one says about a role at its field, without asking the database.
func (s *Service) CheckRole(in RoleInput) error { return in.check(s.declared) }
