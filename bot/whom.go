package bot

import (
	"cmp"
	"fmt"
	"strings"
)

// residentRoles are the roles of residents as they stand in a Vietnamese sentence.
var residentRoles = map[Role]string{
	RoleBorrower: "người vay vốn", RoleGroupLeader: "tổ trưởng tổ vay vốn", RolePigFarmer: "hộ nuôi lợn",
}

// whom says for whom an announcement is, as those read it who answer for it: where, and who there.
func (a Announcement) whom(units Units) string {
	where := cmp.Or(units.names(a.Audience.Units), units[units.onlyTop()].Name, textToAccount)
	if a.Corrects != "" {
		return where + ", " + textToCorrected
	}
	return where + ", " + a.Audience.who(units)
}

// who are the people of an audience, wherever they live.
func (a Audience) who(units Units) string {
	var parts []string
	add := func(format, names string) {
		if names != "" {
			parts = append(parts, fmt.Sprintf(format, names))
		}
	}
	add(textToTopics, topicNames(a.Topics))
	add("%s", wordsFor(a.Roles, residentRoles, textToSome))
	add(textToNeeds, wordsFor(a.Needs, needNames, textToSome))
	add(textToLanguages, wordsFor(a.Languages, languageNames, textToOtherLanguage))
	if len(parts) == 0 {
		parts = []string{textToEverybody}
	}
	add(textToAllBut, units.names(a.WithoutUnits))
	if len(a.WithoutRoles)+len(a.WithoutResidents) > 0 {
		parts = append(parts, textToAllButSome)
	}
	return strings.Join(parts, ", ")
}

// wordsFor are the words for what an audience is chosen by; other stands for what there is no word for.
func wordsFor[T comparable](list []T, words map[T]string, other string) string {
	names := make([]string, len(list))
	for i, one := range list {
		names[i] = cmp.Or(words[one], other)
	}
	return strings.Join(names, " hoặc ")
}
