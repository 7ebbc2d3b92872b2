package keys

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// says checks that an error is a sentence that helps.
func says(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Fatalf("%q does not say %q", err, w)
		}
	}
}

func TestFolderIsPrivateAndHoldsNoSecretInPlain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := must(OpenDir(dir, nil))(t)
	ok(t, k.Create(ctx, "acme"))
	ada := must(k.Person(ctx, "acme", "ada", true))(t)
	s := must(k.Signer(ctx))(t)
	data := must(k.Key(ctx, "acme"))(t).s.raw[:]
	ok(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		st := must(os.Stat(p))(t)
		if st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", p, st.Mode())
		}
		return err
	}))
	for name, text := range files(t, dir) {
		for _, secret := range [][]byte{ada, data, s.Private().Seed()} {
			if strings.Contains(text, string(secret)) || strings.Contains(text, base64.StdEncoding.EncodeToString(secret)) {
				t.Errorf("%s shows a secret", name)
			}
		}
		if strings.HasPrefix(name, ".tmp") {
			t.Errorf("%s was left", name)
		}
	}
}

func TestWidePermissionsAreRefused(t *testing.T) {
	dir := t.TempDir()
	ok(t, os.Chmod(dir, 0o750))
	_, err := OpenDir(dir, nil)
	says(t, err, "0750", "run: chmod 700 "+dir)
	ok(t, os.Chmod(dir, 0o700))
	k := must(OpenDir(dir, nil))(t)
	own := filepath.Join(dir, masterFile)
	ok(t, os.Chmod(own, 0o640))
	_, err = OpenDir(dir, nil)
	says(t, err, "0640", "run: chmod 600 "+own)
	says(t, k.Check(ctx), "chmod 600")
	_, err = OpenDir(t.TempDir()+"/x", nil, WithMaster("file:"+own))
	says(t, err, "chmod 600")
}

func TestALostMasterKeyIsNotReplaced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := must(OpenDir(dir, nil))(t)
	ok(t, k.Create(ctx, "acme"))
	own := filepath.Join(dir, masterFile)
	text := must(os.ReadFile(own))(t)
	ok(t, os.Remove(own))
	says(t, k.Check(ctx), "gone", "before the next start")
	_, err := OpenDir(dir, nil)
	says(t, err, "master.key is missing")
	// given from outside, the saved copy opens the folder
	k = must(OpenDir(dir, nil, WithMaster(string(text))))(t)
	must(k.Key(ctx, "acme"))(t)
	ok(t, k.Check(ctx))
	ok(t, os.WriteFile(own, text, 0o600))
	says(t, k.Check(ctx), "delete the file")
	// another key is found out at once, not at the first tenant
	_, err = OpenDir(dir, nil, WithMaster(base64.StdEncoding.EncodeToString(make([]byte, Size))))
	says(t, err, "not the master key")
	ok(t, os.Remove(filepath.Join(dir, checkFile)))
	_, err = OpenDir(dir, nil)
	says(t, err, "check.key is missing")
}

func TestMasterKeyFromOutside(t *testing.T) {
	for _, bad := range []string{"short", "file:/nowhere/at/all", strings.Repeat("!", 44), base64.StdEncoding.EncodeToString(make([]byte, 31))} {
		if _, err := ReadMaster(bad); err == nil || strings.Contains(err.Error(), "!!") {
			t.Errorf("%q gave %v", bad, err)
		}
	}
	raw := bytes.Repeat([]byte{0xfb}, Size)
	file := filepath.Join(t.TempDir(), "kek")
	ok(t, os.WriteFile(file, masterText(raw), 0o600))
	for _, spec := range []string{"file:" + file, base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw) + "\n"} {
		if got := must(ReadMaster(spec))(t); !bytes.Equal(got, raw) {
			t.Errorf("%q gave %x", spec, got)
		}
	}
	dir := filepath.Join(t.TempDir(), "keys")
	k := must(OpenDir(dir, nil, WithMaster("file:"+file)))(t)
	ok(t, k.Create(ctx, "acme"))
	if _, err := os.Stat(filepath.Join(dir, masterFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a master key given from outside was written down")
	}
}

func TestDamageIsFound(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, dir string){
		"flipped": func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, "acme", dataFile), func(b []byte) []byte {
				i := bytes.Index(b, []byte(`"sealed":"`)) + 60
				b[i] ^= 3
				return b
			})
		},
		"empty": func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, "acme", dataFile), func([]byte) []byte { return nil })
		},
		"swapped": func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, "globex", dataFile), filepath.Join(dir, "acme", dataFile))
		},
		"relabeled": func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, "globex", dataFile), filepath.Join(dir, "acme", dataFile))
			edit(t, filepath.Join(dir, "acme", dataFile), func(b []byte) []byte { return bytes.Replace(b, []byte("globex"), []byte("acme"), 1) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			k := must(OpenDir(dir, nil))(t)
			ok(t, k.Create(ctx, "acme"))
			ok(t, k.Create(ctx, "globex"))
			harm(t, dir)
			k = must(OpenDir(dir, nil))(t)
			if _, err := k.Key(ctx, "acme"); err == nil || errors.Is(err, ErrNoKey) {
				t.Fatalf("a damaged key gave %v", err)
			}
			says(t, k.Check(ctx), "acme/data.key")
			if err := k.Create(ctx, "acme"); err == nil {
				t.Fatal("a damaged key was replaced by a new one")
			}
			must(k.Key(ctx, "globex"))(t)
			ok(t, k.Shred(ctx, "acme")) // what cannot be opened can still be destroyed
		})
	}
}

func TestAPersonsKeyDoesNotMove(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := must(OpenDir(dir, nil))(t)
	ok(t, k.Create(ctx, "acme"))
	must(k.Person(ctx, "acme", "ada", true))(t)
	to := filepath.Join(dir, "acme", "person", "bob.key")
	copyFile(t, filepath.Join(dir, "acme", "person", "ada.key"), to)
	edit(t, to, func(b []byte) []byte { return bytes.Replace(b, []byte("ada"), []byte("bob"), 1) })
	_, err := k.Person(ctx, "acme", "bob", true)
	is(t, err, ErrSealed)
	says(t, k.Check(ctx), "bob.key")
}

func TestALinkDoesNotLeadOutOfTheFolder(t *testing.T) {
	base := t.TempDir()
	k := must(OpenDir(filepath.Join(base, "keys"), nil))(t)
	ok(t, os.MkdirAll(filepath.Join(base, "outside"), 0o700))
	ok(t, os.Symlink(filepath.Join(base, "outside"), filepath.Join(base, "keys", "acme")))
	if err := k.Create(ctx, "acme"); err == nil {
		t.Fatal("wrote through a link")
	}
	if len(files(t, filepath.Join(base, "outside"))) != 0 {
		t.Fatal("something was written outside")
	}
}

func TestRewrapKeepsWhatIsSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := must(OpenDir(dir, nil))(t)
	sealed := fill(t, k)
	before := files(t, dir)
	says(t, k.Rewrap(ctx, []byte("short")), "32 bytes")
	says(t, k.Rewrap(ctx, k.master.s.raw[:]), "in use")
	ok(t, k.Rewrap(ctx, bytes.Repeat([]byte{9}, Size)))
	holds(t, k, sealed)
	k = must(OpenDir(dir, nil))(t)
	holds(t, k, sealed)
	ok(t, k.Check(ctx))
	after := files(t, dir)
	for _, name := range []string{masterFile, checkFile, signerFile, "acme/data.key"} {
		if before[name] == after[name] {
			t.Errorf("%s was not rewrapped", name)
		}
	}
	if _, left := after[rotationFile]; left {
		t.Error("the rotation was not ended")
	}
}

// A change of the master key is cut after every single write; whichever key the
// next start brings, everything opens, and the change ends.
func TestRewrapCutShortAnywhere(t *testing.T) {
	oldKey, newKey := bytes.Repeat([]byte{1}, Size), bytes.Repeat([]byte{2}, Size)
	spec := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	for _, external := range []bool{false, true} {
		for cut := 0; ; cut++ {
			dir := filepath.Join(t.TempDir(), "keys")
			var opts []Option
			if external {
				opts = append(opts, WithMaster(spec(oldKey)))
			}
			k := must(OpenDir(dir, nil, opts...))(t)
			sealed := fill(t, k)
			k.shelf = &failing{shelf: k.shelf, after: cut}
			err := k.Rewrap(ctx, newKey)

			if k := must(OpenDir(dir, nil, opts...))(t); true { // the old environment, or the folder's own file
				holds(t, k, sealed)
			}
			if external && cut > 0 {
				k := must(OpenDir(dir, nil, WithMaster(spec(newKey))))(t)
				holds(t, k, sealed)
				ok(t, k.Check(ctx))
				if _, err := OpenDir(dir, nil, opts...); err == nil {
					t.Fatal("the old key still opens the folder")
				}
			}
			if _, left := files(t, dir)[rotationFile]; left {
				t.Fatalf("cut %d: the rotation was not ended", cut)
			}
			if err == nil {
				if cut < 4 {
					t.Fatalf("only %d writes were tried", cut)
				}
				break
			}
		}
	}
}

func TestRewrapGoesOnAfterAFailure(t *testing.T) {
	k := NewMemory(nil)
	sealed := fill(t, k)
	sound := k.shelf
	k.shelf = &failing{shelf: sound, after: 2}
	next := bytes.Repeat([]byte{2}, Size)
	if err := k.Rewrap(ctx, next); err == nil {
		t.Fatal("no failure")
	}
	k.shelf = sound
	says(t, k.Rewrap(ctx, bytes.Repeat([]byte{3}, Size)), "not ended")
	ok(t, k.Rewrap(ctx, next))
	holds(t, k, sealed)
	if len(k.former) != 0 {
		t.Fatal("the old master key is still in use")
	}
}

// A creation cut short leaves nothing that counts, and a second try succeeds.
func TestCreationCutShort(t *testing.T) {
	from := NewMemory(nil)
	fill(t, from)
	bundle := must(from.Export(ctx, "acme"))(t)
	for cut := range 3 {
		dir := filepath.Join(t.TempDir(), "keys")
		k := must(OpenDir(dir, nil))(t)
		k.shelf = &failing{shelf: k.shelf, after: cut}
		if err := k.Import(ctx, "acme", bundle); err == nil {
			t.Fatal("no failure")
		}
		k = must(OpenDir(dir, nil))(t)
		_, err := k.Key(ctx, "acme")
		is(t, err, ErrNoKey)
		ok(t, k.Create(ctx, "acme"))
		must(k.Person(ctx, "acme", "ada", true))(t)
		ok(t, k.Check(ctx))
	}
}

func TestNoRandomnessNoKey(t *testing.T) {
	k := NewMemory(io.LimitReader(zeros{}, Size)) // enough for the master key only
	if err := k.Create(ctx, "acme"); err == nil {
		t.Fatal("made a key of nothing")
	}
	_, err := k.Key(ctx, "acme")
	is(t, err, ErrNoKey)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// failing is a shelf whose writes fail after some succeeded, as if power went.
type failing struct {
	shelf
	after int
}

var errPower = errors.New("power cut")

func (f *failing) step() error {
	if f.after--; f.after < 0 {
		return errPower
	}
	return nil
}

func (f *failing) create(n string, b []byte) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.shelf.create(n, b)
}

func (f *failing) replace(n string, b []byte) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.shelf.replace(n, b)
}

// fill makes two tenants, one of them shredded, a person, an erased one, a
// signer; holds checks that they are still what they were.
func fill(t testing.TB, k *Ring) []byte {
	t.Helper()
	ok(t, k.Create(ctx, "acme"))
	ok(t, k.Create(ctx, "gone"))
	ok(t, k.Shred(ctx, "gone"))
	must(k.Person(ctx, "acme", "ada", true))(t)
	ok(t, k.ErasePerson(ctx, "acme", "bob"))
	s := must(k.Signer(ctx))(t)
	return must(must(k.Key(ctx, "acme"))(t).SealField("place", []byte(s.Name)))(t)
}

func holds(t testing.TB, k *Ring, sealed []byte) {
	t.Helper()
	name := must(must(k.Key(ctx, "acme"))(t).OpenField("place", sealed))(t)
	if s := must(k.Signer(ctx))(t); s.Name != string(name) {
		t.Fatal("the signer changed")
	}
	must(k.Person(ctx, "acme", "ada", false))(t)
	_, err := k.Person(ctx, "acme", "bob", true)
	is(t, err, ErrErased)
	_, err = k.Key(ctx, "gone")
	is(t, err, ErrShredded)
}

func edit(t testing.TB, file string, change func([]byte) []byte) {
	t.Helper()
	ok(t, os.WriteFile(file, change(must(os.ReadFile(file))(t)), 0o600))
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	ok(t, os.WriteFile(to, must(os.ReadFile(from))(t), 0o600))
}
