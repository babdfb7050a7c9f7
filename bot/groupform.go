package bot

import "github.com/loalang/loalang/bot/sheet"

const (
	columnGroup   = "group_id"
	columnMembers = "thanh_vien"
)

// maxMembersText fits the ids of the thousand members that a group can have.
const maxMembersText = 32767 // what a cell holds in a spreadsheet

// GroupForm is how Zalo groups stand in files.
var GroupForm = Form[Group]{
	Columns: []sheet.Column{
		{Name: columnOA},
		{Name: columnGroup, Max: maxCode},
		{Name: columnName},
		{Name: columnUnit, Max: maxCode},
		{Name: columnMembers, Max: maxMembersText},
	},
	Cells:  func(g Group) []string { return []string{g.OAID, g.ID, g.Name, g.UnitCode, listText(g.Members)} },
	reader: func(c *checker) formReader[Group] { return groupReader{c} },
}

// groupReader reads a file of groups.
type groupReader struct{ *checker }

func (r groupReader) read(row sheet.Row) Group {
	g := Group{OAID: r.account(row), Name: row.Cell(columnName), Members: words(r.checker, row, columnMembers, zaloID.MatchString, hintZaloID)}
	g.ID = r.key(row, columnGroup, g.OAID)
	if g.ID != "" && !zaloID.MatchString(g.ID) {
		r.fault(row, columnGroup, hintZaloID)
	}
	g.UnitCode = r.unit(row, columnUnit, g.OAID)
	return g
}

func (groupReader) finish() {}
