package command

import (
	"io/fs"
	"path"
	"strings"
)

// encrypted says whether the volume under the data directory is encrypted, as far as Linux shows it: dm-crypt and
// LUKS, also below LVM or RAID. File systems that encrypt by themselves, and disks that do, show nothing.
func encrypted(r *report, dir string, device func(string) (string, error), sys fs.FS) {
	number, err := device(dir)
	if block := path.Join("dev/block", number); err == nil && isThere(sys, block) {
		if crypt(sys, block, 8) {
			r.ok("The data directory is on an encrypted volume (dm-crypt, device %s).", number)
			return
		}
		r.warn("The data directory is on device %s, which Linux does not show as encrypted. Live database files are plain on it: production wants an encrypted volume (cryptsetup luksFormat). If the disk or the file system encrypts by itself, as cloud volumes, fscrypt and ZFS can, this is settled there.", number)
		return
	}
	r.warn("Whether the volume of the data directory is encrypted cannot be seen from here, which does not say that it is not: the file system encrypts by itself, is a container's, or is on another machine. Live database files are plain on it: look at the machine that has the disk.")
}

func isThere(sys fs.FS, name string) bool {
	_, err := fs.Stat(sys, name)
	return err == nil
}

// crypt says whether a block device is encrypted, or everything that it is made of. Nobody stacks more than a few.
func crypt(sys fs.FS, block string, depth int) bool {
	if uuid, err := fs.ReadFile(sys, path.Join(block, "dm/uuid")); err == nil && strings.HasPrefix(string(uuid), "CRYPT-") {
		return true
	}
	below, err := fs.ReadDir(sys, path.Join(block, "slaves"))
	if err != nil || len(below) == 0 || depth == 0 {
		return false
	}
	for _, b := range below {
		if !crypt(sys, path.Join("class/block", b.Name()), depth-1) {
			return false
		}
	}
	return true
}
