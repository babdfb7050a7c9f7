package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"github.com/loalang/loalang/bot/faq"
)

// consentText is the version of textConsent, which is kept with every consent. Change it together with the text.
const consentText = "2026-11-26"

// Payloads of joining.
const (
	payloadJoin    = "#nhan-tin"
	payloadVillage = "#thon "     // a unit's code
	payloadMore    = "#cac-thon " // a page of villages
	payloadConsent = "#dong-y"
	payloadDecline = "#khong-dong-y"
)

// askingVillage in Subject.Asking says that the resident was asked for the village, and may type its name.
const askingVillage = "village"

// villagesPage is how many villages are offered at once: with the way to the next page as many as Zalo shows buttons.
const villagesPage = 4

var choiceJoin = Choice{Title: titleJoin, Payload: payloadJoin}

// joined tells whether the resident gets announcements.
func (r Resident) joined() bool { return !r.ConsentAt.IsZero() && r.StoppedAt.IsZero() }

// join asks for what is missing before announcements may come: the village, then the consent.
func (t *turn) join() {
	switch {
	case t.resident.UnitCode == "" && len(t.villages()) > 0:
		t.askVillage(1)
	case t.resident.ConsentAt.IsZero():
		t.askConsent("")
	default:
		t.resume()
	}
}

// villages are those of the account, by name.
func (t *turn) villages() []Unit { return t.units.villages() }

func (u Units) villages() []Unit {
	var list []Unit
	for _, unit := range u {
		if unit.Kind.level() == levelVillage {
			list = append(list, unit)
		}
	}
	slices.SortFunc(list, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(faq.Fold(a.Name), faq.Fold(b.Name)), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// askVillage offers a page (from 1) of the villages. A page past the end is the first.
func (t *turn) askVillage(page int) {
	all := t.villages()
	if len(all) == 0 {
		t.askConsent("")
		return
	}
	if page < 1 || (page-1)*villagesPage >= len(all) {
		page = 1
	}
	from := (page - 1) * villagesPage
	to := min(from+villagesPage, len(all))
	if to == len(all)-1 { // no page for a single village
		to++
	}
	choices := villageChoices(all[from:to])
	if to < len(all) {
		choices = append(choices, Choice{Title: titleMore, Payload: payloadMore + strconv.Itoa(page+1)})
	}
	t.say("join_village", Message{Text: textVillage, Choices: choices})
	t.conversation.Subject.Asking = askingVillage
}

func villageChoices(list []Unit) []Choice {
	choices := make([]Choice, len(list))
	for i, u := range list {
		choices[i] = Choice{Title: u.Name, Payload: payloadVillage + u.Code}
	}
	return choices
}

// namesVillage tells whether the text answers the question for the village.
func (t *turn) namesVillage() bool {
	return t.conversation.Subject.Asking == askingVillage && len(t.villagesNamed()) > 0
}

// followVillage takes a typed village, or asks which one of several is meant.
func (t *turn) followVillage() {
	named := t.villagesNamed()
	if len(named) == 1 {
		t.takeVillage(named[0].Code)
		return
	}
	t.say("join_village", Message{Text: textWhichVillage, Choices: villageChoices(named[:min(len(named), villagesPage)])})
	t.conversation.Subject.Asking = askingVillage
}

// villageKinds are the words that people leave out, or take one for the other.
var villageKinds = []string{"thon ", "ban ", "ap ", "buon ", "khom ", "to dan pho ", "tdp ", "lang ", "xom ", "phum ", "soc "}

// bareName is a village's name without its kind, folded.
func bareName(name string) string {
	folded := faq.Fold(name)
	for _, kind := range villageKinds {
		if rest, ok := strings.CutPrefix(folded, kind); ok {
			return rest
		}
	}
	return folded
}

// villagesNamed are the villages that a typed name may mean: those of this name, old ones included, else those whose name is
// nearly the same. Longer texts are questions.
func (t *turn) villagesNamed() []Unit {
	typed := bareName(t.text)
	for _, lead := range []string{"toi o ", "minh o ", "em o ", "o "} {
		if rest, ok := strings.CutPrefix(t.folded, lead); ok {
			typed = bareName(rest)
			break
		}
	}
	if typed == "" || strings.Count(typed, " ") > 5 {
		return nil
	}
	var same, near []Unit
	for _, u := range t.villages() {
		for _, name := range append([]string{u.Name}, u.OldNames...) {
			bare := bareName(name)
			switch {
			case bare == typed:
				same = append(same, u)
			case nearly(bare, typed):
				near = append(near, u)
			default:
				continue
			}
			break
		}
	}
	if len(same) > 0 {
		return same
	}
	return near
}

// nearly tells whether two names differ by a slip: one letter in a short one, two in a long one. Numbers do not slip.
func nearly(a, b string) bool {
	if strings.ContainsAny(a+b, "0123456789") {
		return false
	}
	slips := 0
	switch n := min(len(a), len(b)); {
	case n >= 7:
		slips = 2
	case n >= 4:
		slips = 1
	}
	return slips > 0 && levenshtein.ComputeDistance(a, b) <= slips
}

// takeVillage keeps the village that the resident has chosen, and asks for the consent when there is none.
func (t *turn) takeVillage(code string) {
	unit, known := t.units[code]
	if !known || unit.Kind.level() != levelVillage { // an old button
		t.askVillage(1)
		return
	}
	t.conversation.Subject.Asking = ""
	if t.resident.UnitCode != code {
		t.resident.UnitCode, t.resident.HouseholdCode = code, "" // the household was of the other village
		t.enrolled = true
	}
	if !t.resident.joined() {
		t.askConsent(fmt.Sprintf(textVillageTaken, unit.Name))
		return
	}
	t.say("join_village", plain(textVillageTaken, unit.Name))
}

// askConsent asks in plain words, after lead when there is one.
func (t *turn) askConsent(lead string) {
	text := fmt.Sprintf(textConsent, t.accountName())
	if lead != "" {
		text = lead + "\n" + text
	}
	t.say("join_consent", Message{Text: text, Choices: []Choice{
		{Title: titleConsent, Payload: payloadConsent}, {Title: titleDecline, Payload: payloadDecline},
	}})
}

// consent keeps that the resident agrees. Who has chosen no topics gets all of them.
func (t *turn) consent() {
	t.resident.ConsentAt, t.resident.ConsentText, t.enrolled = t.now, consentText, true
	t.resident.StoppedAt = time.Time{}
	if len(t.resident.Topics) == 0 {
		t.resident.Topics = slices.Clone(topics)
	}
	t.say("join", plain(textJoined, t.accountName(), topicNames(t.resident.Topics)))
}

func (t *turn) decline() { t.say("join_declined", plain(textDeclined)) }

// accountName is how the account is called in a sentence.
func (t *turn) accountName() string { return cmp.Or(t.account.Name, "xã") }

// followJoin does what a payload of joining says.
func (t *turn) followJoin() {
	text := strings.ToLower(t.text)
	if page, ok := strings.CutPrefix(text, payloadMore); ok {
		n, _ := strconv.Atoi(strings.TrimSpace(page)) // what is no number is the first page
		t.askVillage(n)
		return
	}
	if len(t.text) > len(payloadVillage) && strings.HasPrefix(text, payloadVillage) {
		t.takeVillage(strings.TrimSpace(t.text[len(payloadVillage):]))
		return
	}
	switch text {
	case payloadConsent:
		t.consent()
	case payloadDecline:
		t.decline()
	default:
		t.join()
	}
}

func (t *turn) hasJoinPayload() bool {
	text := strings.ToLower(t.text)
	return slices.Contains([]string{payloadJoin, payloadConsent, payloadDecline}, text) ||
		strings.HasPrefix(text, payloadVillage) || strings.HasPrefix(text, payloadMore)
}
