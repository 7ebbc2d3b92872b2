// Package torture shows that the whole engine loses nothing: tenants' files with their audit logs, and the log of
// changes that package backup keeps of them, through power cuts, kills, full disks, failing stores, and programs
// that meddle. It has tests only.
//
// Each runs for a second or two. The long versions, with those of package backup/ltxlog, are
//
//	ASSAY_TORTURE=1 go test -count=1 -p 1 -timeout 2h -v ./storage/torture ./backup/ltxlog
//
// They take about an hour and 6 GB of disk. Power cuts and full disks need root, loop devices and mkfs.ext4; the rest
// needs versitygw for S3 and the sqlite3 shell. What is missing is skipped with a line that says so.
package torture
