package bot

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// UnitKind is the kind of an administrative unit, spelled as in import files.
type UnitKind string

// The kinds. Below a commune the name differs by region; all of them are villages to us.
const (
	UnitProvince UnitKind = "tinh"
	UnitCommune  UnitKind = "xa"
	UnitWard     UnitKind = "phuong"
	UnitZone     UnitKind = "dac_khu"
	UnitThon     UnitKind = "thon"
	UnitBan      UnitKind = "ban"
	UnitAp       UnitKind = "ap"
	UnitBuon     UnitKind = "buon"
	UnitKhom     UnitKind = "khom"
	UnitToDanPho UnitKind = "to_dan_pho"
)

var unitKinds = []UnitKind{
	UnitProvince, UnitCommune, UnitWard, UnitZone, UnitThon, UnitBan, UnitAp, UnitBuon, UnitKhom, UnitToDanPho,
}

// The levels of the tree, from the top.
const (
	levelProvince = iota + 1
	levelCommune
	levelVillage
)

// level is where in the tree units of a kind stand; 0 = there is no such kind.
func (k UnitKind) level() int {
	switch k {
	case UnitProvince:
		return levelProvince
	case UnitCommune, UnitWard, UnitZone:
		return levelCommune
	case UnitThon, UnitBan, UnitAp, UnitBuon, UnitKhom, UnitToDanPho:
		return levelVillage
	}
	return 0
}

// Unit is a node of the administrative tree of one OA: province, commune, village.
type Unit struct {
	OAID       string
	Code       string
	Kind       UnitKind
	Name       string
	ParentCode string   // empty at the top
	OldNames   []string // names before the mergers of 2025
	Phone      string   // whom residents may call
	Address    string
	Hours      string // office hours, as people say them
}

// FormerParent says that a unit stood below another one until some day. Which parent came then, the next such entry or the
// unit itself tells.
type FormerParent struct {
	OAID       string
	UnitCode   string
	ParentCode string // empty = it stood at the top
	Until      time.Time
}

// Units are the units of one OA by code.
type Units map[string]Unit

// names are those of units, as they stand in a sentence.
func (u Units) names(codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = u[code].Name
	}
	return strings.Join(names, ", ")
}

// Up are the unit with a code and those above it, the nearest first. Without a code it is the only top unit, if there is
// just one.
func (u Units) Up(code string) iter.Seq[Unit] {
	return func(yield func(Unit) bool) {
		if code == "" {
			code = u.onlyTop()
		}
		for range len(u) { // a loop in the tree must not hang us
			unit, ok := u[code]
			if !ok || !yield(unit) {
				return
			}
			code = unit.ParentCode
		}
	}
}

// Contact is the nearest unit, from code upwards, that has a phone.
func (u Units) Contact(code string) (Unit, bool) {
	for unit := range u.Up(code) {
		if unit.Phone != "" {
			return unit, true
		}
	}
	return Unit{}, false
}

// withBelow are units by code with all that stand below them, and with the empty code of no known unit when the only top
// unit is among them.
func (u Units) withBelow(codes []string) map[string]bool {
	below := make(map[string][]string, len(u))
	for code, unit := range u {
		below[unit.ParentCode] = append(below[unit.ParentCode], code)
	}
	in := make(map[string]bool)
	for queue := slices.Clone(codes); len(queue) > 0; queue = queue[1:] {
		if code := queue[0]; !in[code] {
			in[code] = true
			queue = append(queue, below[code]...)
		}
	}
	if top := u.onlyTop(); top != "" && in[top] {
		in[""] = true
	}
	return in
}

func (u Units) onlyTop() string {
	top := ""
	for code, unit := range u {
		if unit.ParentCode != "" {
			continue
		}
		if top != "" {
			return ""
		}
		top = code
	}
	return top
}
