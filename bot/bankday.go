package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/loalang/loalang/bot/calendar"
	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// entryBankDays is the entry about the day on which the bank comes to the commune. Its first case is the asker's own
// commune; the others no calendar of ours can answer.
const entryBankDays = "vay-lich-giao-dich-xa"

// asksForBankDays tells whether an entry, or a case of it, asks when the bank comes to the asker's commune.
func (t *turn) asksForBankDays(id string, branch int) bool {
	return id == entryBankDays && (branch == faq.NoBranch || branch == 0) && len(t.calendar.Points("")) > 0
}

// sayBankDays says when the bank comes to the resident's commune, or asks for the commune. It says nothing when nothing is
// known of it.
func (t *turn) sayBankDays() bool {
	communes := t.calendar.Communes()
	if own, known := t.commune(); known {
		communes = []string{own}
	}
	if len(communes) == 1 {
		return t.sayBankDaysOf(communes[0])
	}
	t.askForCommune(communes)
	return true
}

// commune is the code of the commune that the resident belongs to.
func (t *turn) commune() (string, bool) {
	for unit := range t.units.Up(t.resident.UnitCode) {
		if unit.Kind.level() == levelCommune {
			return unit.Code, true
		}
	}
	return "", false
}

func (t *turn) sayBankDaysOf(commune string) bool {
	days := t.calendar.Next(commune, t.now)
	if len(days) == 0 {
		return false
	}
	var lines []string
	if language := t.language(); language != "" {
		lines = append(lines, untranslated(language))
	}
	for _, day := range days {
		lines = append(lines, t.bankDay(day))
	}
	lines = append(lines, calendar.BorrowersBring, textBankSource)
	choices := []Choice{choiceWrong}
	if _, there := t.knowledge.entries[entryBankDays]; there {
		choices = []Choice{{Title: titleWhole, Payload: payloadEntry + entryBankDays + " 0"}, choiceWrong}
	}
	t.say("answer", Message{Text: strings.Join(lines, "\n"), Choices: choices})
	return true
}

// bankDay is a line about a day. One in doubt is not promised.
func (t *turn) bankDay(day calendar.Day) string {
	name := t.units[day.Unit].Name
	switch day.Doubt.Kind {
	case "":
		return fmt.Sprintf(textBankDay, name, day.Said())
	case calendar.OnHoliday:
		return fmt.Sprintf(textBankDoubt, name, day.Said(), "trùng ngày nghỉ "+day.Doubt.Holiday)
	case calendar.PerhapsHoliday:
		return fmt.Sprintf(textBankDoubt, name, day.Said(), "có thể trùng ngày nghỉ ("+day.Doubt.Holiday+")")
	}
	return fmt.Sprintf(textBankDoubt, name, day.Said(), "có thể trùng ngày nghỉ lễ")
}

// askForCommune offers communes, as many as Zalo shows buttons for; the others can be typed.
func (t *turn) askForCommune(communes []string) {
	m := Message{Text: textWhichCommune}
	for _, code := range communes[:min(len(communes), zalo.MaxButtons)] {
		m.Choices = append(m.Choices, Choice{Title: t.units[code].Name, Payload: payloadBank + code})
	}
	t.say("answer", m)
}

// namesCommune tells whether the text names communes whose bank days are asked for: a tapped one, one named after "lịch
// giao dịch", or a bare name after we asked for it.
func (t *turn) namesCommune() bool { return len(t.namedCommunes()) > 0 }

func (t *turn) namedCommunes() []string {
	if code, ok := strings.CutPrefix(t.text, payloadBank); ok {
		return slices.DeleteFunc(t.calendar.Communes(), func(c string) bool { return c != strings.TrimSpace(code) })
	}
	name, asked := strings.CutPrefix(t.folded, "lich giao dich ")
	if !asked && !t.askedForCommune() {
		return nil
	}
	return slices.DeleteFunc(t.calendar.Communes(), func(c string) bool {
		unit := t.units[c]
		return !slices.ContainsFunc(append([]string{unit.Name}, unit.OldNames...), func(full string) bool {
			full = faq.Fold(full)
			return full == name || strings.HasSuffix(full, " "+name)
		})
	})
}

// askedForCommune tells whether our last message asked for it.
func (t *turn) askedForCommune() bool {
	choice, ok := t.conversation.choice(1, t.now)
	return ok && strings.HasPrefix(choice.Payload, payloadBank)
}

func (t *turn) sayBankDaysOfNamed() {
	communes := t.namedCommunes()
	if len(communes) > 1 {
		t.askForCommune(communes)
		return
	}
	if !t.sayBankDaysOf(communes[0]) {
		t.giveEntry(entryBankDays, faq.NoBranch, "no bank day is known")
	}
}
