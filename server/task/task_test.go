package task

import (
	"testing"

	"assay/server/notification"
	"assay/server/optest"
	"assay/server/record"
	"assay/storage"
)

// What the program asks for is one task, told once to whom it falls, and over when it has come.
func TestWanted(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	owns := []string{"task", "notification"}
	want := func(w Wanted) (id string) {
		api.Seed(owns, func(tx *storage.WriteTx) (err error) {
			id, err = Want(tx, w)
			return err
		})
		return id
	}
	w := Wanted{Key: "evidence.collect/1", Title: "Collect it again", Owner: "user", DueOn: "2026-04-01",
		About: record.Ref{Kind: record.Evidence, ID: "1"}, Source: "evidence"}
	first := want(w)
	if want(w) != first || api.Count("SELECT count(*) FROM task") != 1 || api.Count("SELECT count(*) FROM notification WHERE person = 'user'") != 1 {
		t.Error("the same task was asked for, or told, twice")
	}
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE person SET email = '' WHERE id = 'admin'") })
	w.Owner, w.DueOn = "admin", "2026-04-02"
	if want(w) != first || api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND mail = 'due' AND event = 'task_assigned'") != 0 {
		t.Error("a person without an address gets no mail")
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND inbox = 1 AND record = ?", first) != 1 {
		t.Error("the new owner was not told")
	}
	api.Seed(owns, func(tx *storage.WriteTx) error { return Settled(tx, w.Key, "It has come.") })
	if api.Count("SELECT count(*) FROM task WHERE status = 'done' AND outcome = 'It has come.'") != 1 {
		t.Error("the task is not over")
	}
	if want(w) == first {
		t.Error("a task that is over was asked for again in place of a new one")
	}
}

// Nobody is told of what they did themselves, nor who is gone, nor of what they do not want to hear.
func TestSend(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	api.Seed([]string{"person", "notification", "notification_choice"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("UPDATE person SET active = 0 WHERE id = 'executive'"); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE person SET email = id || '@example.com'"); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO notification_choice VALUES ('auditor', 'mention', 0, 0), ('admin', 'mention', 1, 0)"); err != nil {
			return err
		}
		return notification.Send(tx, notification.Notice{Event: notification.Mention, Title: "You are named",
			To: []string{"", "user", "user", "executive", "auditor", "admin", "nobody"}})
	})
	if n := api.Count("SELECT count(*) FROM notification"); n != 2 {
		t.Errorf("%d notifications, want those of user and admin", n)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND mail = 'due'") != 1 || api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND mail = ''") != 1 {
		t.Error("who is mailed is not as chosen")
	}
	if api.Count("SELECT count(*) FROM notification WHERE read_at <> ''") != 0 {
		t.Error("a new one is read already")
	}
}
