// Verify checks the proof of one record of an audit log with Go's own library alone:
//
//	go run verify.go proof.json [checkpoint.txt]
//
// checkpoint.txt is a checkpoint that you kept: then the record stood in the log when that one was signed.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type proof struct {
	Format, Record, Checkpoint, Verifier string
	Seq                                  int64    // number of the record: its leaf in the tree
	Proof                                []string // hashes from the leaf to the root
}
type record struct {
	Seq        int64
	At, Action string
	Actor      struct{ Kind, ID string }
	Changes    []struct{ Table, PK, Op string }
}

func main() {
	if err := check(os.Args[1:]); err != nil {
		fmt.Println("NOT PROVED:", err)
		os.Exit(1)
	}
}

func check(files []string) error {
	var p proof
	var r record
	b, err := os.ReadFile(strings.Join(files[:min(1, len(files))], ""))
	if err != nil || json.Unmarshal(b, &p) != nil || p.Format != "assay-proof/1" || json.Unmarshal([]byte(p.Record), &r) != nil {
		return errors.New("this is not a proof. Say: go run verify.go proof.json [checkpoint.txt]")
	}
	body, signatures, _ := strings.Cut(p.Checkpoint, "\n\n") // a signed note: text, empty line, signatures
	if !signed(body+"\n", signatures, p.Verifier) {
		return errors.New("the checkpoint is not signed by the key in the file")
	}
	lines := append(strings.Split(body, "\n"), "", "") // whose log, how many records, the root over them, and more
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || p.Seq < 0 || p.Seq >= size || r.Seq != p.Seq || root(p.Record, p.Seq, size-1, p.Proof) != lines[2] {
		return errors.New("the record is not in the log that was signed")
	}
	for _, file := range files[1:] {
		if b, err := os.ReadFile(file); err != nil || !strings.Contains(string(b), strings.Join(lines[:3], "\n")+"\n") {
			return fmt.Errorf("%s is not the checkpoint of this proof, which has %d records: ask for the proof against yours", file, size)
		}
		fmt.Printf("The checkpoint in %s is the one that this record leads to.\n", file)
	}
	fmt.Printf("PROVED: record %d of the log %q\n  who:  %q %q\n  did:  %q\n  when: %q\n", r.Seq, lines[0], r.Actor.Kind, r.Actor.ID, r.Action, r.At)
	for _, c := range r.Changes {
		fmt.Printf("  what: %q of %q %q\n", c.Op, c.Table, c.PK)
	}
	fmt.Printf("One of the first %d records, signed (%q) by the key\n  %q\nCompare the key with the one you were given.\n", size, lines[3:len(lines)-2], p.Verifier)
	return nil
}

// signed says whether a key, as name+number+base64, has signed a text.
func signed(text, signatures, verifier string) bool {
	parts := append(strings.SplitN(verifier, "+", 3), "", "")
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	number := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	_, after, _ := strings.Cut("\n"+signatures, "\n— "+parts[0]+" ")
	sig, err2 := base64.StdEncoding.Strict().DecodeString(strings.SplitN(after, "\n", 2)[0])
	return err == nil && err2 == nil && len(key) == 1+ed25519.PublicKeySize && key[0] == 1 && fmt.Sprintf("%x", number[:4]) == parts[1] &&
		len(sig) == 4+ed25519.SignatureSize && string(sig[:4]) == string(number[:4]) && ed25519.Verify(key[1:], []byte(text), sig[4:])
}

// root follows the hashes from a record to the root of a tree (RFC 9162, section 2.1.3.2).
func root(record string, at, last int64, path []string) string {
	h := sha256.Sum256([]byte("\x00" + record))
	for _, p := range path {
		b, err := base64.StdEncoding.Strict().DecodeString(p)
		if err != nil || len(b) != len(h) || last == 0 {
			return "none"
		}
		if at&1 == 0 && at != last {
			h = sha256.Sum256(append(append([]byte{1}, h[:]...), b...))
		} else if h = sha256.Sum256(append(append([]byte{1}, b...), h[:]...)); at != 0 {
			for ; at&1 == 0; at, last = at>>1, last>>1 {
			}
		}
		at, last = at>>1, last>>1
	}
	if last != 0 {
		return "none"
	}
	return base64.StdEncoding.EncodeToString(h[:])
}
