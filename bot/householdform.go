package bot

import (
	"regexp"

	"github.com/loalang/loalang/bot/sheet"
)

const (
	columnHousehold       = "ma_ho"
	columnUnit            = "ma_don_vi"
	columnHead            = "chu_ho"
	columnPhone           = "so_dien_thoai"
	columnNeeds           = "nhu_cau"
	columnHelper          = "nguoi_giup"
	columnHouseholdStatus = "trang_thai"
)

// HouseholdForm is how the roll stands in files. An empty status is that of an active household; a file without the column
// leaves what is known.
var HouseholdForm = Form[Household]{
	Columns: []sheet.Column{
		{Name: columnHousehold, Max: maxCode},
		{Name: columnUnit, Max: maxCode},
		{Name: columnHead},
		{Name: columnAddress, Max: 500},
		{Name: columnPhone},
		{Name: columnNeeds},
		{Name: columnHelper, Max: maxCode},
		{Name: columnHouseholdStatus, Optional: true},
	},
	Cells: func(h Household) []string {
		status := ""
		if h.Status != HouseholdActive {
			status = string(h.Status)
		}
		return []string{h.Code, h.UnitCode, h.Head, h.Address, h.Phone, listText(h.Needs), h.Helper, status}
	},
	reader: func(c *checker) formReader[Household] {
		return &householdReader{checker: c, helpers: make(map[string]sheet.Row)}
	},
}

// householdReader reads a file of households.
type householdReader struct {
	*checker
	helpers map[string]sheet.Row // by household code, those to be looked for in the whole file
}

// zaloUserID is what the id of a person looks like; a phone number, which begins with a zero, does not.
var zaloUserID = regexp.MustCompile(`^[1-9][0-9]{9,31}$`)

func (r *householdReader) read(row sheet.Row) Household {
	h := Household{
		OAID: r.account(row), Head: row.Cell(columnHead), Address: row.Cell(columnAddress), Phone: r.phone(row, columnPhone),
		Needs:  words(r.checker, row, columnNeeds, Need.known, oneOf("need", needs)),
		Helper: row.Cell(columnHelper), Status: HouseholdStatus(row.Cell(columnHouseholdStatus)),
	}
	if h.Status == "" && row.Has(columnHouseholdStatus) {
		h.Status = HouseholdActive
	}
	h.Code, h.UnitCode = r.key(row, columnHousehold, h.OAID), r.unit(row, columnUnit, h.OAID)
	if row.Cell(columnUnit) == "" {
		r.fault(row, columnUnit, "is empty: every household belongs to a unit")
	}
	switch h.Status {
	case "", HouseholdActive, HouseholdLeft:
	default:
		r.fault(row, columnHouseholdStatus, "%s", oneOf("status", []HouseholdStatus{HouseholdActive, HouseholdLeft}))
	}
	if _, known := r.Households[RollKey{h.OAID, h.Helper}]; h.Helper != "" && !known && !zaloUserID.MatchString(h.Helper) {
		r.helpers[h.Code] = row
	}
	if h.Helper != "" && h.Helper == h.Code {
		r.fault(row, columnHelper, "is the household itself: name another one, or a person's Zalo user id")
	}
	return h
}

func (r *householdReader) finish() {
	for _, row := range r.helpers {
		helper := row.Cell(columnHelper)
		if _, found := r.rows[[2]string{r.OAID, helper}]; !found {
			r.fault(row, columnHelper, "is neither a household of the file or the database nor a Zalo user id: correct it")
		}
	}
}
