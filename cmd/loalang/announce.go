package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/configs"
	"github.com/loalang/loalang/store"
)

type announceCmd struct {
	Create  announceCreateCmd  `cmd:"" help:"Keep a draft. Nothing leaves before it is sent."`
	Correct announceCorrectCmd `cmd:"" help:"Keep the follow-up of a wrong announcement as a draft, for exactly those who may have got it."`
	Kinds   announceKindsCmd   `cmd:"" help:"List the kinds whose wording is ready, and what each asks for."`
	Plan    announcePlanCmd    `cmd:"" help:"Show when it goes, whom it would reach, how, and at what price."`
	Send    announceSendCmd    `cmd:"" help:"Let a draft go, at its times or now. A running loalang serve sends."`
	Status  announceStatusCmd  `cmd:"" help:"Show how far a run has come."`
	Pause   announcePauseCmd   `cmd:"" help:"Stop sending, and its times; it can be resumed."`
	Resume  announceResumeCmd  `cmd:"" help:"Go on with a paused announcement. Times that fell into the pause are skipped."`
	Cancel  announceCancelCmd  `cmd:"" help:"End an announcement; what was not sent never will be, and no time of it comes any more."`
	Resend  announceResendCmd  `cmd:"" help:"Send again, only to those for whom Zalo took nothing in the last run."`
	Approve announceApproveCmd `cmd:"" help:"Let go what waits for another person's approval. Nobody approves his own."`
	Reject  announceRejectCmd  `cmd:"" help:"Refuse what waits for an approval; who wanted it sent is told."`
	Script  announceScriptCmd  `cmd:"" help:"Print it as it is read aloud over the loudspeaker, with the seconds that takes."`
	List    announceListCmd    `cmd:"" help:"List announcements, the latest first."`

	Reach      announceReachCmd      `cmd:"" help:"Show what became of it at every household of the roll, by unit."`
	NotReached announceNotReachedCmd `cmd:"" help:"List the households that it did not reach, the most needy first, also as a page to print."`
	Close      announceCloseCmd      `cmd:"" help:"Mark households that a person has told."`
}

// announcements opens the database and what officers do with it.
func (c *command) announcements() (*store.Store, *bot.Announcements, error) {
	rules, err := plan.Parse("zalo-rules.yaml", configs.ZaloRules)
	if err != nil {
		return nil, nil, err
	}
	st, err := c.open(refuseOlder)
	if err != nil {
		return nil, nil, err
	}
	actor, err := c.actor(st)
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return st, bot.NewAnnouncements(st, rules, openHours(c.config), c.now).By(actor), nil
}

// now is village time.
func (c *command) now() time.Time { return c.clock().In(c.config.Location) }

type announceCreateCmd struct {
	OA           string            `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
	Title        string            `required:"" help:"A name for operators; residents do not see it."`
	TextFile     string            `name:"text-file" type:"existingfile" help:"What residents read, in UTF-8; not needed with --field."`
	Kind         string            `help:"What it is about: one of loalang announce kinds, or in your own words."`
	Field        map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"What the wording of the kind asks for, see loalang announce kinds; given again for each."`
	Unit         []string          `placeholder:"CODE" help:"To the people of a unit and of all units below it; may be given again."`
	Topic        []string          `placeholder:"TOPIC" help:"Only to its subscribers; may be given again, then any of them will do."`
	Role         []string          `placeholder:"ROLE" help:"Only to people of this role; may be given again."`
	Need         []string          `placeholder:"NEED" help:"Only to households with this need, such as elderly or danger_zone; may be given again."`
	Language     []string          `placeholder:"TAG" help:"Only to people of this language, such as vi or rad; may be given again."`
	WithoutUnit  []string          `name:"without-unit" placeholder:"CODE" help:"Not to a unit and those below it; may be given again."`
	Without      []string          `name:"without-resident" placeholder:"ID" help:"Not to a resident, by Zalo user id; may be given again."`
	Urgency      string            `enum:",normal,emergency,bulk" default:"" help:"normal (unless its wording says otherwise), emergency (danger to life or health: at once, also at night and without consent) or bulk."`
	At           string            `placeholder:"TIME" help:"When it is to leave once it is sent, like 2026-12-01T07:00:00+07:00."`
	Cron         *string           `placeholder:"SPEC" help:"When it is to leave again and again once it is sent: plain words like 'thứ 2, thứ 5 hằng tuần 18:00' or 'ngày 10 hằng tháng 7:30 đến hết 31/12/2026', or cron like '0 18 * * 4', in village time. A time missed by 6 hours or more, or by a newer one, is skipped."`
	Escalate     string            `placeholder:"STEPS" help:"What follows for those who have not seen it, so long after it has gone: 2h:channel (again, over another way that was not used for them), 6h:proxy (their households' proxies are asked to tell them), 12h:visit (the heads of their villages get the list), separated by commas. Without it nothing does."`
	Budget       *int64            `placeholder:"VND" help:"What it may cost at most, all its times together; 0 = only what is free. Without it there is no limit."`
	AllOrNothing bool              `name:"all-or-nothing" help:"Send nothing at all when the budget does not pay for everybody whom money can reach."`
	Groups       string            `enum:"fitting,all,none" default:"fitting" help:"Post it in the Zalo groups of these units: fitting (when it is for everybody there), all (also when topics or roles narrow it) or none. Members known to us get it there, and not again directly."`
	AlsoMembers  bool              `name:"also-members" help:"Send it directly, too, to members who have it in their group."`
	textFlags
}

// Run implements `loalang announce create`.
func (cmd announceCreateCmd) Run(c *command) error {
	a := bot.Announcement{
		ID: ulid.Make().String(), Title: cmd.Title, Kind: cmd.Kind, Urgency: bot.UrgencyNamed(cmd.Urgency),
		Audience: bot.Audience{
			Units: cmd.Unit, Topics: stringsAs[bot.Topic](cmd.Topic), Roles: stringsAs[bot.Role](cmd.Role), Needs: stringsAs[bot.Need](cmd.Need),
			Languages: cmd.Language, WithoutUnits: cmd.WithoutUnit, WithoutResidents: cmd.Without,
		},
		Unlimited: cmd.Budget == nil, AllOrNothing: cmd.AllOrNothing, AlsoCovered: cmd.AlsoMembers,
	}
	if cmd.Groups != "fitting" {
		a.Groups = bot.GroupUse(cmd.Groups)
	}
	if cmd.Budget != nil {
		a.Budget = *cmd.Budget
	}
	ladder, err := bot.ParseLadder(cmd.Escalate)
	if err != nil {
		return fmt.Errorf("--escalate: %w", err)
	}
	a.Escalate = ladder
	if cmd.Cron != nil {
		if err := c.repeat(&a, *cmd.Cron); err != nil {
			return err
		}
	}
	if cmd.At != "" {
		at, err := time.Parse(time.RFC3339, cmd.At)
		if err != nil {
			return fmt.Errorf("--at %q is no time: write it as %s", cmd.At, c.now().Add(time.Hour).Format(time.RFC3339))
		}
		a.ScheduledAt = at.In(c.config.Location)
	}
	if err := cmd.fill(c, &a); err != nil {
		return err
	}
	if err := cmd.write(&a, c.now()); err != nil {
		return err
	}
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	if a.OAID, err = onlyAccount(c, st, cmd.OA); err != nil {
		return err
	}
	if cmd.TextFile == "" && a.Issuer == "" { // a wording without a name below it would be nobody's
		account, err := st.Account(c.ctx, a.OAID)
		if err != nil {
			return err
		}
		a.Issuer = account.Name
	}
	if err := announcements.Create(c.ctx, a); err != nil {
		return err
	}
	return c.printDraft(st, a.ID)
}

// printDraft prints a draft as it was kept.
func (c *command) printDraft(st *store.Store, id string) error {
	a, err := st.Announcement(c.ctx, id)
	if err != nil {
		return err
	}
	fires, err := c.firesOf(a)
	if err != nil {
		return err
	}
	doc := struct {
		ID         string          `json:"id"`
		Code       string          `json:"code"`
		ValidUntil string          `json:"valid_until,omitempty"`
		Messages   []preview       `json:"messages"`
		Picture    string          `json:"picture,omitempty"` // its link
		Image      *bot.Attachment `json:"image,omitempty"`
		File       *bot.Attachment `json:"file,omitempty"`
		firesDocument
	}{a.ID, a.Code, c.village(a.ValidUntil), previewOf(a), a.Message.Picture, a.Message.Image, a.Message.File, fires}
	return c.print(doc, "%[3]s%[2]sDraft %[1]s kept. See whom it reaches with `loalang announce plan %[1]s`, then `loalang announce send %[1]s`.", a.ID, fires.lines(), previewLines(doc.Messages)+attachmentLines(a.Message))
}

func stringsAs[T ~string](values []string) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// oneAnnouncement is the argument of commands about one.
type oneAnnouncement struct {
	ID string `arg:"" help:"As announce create has printed it."`
}

// explain tells what to do about an announcement that cannot be found or was changed by another.
func (o oneAnnouncement) explain(err error) error {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return fmt.Errorf("there is no announcement %s: see `loalang announce list`", o.ID)
	case errors.Is(err, bot.ErrChanged):
		return fmt.Errorf("announcement %s was changed by somebody else at this moment: look at its status and try again", o.ID)
	}
	return err
}

// do does something to the announcement and prints its state.
func (o oneAnnouncement) do(c *command, what func(*bot.Announcements, context.Context, string) (bot.Announcement, error)) error {
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	a, err := what(announcements, c.ctx, o.ID)
	if err != nil {
		return o.explain(err)
	}
	return o.printState(c, a)
}

func (o oneAnnouncement) printState(c *command, a bot.Announcement) error {
	fires, err := c.firesOf(a)
	if err != nil {
		return err
	}
	doc, line := map[string]string{"id": o.ID, "state": string(a.State)}, ""
	switch next := fires.next(); {
	case next != "":
		doc["next_fire"], line = next, " Its next fire is at "+next+"."
	case a.State == bot.AnnouncementApproval:
		line = fmt.Sprintf(" Another operator has to approve it by %s, from the chat or with `loalang announce approve %s`.", c.village(a.AskedUntil)[:16], o.ID)
	case fires.Schedule != "" && a.State == bot.AnnouncementDone:
		line = " No fire is ahead any more."
	}
	return c.print(doc, "Announcement %s is %s.%s", o.ID, a.State, line)
}

type announcePauseCmd struct{ oneAnnouncement }

// Run implements `loalang announce pause`.
func (cmd announcePauseCmd) Run(c *command) error { return cmd.do(c, (*bot.Announcements).Pause) }

type announceResumeCmd struct{ oneAnnouncement }

// Run implements `loalang announce resume`.
func (cmd announceResumeCmd) Run(c *command) error { return cmd.do(c, (*bot.Announcements).Resume) }

type announceCancelCmd struct{ oneAnnouncement }

// Run implements `loalang announce cancel`.
func (cmd announceCancelCmd) Run(c *command) error { return cmd.do(c, (*bot.Announcements).Cancel) }

type announceApproveCmd struct{ oneAnnouncement }

// Run implements `loalang announce approve`.
func (cmd announceApproveCmd) Run(c *command) error { return cmd.do(c, (*bot.Announcements).Approve) }

type announceRejectCmd struct {
	oneAnnouncement
	Reason string `help:"Why, for the one who wanted it sent, and for the audit."`
}

// Run implements `loalang announce reject`.
func (cmd announceRejectCmd) Run(c *command) error {
	return cmd.do(c, func(s *bot.Announcements, ctx context.Context, id string) (bot.Announcement, error) {
		return s.Reject(ctx, id, cmd.Reason)
	})
}

type announceSendCmd struct {
	oneAnnouncement
	Wait bool `help:"Return when it is done or cancelled. Not for one with --cron, which goes on."`
}

// Run implements `loalang announce send`.
func (cmd announceSendCmd) Run(c *command) error {
	return cmd.send(c, (*bot.Announcements).Send, cmd.Wait)
}

type announceResendCmd struct {
	oneAnnouncement
	Wait bool `help:"Return when it is done or cancelled. Not for one with --cron while fires are ahead."`
}

// Run implements `loalang announce resend`.
func (cmd announceResendCmd) Run(c *command) error {
	return cmd.send(c, (*bot.Announcements).Resend, cmd.Wait)
}

func (o oneAnnouncement) send(c *command, how func(*bot.Announcements, context.Context, string) (bot.Announcement, error), wait bool) error {
	if !wait {
		return o.do(c, how)
	}
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	if err := o.mayAwait(c, st); err != nil {
		return o.explain(err)
	}
	a, err := how(announcements, c.ctx, o.ID)
	if err == nil && a.State != bot.AnnouncementApproval { // that is another person's to end
		a, err = o.await(c, st)
	}
	if err != nil {
		return o.explain(err)
	}
	return o.printState(c, a)
}

const (
	// lookAgain is how often a waiting command looks.
	lookAgain = 200 * time.Millisecond
	// nobodyServes is after what time of nobody taking up what is due a waiting command says so.
	nobodyServes = 5 * time.Second
)

// await returns when the announcement is over.
func (o oneAnnouncement) await(c *command, st *store.Store) (bot.Announcement, error) {
	warned := false
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for {
		a, err := st.Announcement(c.ctx, o.ID)
		if err != nil || a.State.Over() {
			return a, err
		}
		loads, err := st.LaneLoads(c.ctx, c.clock())
		if err != nil {
			return a, err
		}
		for _, l := range loads {
			if l.Kind == bot.LaneAnnouncement && c.clock().Sub(l.Oldest) > nobodyServes && !warned {
				warned = true
				fmt.Fprintln(c.stderr, "loalang: no `loalang serve` is at work on this database: nothing leaves before one is")
			}
		}
		select {
		case <-c.ctx.Done():
			return a, fmt.Errorf("stopped waiting; it is %s and goes on without you", a.State)
		case <-ticker.C:
		}
	}
}

type announceListCmd struct {
	OA string `name:"oa" placeholder:"ID" help:"Of this account alone."`
}

// listedAnnouncement is an announcement as it is listed.
type listedAnnouncement struct {
	ID          string                `json:"id"`
	OAID        string                `json:"oa_id"`
	Title       string                `json:"title"`
	Kind        string                `json:"kind"`
	Code        string                `json:"code"`
	Issuer      string                `json:"issuer,omitempty"`
	Corrects    string                `json:"corrects,omitempty"`
	ValidUntil  string                `json:"valid_until,omitempty"`
	State       bot.AnnouncementState `json:"state"`
	CreatedAt   string                `json:"created_at"`
	ScheduledAt string                `json:"scheduled_at,omitempty"`
	Schedule    string                `json:"schedule,omitempty"` // a sentence
	NextFire    string                `json:"next_fire,omitempty"`
}

// Run implements `loalang announce list`.
func (cmd announceListCmd) Run(c *command) error {
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := st.Announcements(c.ctx, cmd.OA)
	if err != nil {
		return err
	}
	if c.as != "" {
		all = slices.DeleteFunc(all, func(a bot.Announcement) bool {
			_, err := announcements.Look(c.ctx, a.ID)
			return err != nil
		})
	}
	list := make([]listedAnnouncement, len(all))
	lines := make([]string, len(all))
	for i, a := range all {
		list[i] = listedAnnouncement{
			ID: a.ID, OAID: a.OAID, Title: a.Title, Kind: a.Kind, State: a.State,
			Code: a.Code, Issuer: a.Issuer, Corrects: a.Corrects, ValidUntil: c.village(a.ValidUntil),
			CreatedAt: c.village(a.CreatedAt), ScheduledAt: c.village(a.ScheduledAt),
		}
		fires, err := c.firesOf(a)
		if err != nil {
			return err
		}
		list[i].Schedule, list[i].NextFire = fires.Schedule, fires.next()
		lines[i] = fmt.Sprintf("%s  %-9s  %s  %s", a.ID, a.State, list[i].CreatedAt[:16], a.Title)
		if list[i].NextFire != "" {
			lines[i] += "  (next " + list[i].NextFire[:16] + ")"
		}
	}
	if len(lines) == 0 {
		lines = []string{"There are no announcements."}
	}
	return c.print(list, "%s", strings.Join(lines, "\n"))
}
