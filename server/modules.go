package server

import (
	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/live"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
)

// modules are all parts of the product, in the order of the menu and of the documents.
func modules(s *Server) []op.Module {
	return []op.Module{
		dashboard.Module,
		framework.Module,
		control.Module,
		evidence.Module,
		member.Module(s.Door),
		auditlog.Module,
		settings.Module(),
		s.Door.Module(),
		live.Module,
	}
}
