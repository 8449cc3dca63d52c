package flag

import "github.com/open-feature/go-sdk/openfeature"

// Client is the client through which flags are asked.
func (s *Service) Client() *openfeature.Client { return s.client }
