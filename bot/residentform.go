package bot

import (
	"regexp"

	"golang.org/x/text/language"

	"github.com/loalang/loalang/bot/sheet"
)

const (
	columnUser        = "zalo_user_id"
	columnTopics      = "chu_de"
	columnRoles       = "vai_tro"
	columnLanguage    = "ngon_ngu"
	columnInteraction = "tuong_tac_cuoi"
	columnConsent     = "dong_y"
)

// ResidentForm is how residents stand in files.
var ResidentForm = Form[Resident]{
	Columns: []sheet.Column{
		{Name: columnOA},
		{Name: columnUser, Max: maxCode},
		{Name: columnName},
		{Name: columnUnit, Max: maxCode},
		{Name: columnHousehold, Max: maxCode},
		{Name: columnTopics},
		{Name: columnRoles, Max: 400},
		{Name: columnLanguage},
		{Name: columnInteraction, Time: true},
		{Name: columnConsent, Time: true},
	},
	Cells: func(r Resident) []string {
		return []string{
			r.OAID, r.UserID, r.Name, r.UnitCode, r.HouseholdCode, listText(r.Topics), listText(r.Roles), r.Language,
			timeText(r.LastInteraction), timeText(r.ConsentAt),
		}
	},
	reader: func(c *checker) formReader[Resident] { return residentReader{c} },
}

// residentReader reads a file of residents.
type residentReader struct{ *checker }

var roleWord = regexp.MustCompile(`^[a-z_]{1,40}$`)

func (r Role) right() bool { return roleWord.MatchString(string(r)) }

const (
	hintRole     = "is no role: write it in lower-case letters and _, such as borrower, group_leader or pig_farmer"
	hintLanguage = "is no language: write its code after BCP 47, such as vi, rad (Ê Đê) or jra (Gia Rai)"
)

func (r residentReader) read(row sheet.Row) Resident {
	person := Resident{
		OAID: r.account(row), Name: row.Cell(columnName), HouseholdCode: row.Cell(columnHousehold),
		Topics:          words(r.checker, row, columnTopics, Topic.known, oneOf("topic", topics)),
		Roles:           words(r.checker, row, columnRoles, Role.right, hintRole),
		LastInteraction: r.time(row, columnInteraction), ConsentAt: r.time(row, columnConsent),
	}
	person.UserID = r.key(row, columnUser, person.OAID)
	if person.UserID != "" && !zaloID.MatchString(person.UserID) {
		r.fault(row, columnUser, hintZaloID)
	}
	person.UnitCode = r.unit(row, columnUnit, person.OAID)
	if person.HouseholdCode != "" {
		unit, known := r.Households[RollKey{person.OAID, person.HouseholdCode}]
		switch {
		case !known:
			r.fault(row, columnHousehold, "there is no such household: correct it, or import the households first")
		case person.UnitCode == "":
			person.UnitCode = unit
		case person.UnitCode != unit:
			r.fault(row, columnHousehold, "belongs to unit %s, not to %s: correct one of them", unit, person.UnitCode)
		}
	}
	if text := row.Cell(columnLanguage); text != "" {
		tag, err := language.Parse(text)
		if err != nil {
			r.fault(row, columnLanguage, hintLanguage)
		}
		person.Language = tag.String()
	}
	return person
}

func (residentReader) finish() {}
