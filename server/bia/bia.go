// Package bia is the business impact analysis: what the organisation does, how soon it must be able to do it again, what
// it costs while it cannot, and what that rests on. From what is said of a process comes a score, and from that its tier.
package bia

import (
	"assay/server/asset"
)

// Tier is how much the organisation needs a process.
type Tier string

// The tiers.
const (
	Critical   Tier = "critical"
	High       Tier = "high"
	Medium     Tier = "medium"
	Low        Tier = "low"
	Incomplete Tier = "incomplete" // recovery time, recovery point or classification are not known
)

// Tiers are all of them, in their order.
var Tiers = []Tier{Critical, High, Medium, Low, Incomplete}

// What each part can add to the score, 100 together.
const (
	rtoMost, rpoMost, mtdMost, classMost = 35, 25, 15, 25
)

// hundredths is how much of its part a recovery time adds: the shorter, the more. [share] is the same in SQL.
var hundredths = map[asset.Recovery]int{asset.Hour: 100, asset.FourHours: 85, asset.Shift: 70, asset.Day: 50, asset.ThreeDays: 30, asset.Week: 15, asset.Longer: 5}

// ofClass is how much of its part a classification adds.
var ofClass = map[asset.Class]int{asset.Restricted: 100, asset.Confidential: 70, asset.Internal: 35, asset.Public: 10}

// ProcessPart is what one answer adds to a score, in hundredths of a point so that the parts add up.
type ProcessPart struct {
	Of     string `json:"of" enum:"rto,rpo,mtd,classification"`
	Most   int    `json:"most" doc:"What it can add, in points"`
	Points int    `json:"points" doc:"What it adds, in hundredths of a point"`
}

// Parts are what a score is made of. What nobody has said adds nothing.
func (p ProcessSaid) Parts() []ProcessPart {
	return []ProcessPart{
		{"rto", rtoMost, rtoMost * hundredths[p.RTO]},
		{"rpo", rpoMost, rpoMost * hundredths[p.RPO]},
		{"mtd", mtdMost, mtdMost * hundredths[p.MTD]},
		{"classification", classMost, classMost * ofClass[p.Classification]},
	}
}

// Score is 1 to 100, the sum of the parts rounded half up, and 0 while recovery time, recovery point or classification are
// not known. [scoreSQL] is the same in SQL, and a list compares the two row by row.
func (p ProcessSaid) Score() int {
	if p.RTO == "" || p.RPO == "" || p.Classification == "" {
		return 0
	}
	sum := 0
	for _, part := range p.Parts() {
		sum += part.Points
	}
	return (sum + 50) / 100
}

// TierOf is the band that a score falls into.
func TierOf(score int) Tier {
	switch {
	case score == 0:
		return Incomplete
	case score >= 75:
		return Critical
	case score >= 50:
		return High
	case score >= 25:
		return Medium
	}
	return Low
}

// Overdue says whether the day has passed on which a process was to be looked at again.
func (p ProcessSaid) Overdue(today string) bool { return p.ReviewOn != "" && p.ReviewOn < today }
