package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/scheduler"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/store/memory"
)

// demoNotice is an announcement of the demo's past, or its draft.
type demoNotice struct {
	before time.Duration // how long ago it was sent; 0 = it is a draft
	title  string
	kind   string
	to     bot.Audience
	text   string
}

// demoNotices are the demo's announcements, the oldest first.
var demoNotices = []demoNotice{
	{
		20 * 24 * time.Hour, "Họp thôn Suối Hoa", "meeting", bot.Audience{Units: []string{"suoi-hoa"}},
		"Thôn Suối Hoa mời mỗi gia đình một người đến họp lúc 19 giờ 30 tối mai ở nhà văn hóa thôn, bàn việc sửa đường vào xóm Dưới.",
	},
	{
		13 * 24 * time.Hour, "Tiêm phòng trâu bò", "vaccination", bot.Audience{Units: []string{"dong-xanh"}, Topics: []bot.Topic{bot.TopicLivestock}},
		"Sáng thứ Bảy này xã Đồng Xanh tiêm phòng cho trâu bò. Bà con nhốt sẵn trâu bò ở nhà, cán bộ thú y đến từng thôn, buôn.",
	},
	{
		6 * 24 * time.Hour, "Nhắc người vay trước ngày ngân hàng về xã", "bank_day", bot.Audience{Units: []string{"dong-xanh"}, Roles: []bot.Role{bot.RoleBorrower}},
		"Ngân hàng Chính sách xã hội sắp về hội trường xã Đồng Xanh. Bà con có khoản vay nhớ mang theo căn cước và lấy biên lai sau khi nộp tiền.",
	},
	{
		2 * 24 * time.Hour, "Cắt điện toàn xã", "power_cut", bot.Audience{Units: []string{"dong-xanh"}},
		"Ngày mai cả xã Đồng Xanh mất điện từ 7 giờ đến 11 giờ để sửa đường dây. Bà con bơm nước và sạc điện thoại từ tối nay.",
	},
	{
		0, "Cảnh báo dịch tả lợn ở thôn Đồi Chè", "animal_disease", bot.Audience{Units: []string{"dong-xanh"}},
		"Thôn Đồi Chè, xã Đồng Xanh có lợn chết nghi dịch tả lợn châu Phi. Từ hôm nay bà con:\n" +
			"- không mua bán, không giết mổ, không vứt lợn ốm, lợn chết;\n" +
			"- không cho người lạ vào chuồng, rắc vôi quanh chuồng;\n" +
			"- thấy lợn bỏ ăn, sốt, tím tai thì báo ngay trưởng thôn hoặc thú y xã.",
	},
}

// seedHistory makes the demo's past, once: each announcement goes through the same hands as any, on the clock moved into the
// past, to a Zalo that takes it or not. Residents' phones do not show it.
func seedHistory(ctx context.Context, st *store.Store, c demoCommune, clock *demoClock, zone *time.Location) error {
	known, err := st.Announcements(ctx, demoOAID)
	if err != nil || len(known) > 0 {
		return err
	}
	present := clock.now()
	defer func() { clock.move(present) }() // it took no time
	p, err := newDemoPast(st, c, clock, zone)
	if err != nil {
		return err
	}
	for _, n := range demoNotices {
		if err := p.announce(ctx, n); err != nil {
			return fmt.Errorf("%s: %w", n.title, err)
		}
	}
	return nil
}

// demoPast sends announcements in the past.
type demoPast struct {
	store         *store.Store
	commune       demoCommune
	clock         *demoClock
	present       time.Time
	zalo          *demoPastZalo
	announcements *bot.Announcements
	announcer     *bot.Announcer
	deliverer     *bot.Deliverer
	residents     *bot.Bot
}

func newDemoPast(st *store.Store, c demoCommune, clock *demoClock, zone *time.Location) (*demoPast, error) {
	rules, err := plan.Parse("zalo-rules.yaml", configs.ZaloRules)
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return clock.now().In(zone) }
	p := &demoPast{store: st, commune: c, clock: clock, present: now()}
	p.zalo = &demoPastZalo{now: now, refuses: make(map[string]int)}
	for _, person := range c.people {
		p.zalo.refuses[person.id] = person.refuses
	}
	log, wake, always, noCap := slog.New(slog.DiscardHandler), memory.NewWake(), plan.Hours{}, 0
	p.announcements = bot.NewAnnouncements(st, rules, always, now)
	p.announcer = bot.NewAnnouncer(st, st, rules, always, wake, now, log)
	p.deliverer = bot.NewDeliverer(bot.DelivererConfig{
		Store: st, Lanes: st, Accounts: cappedAccounts{st, &noCap}, Sender: p.zalo, Limiter: memory.NewLimiter(memory.Window, time.Now),
		Rules: rules, Open: always, Wake: wake, Observer: unobserved{}, Now: now, Log: log,
	})
	p.residents = bot.New(bot.Config{
		Store: st, Lanes: st, Directory: bot.NewDirectory(st, now), Library: bot.NewLibrary(st, configs.FAQModel, log),
		Calendars: bot.NewCalendars(st, nil, p.present.Location()), Wake: wake, Observer: unobserved{}, Now: now, Log: log,
	})
	return p, nil
}

// announce makes one announcement, and sends it when its time was in the past.
func (p *demoPast) announce(ctx context.Context, n demoNotice) error {
	at := p.present
	if n.before > 0 { // in the evening, when people look at their phones
		year, month, day := p.present.Add(-n.before).Date()
		at = time.Date(year, month, day, 18, 30, 0, 0, p.present.Location())
	}
	p.clock.move(at)
	if err := p.commune.importPeople(ctx, p.store, p.present, at); err != nil {
		return err
	}
	a := bot.Announcement{
		OAID: demoOAID, ID: ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String(), Title: n.title, Kind: n.kind,
		Urgency: bot.UrgencyNormal, Message: bot.Message{Text: n.text}, Audience: n.to, Unlimited: true,
	}
	if err := p.announcements.Create(ctx, a); err != nil || n.before == 0 {
		return err
	}
	if _, err := p.announcements.Send(ctx, a.ID); err != nil {
		return err
	}
	if err := p.finish(ctx, a); err != nil {
		return err
	}
	if err := p.acknowledge(ctx); err != nil {
		return err
	}
	return p.visit(ctx, a)
}

func (p *demoPast) later(d time.Duration) { p.clock.move(p.clock.now().Add(d)) }

// demoPastSteps is more than any announcement of the demo's past takes.
const demoPastSteps = 50

// finish lets the announcement be sent to its end.
func (p *demoPast) finish(ctx context.Context, a bot.Announcement) error {
	for range demoPastSteps {
		if err := p.work(ctx, bot.LaneAnnouncement, 1, bot.AnnouncementLease, scheduler.Each(p.announcer.Announce)); err != nil {
			return err
		}
		run, err := p.store.Run(ctx, a, 0)
		if err != nil {
			return err
		}
		if err := p.deliver(ctx, run); err != nil {
			return err
		}
		now, err := p.store.Announcement(ctx, a.ID)
		if err != nil || now.State.Over() {
			return err
		}
		p.later(2 * time.Second)
	}
	return fmt.Errorf("it is not done after %d steps", demoPastSteps)
}

// deliver sends what there is of a run and lets the lane go, which a Deliverer keeps for a while in case of more.
func (p *demoPast) deliver(ctx context.Context, run bot.Run) error {
	if open, err := p.store.RunOpen(ctx, run); err != nil || !open {
		return err
	}
	leases, err := p.store.ClaimLanes(ctx, bot.LaneDelivery, p.clock.now(), 1, bot.DeliveryLease)
	if err != nil || len(leases) == 0 {
		return err
	}
	ctx, sent := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		defer sent()
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
				if open, err := p.store.RunOpen(ctx, run); err != nil || !open {
					return // what is still open is done by the next step
				}
			}
		}
	})
	err = p.deliverer.Deliver(ctx, leases[0])
	sent()
	watch.Wait()
	return err
}

// work does the lanes of a kind that are due.
func (p *demoPast) work(ctx context.Context, kind bot.LaneKind, batch int, lease time.Duration, do scheduler.Handler) error {
	for {
		leases, err := p.store.ClaimLanes(ctx, kind, p.clock.now(), batch, lease)
		if err != nil || len(leases) == 0 {
			return err
		}
		if err := do(ctx, leases); err != nil {
			return err
		}
	}
}

// acknowledge lets phones tell what has arrived, and who has read it that evening.
func (p *demoPast) acknowledge(ctx context.Context) error {
	p.later(3 * time.Hour)
	events, err := p.zalo.receipts()
	if err != nil || len(events) == 0 {
		return err
	}
	if _, err := p.store.AcceptEvents(ctx, events); err != nil {
		return err
	}
	return p.work(ctx, bot.LaneResident, 500, bot.ResidentLease, p.residents.HandleEvents)
}

// demoVisits is how many households at most are visited after an announcement of the demo's past.
const demoVisits = 12

// visit marks up to a third of the households that were not reached, the most needy, as told by a person on the day after.
func (p *demoPast) visit(ctx context.Context, a bot.Announcement) error {
	p.later(24 * time.Hour)
	if p.clock.now().After(p.present) {
		return nil
	}
	reach, err := bot.Reach(ctx, p.store, a.ID, bot.ReceiptPatience, p.clock.now())
	if err != nil {
		return err
	}
	missed := slices.DeleteFunc(reach, func(r bot.HouseholdReach) bool { return r.State != bot.ReachNotReached })
	for _, r := range missed[:min(len(missed)/3, demoVisits)] {
		_, err := p.store.Tell(ctx, bot.Told{
			OAID: a.OAID, AnnouncementID: a.ID, HouseholdCode: r.Code, By: "trưởng thôn, trưởng buôn", Note: "đã báo tận nhà", At: p.clock.now(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unobserved counts nothing: the past is none of the present's metrics.
type unobserved struct{}

// Answered implements bot.Observer.
func (unobserved) Answered(string) {}

// Delivered implements bot.Observer.
func (unobserved) Delivered(bot.DeliveryState, int) {}
