package server

import (
	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/evidence"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
)

// modules are all parts of the product, in the order of the menu and of the documents.
func modules(s *Server) []op.Module {
	return []op.Module{
		control.Module,
		evidence.Module,
		member.Module(s.Door),
		settings.Module(),
		auditlog.Module,
		s.Door.Module(),
	}
}
