package branch_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assay/server/activity"
	"assay/server/auditlog"
	"assay/server/branch"
	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/live"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/task"
)

type m = map[string]any

func open(t *testing.T) *optest.API {
	return optest.New(t, branch.Module, control.Module, framework.Module, evidence.Module, dashboard.Module, auditlog.Module, task.Module, activity.Module, live.Module)
}
