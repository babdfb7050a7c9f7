package bot

import (
	"maps"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot/sheet"
)

const (
	columnCode      = "ma"
	columnName      = "ten"
	columnKind      = "loai"
	columnParent    = "ma_cap_tren"
	columnOldNames  = "ten_cu"
	columnUnitPhone = "dien_thoai"
	columnAddress   = "dia_chi"
	columnHours     = "gio_lam_viec"
)

// UnitForm is how units stand in files. A column that is left out leaves what is known.
var UnitForm = Form[Unit]{
	Columns: []sheet.Column{
		{Name: columnCode, Max: maxCode},
		{Name: columnName},
		{Name: columnKind},
		{Name: columnParent, Max: maxCode},
		{Name: columnOldNames, Max: 1000},
		{Name: columnUnitPhone, Optional: true},
		{Name: columnAddress, Optional: true, Max: 500},
		{Name: columnHours, Optional: true},
	},
	Cells: func(u Unit) []string {
		return []string{u.Code, u.Name, string(u.Kind), u.ParentCode, strings.Join(u.OldNames, listSeparator), u.Phone, u.Address, u.Hours}
	},
	reader: func(c *checker) formReader[Unit] { return &unitReader{checker: c, units: make(map[string]unitInRow)} },
}

// unitReader reads a file of units.
type unitReader struct {
	*checker
	units map[string]unitInRow // of the file, by code
}

type unitInRow struct {
	Unit
	row sheet.Row
}

func (r *unitReader) read(row sheet.Row) Unit {
	u := Unit{OAID: r.account(row), Name: row.Cell(columnName), Kind: UnitKind(row.Cell(columnKind)), ParentCode: row.Cell(columnParent)}
	u.Code = r.key(row, columnCode, u.OAID)
	if u.Name == "" {
		r.fault(row, columnName, "is empty: residents have to see a name")
	}
	if u.Kind.level() == 0 {
		r.fault(row, columnKind, "%s", oneOf("kind", unitKinds))
	}
	for name := range strings.SplitSeq(row.Cell(columnOldNames), listSeparator) {
		if name = strings.TrimSpace(name); name != "" {
			u.OldNames = append(u.OldNames, name)
		}
	}
	known := r.Units[u.OAID][u.Code]
	u.Phone, u.Address, u.Hours = known.Phone, known.Address, known.Hours
	if row.Has(columnUnitPhone) {
		u.Phone = r.phone(row, columnUnitPhone)
	}
	if row.Has(columnAddress) {
		u.Address = row.Cell(columnAddress)
	}
	if row.Has(columnHours) {
		u.Hours = row.Cell(columnHours)
	}
	if _, twice := r.units[u.Code]; !twice && u.Code != "" {
		r.units[u.Code] = unitInRow{u, row}
	}
	return u
}

// finish checks the tree that the file and what is known make together. What is wrong with it has to do with the file:
// what is known was right before.
func (r *unitReader) finish() {
	tree := make(Units, len(r.units))
	for code, u := range r.Units[r.OAID] {
		tree[code] = u
	}
	for code, u := range r.units {
		tree[code] = u.Unit
	}
	for _, code := range slices.Sorted(maps.Keys(tree)) {
		u := tree[code]
		if u.ParentCode == "" {
			continue
		}
		child, ofFile := r.units[u.Code]
		parent, found := tree[u.ParentCode]
		above, parentOfFile := r.units[u.ParentCode]
		switch {
		case !found:
			r.fault(child.row, columnParent, "there is no such unit, neither in the file nor in the database: correct it, or add it")
		case tree.circular(u.Code):
			if ofFile {
				r.fault(child.row, columnParent, "the unit would stand below itself: correct this or the units above")
			}
		case parent.Kind.level() < u.Kind.level() || u.Kind.level() == 0: // an unknown kind was told
		case ofFile:
			r.fault(child.row, columnParent, "a unit of kind %s cannot stand below one of kind %s: correct the kind or the unit above", u.Kind, parent.Kind)
		case parentOfFile:
			r.fault(above.row, columnKind, "%s of kind %s stands below it already: correct the kind, or move that one first", u.Code, u.Kind)
		}
	}
}

// circular tells whether a unit that has a parent stands below itself.
func (u Units) circular(code string) bool {
	for above := range u.Up(u[code].ParentCode) {
		if above.Code == code {
			return true
		}
	}
	return false
}
