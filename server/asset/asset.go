// Package asset is what the organisation runs and keeps data in: applications, databases, buckets, networks, services of
// others; how the data in them is kept safe; and what depends on what. What nobody has said is empty, never no.
package asset

import "slices"

// Kind is what an asset is.
type Kind string

// The kinds that are data stores unless somebody says otherwise.
const (
	Database Kind = "database"
	Bucket   Kind = "bucket"
	DataSet  Kind = "data_set"
)

// YesNo is what is yes, no, or not known, which is empty.
type YesNo string

// The answers.
const (
	Yes YesNo = "yes"
	No  YesNo = "no"
)

// Class is how much care data needs.
type Class string

// The classes, the last needs most.
const (
	Public       Class = "public"
	Internal     Class = "internal"
	Confidential Class = "confidential"
	Restricted   Class = "restricted"
)

// Classes are all of them, in their order.
var Classes = []Class{Public, Internal, Confidential, Restricted}

// Status is where an asset is in its life.
type Status string

// Retired assets are kept for the record and counted nowhere.
const Retired Status = "retired"

// Environment is what an asset serves.
type Environment string

// Rhythm is how often something happens.
type Rhythm string

// Never is a word that somebody said: there is no backup. Empty is that nobody knows.
const Never Rhythm = "never"

// Recovery is within what time something is back.
type Recovery string

// The recovery times, the shortest first.
const (
	Hour      Recovery = "le_1h"
	FourHours Recovery = "le_4h"
	Shift     Recovery = "le_8h"
	Day       Recovery = "le_24h"
	ThreeDays Recovery = "le_72h"
	Week      Recovery = "le_7d"
	Longer    Recovery = "gt_7d"
)

// Recoveries are all of them, in their order.
var Recoveries = []Recovery{Hour, FourHours, Shift, Day, ThreeDays, Week, Longer}

// After says whether it takes longer than another. It is false where one of the two is not known.
func (r Recovery) After(other Recovery) bool {
	mine, theirs := slices.Index(Recoveries, r), slices.Index(Recoveries, other)
	return mine >= 0 && theirs >= 0 && mine > theirs
}

// Gap is something that must be known of every data store and is not.
type Gap string

// The gaps.
const (
	NoClass      Gap = "classification" // nobody has said how much care its data needs
	NoEncryption Gap = "encryption"     // whether it is encrypted, at rest and in transit, is not known
	NoBackup     Gap = "backup"         // there is none, or nobody knows of one
	NoOwner      Gap = "owner"          // it is nobody's
)

// Gaps are all of them, in the order in which they are shown.
var Gaps = []Gap{NoClass, NoEncryption, NoBackup, NoOwner}

// Stores says whether an asset is a data store: somebody said so, or it is a database, a bucket or a data set and nobody
// said that it is not. [storesSQL] is the same in SQL.
func (a AssetSaid) Stores() bool {
	return a.StoresData == Yes || a.StoresData != No && (a.Kind == Database || a.Kind == Bucket || a.Kind == DataSet)
}

// Gaps are what is missing of a data store that is not retired. [gapsSQL] is the same in SQL, and a list compares the two
// row by row.
func (a AssetSaid) Gaps() []Gap {
	gaps := []Gap{}
	if !a.Stores() || a.Status == Retired {
		return gaps
	}
	for _, g := range []struct {
		gap     Gap
		missing bool
	}{
		{NoClass, a.Classification == ""},
		{NoEncryption, a.EncryptedAtRest == "" || a.EncryptedInTransit == ""},
		{NoBackup, a.Backup == "" || a.Backup == Never},
		{NoOwner, a.Owner == ""},
	} {
		if g.missing {
			gaps = append(gaps, g.gap)
		}
	}
	return gaps
}

// Overdue says whether the day has passed on which an asset was to be looked at again.
func (a AssetSaid) Overdue(today string) bool {
	return a.Status != Retired && a.ReviewOn != "" && a.ReviewOn < today
}
