package checkpoint

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"time"

	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
)

// letters is the kind of mail, as the queue knows it.
const letters = "checkpoint"

// week is how long after a letter the next one leaves; the night it is looked at comes by some minutes sooner or later.
const week = 7*24*time.Hour - 2*time.Hour

// mayLeave says whether letters of an organisation leave now. To whom is the administrator's choice, made in the
// audited settings; a letter names the organisation and nothing that it has.
func mayLeave(tx *storage.ReadTx, tenant, _ string) (ok bool, err error) {
	var held bool
	err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE id = ?1 AND status = 'active'), coalesce((SELECT held_at FROM tenant WHERE id = ?1), '') <> ''", tenant).Scan(&ok, &held)
	if err == nil && ok && held {
		err = mail.ErrHeld
	}
	return ok, err
}

// toMail mails the newest checkpoint when a week has passed since the last. The letter's id follows from its address
// and day: a night that is cut off and begun again queues it once.
func (s *Sender) toMail(sc *op.Scope) error {
	var k CheckpointsKept
	var day string
	err := sc.Read(func(tx *storage.ReadTx) (err error) {
		day = tx.Today()
		k, err = s.read(tx)
		return err
	})
	if err != nil || k.Address == "" {
		return err
	}
	if k.Mailed != nil && k.Mailed.Name == k.Address {
		if last, err := time.Parse(storage.Instant, k.Mailed.At); err == nil && sc.Now().Sub(last) < week {
			return nil
		}
	}
	db, done, err := sc.Store().Tenant(sc.Context(), sc.Tenant())
	if err != nil {
		return err
	}
	defer done()
	c, text, err := signed(sc, db)
	if err != nil {
		return err
	}
	var name string
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT name FROM tenant WHERE id = ?", sc.Tenant()).Scan(&name)
	})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte("checkpoint\n" + sc.Tenant() + "\n" + k.Address + "\n" + day))
	id := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])[:26]
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		return s.post.PutOnce(tx, id, letters, sc.Tenant(), letter(name, c, text).To(k.Address))
	})
	if err != nil {
		return err
	}
	s.post.Wake()
	return sc.Write(func(tx *storage.WriteTx) error { return noteKept(tx, byMail, c.Size, k.Address, "") })
}

func letter(name string, c storage.Checkpoint, text string) mail.Letter {
	return mail.Letter{
		Subject: fmt.Sprintf("The audit log of %s at %d records", name, c.Size),
		Lines: []string{
			fmt.Sprintf("This is a signature over the whole audit log of %s as it is today. Keep this mail; there is nothing else to do.", name),
			"When somebody asks later whether the log is still the one that was written, hand it in: whoever changed, removed or added a record before today cannot make the log fit these lines.",
		},
		Exact: text,
		Notes: []string{
			"To check it: an administrator puts these lines, or this mail as a file, into the page Audit log, Proof, \"Compare with a checkpoint\"; who runs the installation says: assay verify --all --checkpoint MAIL.",
			"You get this every week because an administrator of " + name + " named this address. They can stop it.",
		},
	}
}
