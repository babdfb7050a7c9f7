package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/loalang/loalang/bot/faq"
	"github.com/loalang/loalang/bot/rights"
)

// recentEnough is how many announcements are looked through for the one that is meant.
const recentEnough = 50

// Find is the announcement that an operator means by an id or a short name, or without one the latest that was sent and
// whose results the operator may see; ErrNotFound when there is none.
func (s *Announcements) Find(ctx context.Context, oaID, name string) (Announcement, error) {
	if a, err := s.store.Announcement(ctx, name); err == nil && a.OAID == oaID {
		return a, nil
	}
	recent, err := s.store.RecentAnnouncements(ctx, oaID, recentEnough)
	if err != nil {
		return Announcement{}, err
	}
	for _, a := range recent {
		if name != "" {
			if strings.EqualFold(a.Short(), name) {
				return a, nil
			}
			continue
		}
		if a.State == AnnouncementDraft {
			continue
		}
		if _, err := s.permit(ctx, rights.SeeResults, a); err == nil {
			return a, nil
		} else if !errors.Is(err, ErrForbidden) {
			return Announcement{}, err
		}
	}
	return Announcement{}, ErrNotFound
}

// target is the announcement that a command is about, and what else stands in it.
func (t *turn) target(rest string) (a Announcement, args []string, ok bool) {
	args = strings.Fields(rest)
	name := t.session.Last
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	a, err := t.mine().Find(t.ctx, t.event.OAID, name)
	if err != nil {
		t.refuse(err)
		return a, args, false
	}
	return a, args, true
}

// undo takes back what was sent while nothing has left.
func (t *turn) undo(rest string) {
	a, _, ok := t.target(rest)
	if !ok {
		return
	}
	if a.State == AnnouncementCancelled {
		t.tell("undo", plain(textUndone, a.Title))
		return
	}
	if a.State == AnnouncementApproval {
		t.stopSending(a.ID)
		return
	}
	_, err := t.mine().Undo(t.ctx, a.ID)
	switch {
	case errors.Is(err, ErrState), errors.Is(err, ErrChanged):
		t.tell("undo_late", Message{Text: fmt.Sprintf(textUndoLate, a.Title), Choices: []Choice{
			{Title: titleStop, Payload: payloadStop + a.ID}, {Title: titleResults, Payload: payloadResults + a.ID},
		}})
	case err != nil:
		t.refuse(err)
	default:
		t.tell("undo", Message{Text: fmt.Sprintf(textUndone, a.Title), Choices: []Choice{choiceCompose}})
	}
}

// stopSending ends an announcement; what has left has left.
func (t *turn) stopSending(rest string) {
	a, _, ok := t.target(rest)
	if !ok {
		return
	}
	if a.State.Over() {
		t.tell("stop_sending", plain(textOverAlready, a.Title))
		return
	}
	if _, err := t.mine().Cancel(t.ctx, a.ID); err != nil {
		t.refuse(err)
		return
	}
	t.tell("stop_sending", Message{Text: fmt.Sprintf(textStoppedSending, a.Title), Choices: []Choice{{Title: titleResults, Payload: payloadResults + a.ID}}})
}

// stateNames are the states of announcements as they stand in a Vietnamese sentence.
var stateNames = map[AnnouncementState]string{
	AnnouncementDraft: "bản nháp", AnnouncementApproval: "đang chờ duyệt", AnnouncementScheduled: "đã hẹn giờ gửi", AnnouncementPlanning: "đang gửi",
	AnnouncementSending: "đang gửi", AnnouncementPaused: "đang tạm dừng", AnnouncementDone: "đã gửi xong", AnnouncementCancelled: "đã hủy",
}

// reachNames are the states of households likewise.
var reachNames = []struct {
	state ReachState
	name  string
}{
	{ReachSeen, "đã xem"}, {ReachReceived, "đã nhận"}, {ReachTold, "được báo tận nơi"}, {ReachSent, "đã gửi, chưa rõ nhận"},
	{ReachUnsure, "chưa chắc đã gửi được"}, {ReachPending, "đang chờ gửi"}, {ReachNotReached, "chưa tới"}, {ReachNotConcerned, "không thuộc diện nhận"},
}

// results say in a few lines what became of an announcement.
func (t *turn) results(rest string) {
	a, _, ok := t.target(rest)
	if !ok {
		return
	}
	a, list, _, err := t.mine().Reach(t.ctx, a.ID, ReceiptPatience)
	if err != nil {
		t.refuse(err)
		return
	}
	t.session.Last = a.ID
	counts, lacking := make(map[ReachState]int), 0
	for _, r := range list {
		counts[r.State]++
		if r.Lack != (Lack{}) {
			lacking++
		}
	}
	lines := []string{fmt.Sprintf(textResults, a.Title, a.Short(), stateNames[a.State], len(list))}
	for _, r := range reachNames {
		if n := counts[r.state]; n > 0 {
			lines = append(lines, fmt.Sprintf("- %s: %d hộ", r.name, n))
		}
	}
	if lacking > 0 {
		lines = append(lines, fmt.Sprintf(textResultsLack, lacking))
	}
	m := Message{Text: strings.Join(lines, "\n")}
	if counts[ReachNotReached] > 0 {
		m.Choices = []Choice{{Title: titleMissed, Payload: payloadMissed + a.ID}}
	}
	t.tell("results", m)
}

// missedPage is how many households are listed at once.
const missedPage = 9

// missed lists the households that were not reached, the most needy first; each line is a number to tick off.
func (t *turn) missed(rest string) {
	a, args, ok := t.target(rest)
	if !ok {
		return
	}
	a, list, _, err := t.mine().NotReached(t.ctx, a.ID, ReceiptPatience)
	if err != nil {
		t.refuse(err)
		return
	}
	s := t.session
	s.Last, s.ListOf, s.List, s.Titles = a.ID, a.ID, nil, nil
	if len(list) == 0 {
		t.tell("missed", plain(textNobodyMissed, a.Title))
		return
	}
	page := 1
	if len(args) > 0 {
		page, _ = strconv.Atoi(args[0])
	}
	if page < 1 || (page-1)*missedPage >= len(list) {
		page = 1
	}
	shown := list[(page-1)*missedPage : min(page*missedPage, len(list))]
	m := Message{Text: fmt.Sprintf(textMissedList, a.Title, len(list))}
	for i, r := range shown {
		title := fmt.Sprintf(titleVisited, i+1, cmp.Or(r.Head, r.Address, r.Code))
		s.List, s.Titles = append(s.List, r.Code), append(s.Titles, title)
		m.Choices = append(m.Choices, Choice{Title: title, Line: t.visitLine(r), Payload: payloadVisited + a.ID + " " + r.Code})
	}
	if page*missedPage < len(list) {
		m.Choices = append(m.Choices, Choice{Title: titleMore, Payload: payloadMissed + a.ID + " " + strconv.Itoa(page+1)})
	}
	t.tell("missed", m)
}

// needNames and missNames are words for those who walk to the households.
var needNames = map[Need]string{
	NeedElderly: "người già", NeedAlone: "sống một mình", NeedPoor: "hộ nghèo", NeedNearPoor: "cận nghèo",
	NeedNoSmartphone: "không có điện thoại thông minh", NeedDangerZone: "vùng nguy hiểm",
}

var missNames = map[MissReason]string{
	MissNoReceipt: "chưa thấy nhận", MissWindow: "lâu chưa nhắn Zalo", MissRefused: "Zalo không nhận", MissNoChannel: "không có cách gửi",
	MissBudget: "hết kinh phí", MissExpired: "quá hạn gửi", MissCancelled: "đã hủy gửi", MissBlocked: "đã chặn Zalo xã",
	MissNoConsent: "chưa đồng ý nhận tin", MissNoResident: "chưa có ai trên Zalo",
}

func (t *turn) visitLine(r HouseholdReach) string {
	var why []string
	for _, n := range visitFirst {
		if slices.Contains(r.Needs, n) {
			why = append(why, needNames[n])
		}
	}
	why = append(why, missNames[r.Reason])
	return fmt.Sprintf("%s, %s (%s)", cmp.Or(r.Head, r.Code), cmp.Or(r.Address, t.units[r.UnitCode].Name), strings.Join(why, ", "))
}

// tapTold ticks off a household by its button.
func (t *turn) tapTold(rest string) {
	fields := strings.Fields(rest)
	if len(fields) < 2 {
		t.tell("told", plain(textWhichTold))
		return
	}
	t.close(fields[0], []string{strings.Join(fields[1:], " ")})
}

// typesTold is the number of the household whose button is typed as it is shown. Other words behind a number are none:
// "đã báo 3 hộ" says how many.
func (t *turn) typesTold() (number string, ok bool) {
	i := slices.IndexFunc(t.session.Titles, func(title string) bool { return faq.Fold(title) == t.folded })
	return strconv.Itoa(i + 1), i >= 0
}

// markTold ticks off households by their numbers in the list that was shown last, whenever that was.
func (t *turn) markTold(rest string) {
	numbers, ok := readNumbers(rest)
	if !ok || t.session.ListOf == "" {
		t.tell("told", plain(textWhichTold))
		return
	}
	var codes []string
	for _, n := range numbers {
		if n < 1 || n > len(t.session.List) {
			t.tell("told", plain(textNoSuchNumber, n, len(t.session.List)))
			return
		}
		codes = append(codes, t.session.List[n-1])
	}
	t.close(t.session.ListOf, codes)
}

func (t *turn) close(id string, codes []string) {
	closed, err := t.mine().Close(t.ctx, id, codes, "", "")
	if err != nil {
		t.refuse(err)
		return
	}
	text := textVisitedBefore
	if closed > 0 {
		text = fmt.Sprintf(textVisited, closed)
	}
	t.tell("told", Message{Text: text, Choices: []Choice{{Title: titleMissed, Payload: payloadMissed + id}}})
}

// waiting is the announcement that an approval is about: named by its short name or id, or the only one that waits.
func (t *turn) waiting(name string) (Announcement, bool) {
	if name != "" {
		a, err := t.mine().Find(t.ctx, t.event.OAID, name)
		if err != nil {
			t.refuse(err)
		}
		return a, err == nil
	}
	recent, err := t.desk.announcements.store.RecentAnnouncements(t.ctx, t.event.OAID, recentEnough)
	if err != nil {
		t.refuse(err)
		return Announcement{}, false
	}
	recent = slices.DeleteFunc(recent, func(a Announcement) bool {
		return a.State != AnnouncementApproval || a.AskedBy == t.operator.ID
	})
	if len(recent) != 1 {
		t.tell("approve", plain(textWhichApproval, len(recent)))
		return Announcement{}, false
	}
	return recent[0], true
}

// approve lets go what another operator wants sent.
func (t *turn) approve(rest string) {
	a, ok := t.waiting(strings.TrimSpace(rest))
	if !ok {
		return
	}
	approved, err := t.mine().Approve(t.ctx, a.ID)
	if t.settled(a, err) {
		return
	}
	m := Message{Text: fmt.Sprintf(textYouApproved, approved.Title), Choices: []Choice{{Title: titleResults, Payload: payloadResults + a.ID}}}
	if approved.Urgency != UrgencyEmergency {
		m.Choices = append([]Choice{{Title: titleUndo, Payload: payloadUndo + a.ID}}, m.Choices...)
	}
	t.session.Last = a.ID
	t.tell("approve", m)
}

// reject refuses it. What stands behind the name is the reason, as it was typed.
func (t *turn) reject(rest string) {
	fields := strings.Fields(rest)
	name, reason := "", ""
	if len(fields) > 0 {
		name = fields[0]
		if words := strings.Fields(t.text); !strings.HasPrefix(t.text, payloadReject) && len(words) > 3 {
			reason = strings.Join(words[3:], " ") // behind "từ chối CODE"
		}
	}
	a, ok := t.waiting(name)
	if !ok {
		return
	}
	_, err := t.mine().Reject(t.ctx, a.ID, reason)
	if !t.settled(a, err) {
		t.tell("reject", plain(textYouRejected, a.Title))
	}
}

// settled says that an approval could not be given or refused any more; done twice, it is told what it is now.
func (t *turn) settled(a Announcement, err error) bool {
	if errors.Is(err, ErrState) || errors.Is(err, ErrChanged) {
		if now, failed := t.desk.announcements.store.Announcement(t.ctx, a.ID); failed == nil {
			t.tell("approve", plain(textSettled, now.Title, stateNames[now.State]))
			return true
		}
	}
	if err != nil {
		t.refuse(err)
		return true
	}
	return false
}
