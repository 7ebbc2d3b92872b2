package server

import (
	"slices"

	"assay/server/activity"
	"assay/server/application"
	"assay/server/asset"
	"assay/server/attachment"
	"assay/server/auditlog"
	"assay/server/backups"
	"assay/server/bia"
	"assay/server/branch"
	"assay/server/comment"
	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/evidence"
	"assay/server/field"
	"assay/server/framework"
	"assay/server/imports"
	"assay/server/link"
	"assay/server/live"
	"assay/server/member"
	"assay/server/mywork"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/past"
	"assay/server/personnel"
	"assay/server/policy"
	"assay/server/risk"
	"assay/server/scope"
	"assay/server/search"
	"assay/server/settings"
	"assay/server/snapshot"
	"assay/server/statement"
	"assay/server/tag"
	"assay/server/task"
	"assay/server/vendor"
	"assay/server/view"
)

// modules are all parts of the product, in the order of the menu and of the documents.
func modules(s *Server) []op.Module {
	return []op.Module{
		dashboard.Module,
		mywork.Module,
		framework.Module,
		control.Module,
		evidence.Module,
		policy.Module,
		activity.Module,
		risk.Module,
		asset.Module,
		bia.Module,
		vendor.Module,
		personnel.Module,
		personnel.Departments,
		personnel.Roles,
		application.Module,
		application.Grants,
		number.Module,
		task.Module,
		comment.Module,
		attachment.Module,
		link.Module,
		tag.Module,
		field.Module,
		view.Module,
		notification.Module,
		scope.Module,
		statement.Module,
		imports.Module(framework.Controls, framework.Requirements, &evidence.Sheet, &policy.Sheet, &risk.Sheet, &vendor.Sheet, &asset.Sheet, &bia.Sheet,
			&personnel.Sheet, &personnel.DepartmentSheet, &personnel.RoleSheet, &application.Sheet, &application.GrantSheet),
		s.courier.Module(),
		s.calendar.Module(),
		member.Module(s.Door),
		auditlog.Module,
		s.checkpoints.Module(),
		backups.Module(s.cfg.Logs, backups.Leaving{Store: s.cfg.Store, Blobs: s.cfg.Blobs, Keys: s.cfg.Keys, Program: s.cfg.Program}),
		branch.Module,
		settings.Module(),
		s.Eraser.Module(),
		s.Door.Module(),
		live.Module,
		past.Module,
		snapshot.Module(s.cfg.Program),
		search.Module(),
	}
}

// viewed are the modules of a snapshot that is looked at. Who looks is nobody: the session is the snapshot's own.
func viewed(all []op.Module, v *snapshot.Viewer) []op.Module {
	out := []op.Module{v.Module()}
	for _, m := range all {
		m.Ops = slices.DeleteFunc(slices.Clone(m.Ops), func(o op.Op) bool { return o.Method == "GET" && o.Path == "/session" })
		out = append(out, m)
	}
	return out
}
