//go:build !unix

package storage

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDir cannot keep a second process out on this system, which is for trying things only.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return f, nil
}

// unlockDir lets go of a directory.
func unlockDir(f *os.File) error { return f.Close() }
