package bot

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/zalo"
)

// route is one way an event can be handled. The first route whose predicate holds takes the event.
type route struct {
	name string
	when func(*turn) bool
	do   func(*turn)
}

// routes in order; the last one always answers.
var routes = []route{
	{"echo", func(t *turn) bool { return t.event.FromOA }, (*turn).witness},
	{"receipt", isReceipt, (*turn).receipt},
	{"unfollow", named(zalo.EventUnfollow), (*turn).unfollow},
	{"follow", named(zalo.EventFollow, zalo.EventUserClickChatNow), (*turn).greet},
	{"silent", func(t *turn) bool { return !t.event.FromUser() }, func(*turn) {}},
	{"operator_picture", (*turn).sendsPicture, (*turn).takePicture},
	{"not_text", func(t *turn) bool { return t.event.Name != zalo.EventUserSendText }, (*turn).explainAttachment},
	{"no_words", func(t *turn) bool { return t.folded == "" }, (*turn).askForWords},
	{"code", (*turn).typesCode, (*turn).bindByCode},
	{"operator", (*turn).operates, (*turn).operate},
	{"told", (*turn).reportsTold, (*turn).takeTold},
	{"join", (*turn).hasJoinPayload, (*turn).followJoin},
	{"village", (*turn).namesVillage, (*turn).followVillage},
	{"topic", (*turn).namesTopic, (*turn).followTopic},
	{"missed", (*turn).asksWhatWasMissed, (*turn).sayMissed},
	{"notice", (*turn).hasNoticePayload, (*turn).readNotice},
	{"command", func(t *turn) bool { return t.command() != nil }, func(t *turn) { t.command()(t) }},
	{"payload", (*turn).hasPayload, (*turn).followPayload},
	{"choice", func(t *turn) bool { _, ok := t.chosen(); return ok }, (*turn).followChoice},
	{"calendar", (*turn).namesCommune, (*turn).sayBankDaysOfNamed},
	{"question", func(*turn) bool { return true }, (*turn).answerQuestion},
}

func named(names ...zalo.EventName) func(*turn) bool {
	return func(t *turn) bool {
		for _, n := range names {
			if t.event.Name == n {
				return true
			}
		}
		return false
	}
}

func isReceipt(t *turn) bool {
	return t.event.Name == zalo.EventUserReceivedMessage || t.event.Name == zalo.EventUserSeenMessage
}

// Payloads of our buttons. Zalo sends a tapped button's payload as the resident's text; residents may type them too.
const (
	payloadMenu    = "#menu"
	payloadSection = "#muc "   // section id and page
	payloadEntry   = "#cau "   // entry id, and the number of a case, or 0 for what holds for everybody
	payloadHandoff = "#can-bo" // a human, please
	payloadWrong   = "#sai"    // that is not what I asked
	payloadCalm    = "#khong-khan-cap"
	payloadTold    = "#da-bao " // the announcement that a proxy has told
	payloadBank    = "#lich "   // code of the commune whose bank days are asked for
	payloadApprove = "#duyet "  // an announcement's id
	payloadReject  = "#tu-choi "
)

// commands by their folded words, without the leading #.
var commands = map[string]func(*turn){
	"menu": (*turn).menu, "danh muc": (*turn).menu, "bat dau": (*turn).menu,
	"tro giup": (*turn).help, "giup": (*turn).help, "help": (*turn).help, "huong dan": (*turn).help,
	"dung": (*turn).stop, "dung lai": (*turn).stop, "huy": (*turn).stop, "stop": (*turn).stop,
	"dang ki":  (*turn).join, // so faq.Fold writes "đăng ký" too
	"doi thon": func(t *turn) { t.askVillage(1) }, "doi ban": func(t *turn) { t.askVillage(1) },
	"sai": (*turn).denyAnswer, "khong khan cap": (*turn).answerCalmly,
	"gap can bo": (*turn).handoffAsked, "can bo": (*turn).handoffAsked, "gap nguoi that": (*turn).handoffAsked,
}

func (t *turn) command() func(*turn) {
	if t.saysAnotherDung() {
		return nil
	}
	return commands[t.folded]
}

// saysAnotherDung tells whether "dung" was written with the accents of "đúng", "dùng" or "đụng", and not of "dừng".
func (t *turn) saysAnotherDung() bool {
	return strings.HasPrefix(t.folded, "dung") && hasDiacritics(t.text) && !strings.Contains(strings.ToLower(t.text), "dừng")
}

func hasDiacritics(s string) bool {
	for _, r := range s {
		if r > 127 && unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

func (t *turn) hasPayload() bool {
	text := strings.ToLower(t.text)
	return strings.HasPrefix(text, payloadSection) || strings.HasPrefix(text, payloadEntry)
}

func (t *turn) followPayload() {
	text := strings.ToLower(t.text)
	if id, ok := strings.CutPrefix(text, payloadEntry); ok {
		t.followEntry(strings.Fields(id))
		return
	}
	fields := strings.Fields(strings.TrimPrefix(text, payloadSection))
	page := 1
	if len(fields) > 1 {
		if n, err := strconv.Atoi(fields[1]); err == nil && n > 0 {
			page = n
		}
	}
	if len(fields) == 0 {
		t.menu()
		return
	}
	t.section(fields[0], page)
}

// followEntry gives a tapped entry, or one case of it.
func (t *turn) followEntry(fields []string) {
	id, branch := "", faq.NoBranch
	if len(fields) > 0 {
		id = fields[0]
	}
	if len(fields) > 1 {
		if n, err := strconv.Atoi(fields[1]); err == nil {
			branch = n - 1
		}
		t.giveEntry(id, branch, "tapped")
		return
	}
	t.answerEntry(id, branch, "tapped")
}

var number = regexp.MustCompile(`^(?:so |cau |chon |muc )?(\d{1,2})$`)

// chosen is the choice of our last message that the resident's number names.
func (t *turn) chosen() (Choice, bool) {
	m := number.FindStringSubmatch(t.folded)
	if m == nil {
		return Choice{}, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return Choice{}, false
	}
	return t.conversation.choice(n, t.now)
}

// takeChoice reads a number as what it stands for, as if the resident had tapped the button.
func (t *turn) takeChoice() {
	if choice, ok := t.chosen(); ok && choice.Payload != "" {
		t.text, t.folded = choice.Payload, faq.Fold(choice.Payload)
	}
}

// followChoice answers a number that stands for a link or a phone.
func (t *turn) followChoice() {
	choice, _ := t.chosen()
	if choice.URL != "" {
		t.say("link", plain(textOpenLink, choice.URL))
		return
	}
	t.say("phone", plain(textCall, choice.Phone))
}
