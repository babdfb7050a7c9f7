package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/plan"
)

type announcePlanCmd struct{ oneAnnouncement }

// planDocument is a plan as it is printed.
type planDocument struct {
	Recipients int                  `json:"recipients"`
	Households int                  `json:"households"`
	OnRoll     int                  `json:"households_on_roll"` // of the units, also those nobody of is on Zalo
	InPerson   int                  `json:"only_in_person"`     // households that only a person can reach
	ByHouse    map[plan.Channel]int `json:"households_by_channel"`
	ByChannel  map[plan.Channel]int `json:"by_channel"`
	Reasons    map[plan.Reason]int  `json:"reasons"` // of those under none
	CostVND    int64                `json:"cost_vnd"`
	Posts      int                  `json:"posts"`
	Undecided  int                  `json:"posts_of_undecided_price"`
	Aside      int                  `json:"aside,omitempty"` // proxies who are none of the recipients; calls and price are with them
	Calls      int                  `json:"calls"`
	Minutes    float64              `json:"minutes"`
	Closing    int                  `json:"closing"`     // whose window closes before their turn
	TooDear    bool                 `json:"too_dear"`    // all or nothing was asked for, and the budget does not pay for all
	MissingVND int64                `json:"missing_vnd"` // to be added to it then
	Groups     []string             `json:"groups"`      // ids of those that get a post
	Sample     []sampledRecipient   `json:"sample"`      // a few of the recipients, by chance
	Code       string               `json:"code"`
	Messages   []preview            `json:"messages"`          // what residents read, by language
	Picture    string               `json:"picture,omitempty"` // its link
	Image      *bot.Attachment      `json:"image,omitempty"`
	File       *bot.Attachment      `json:"file,omitempty"`
	firesDocument
}

// sampledRecipient is a recipient as a plan shows one.
type sampledRecipient struct {
	UserID  string       `json:"user_id"`
	Name    string       `json:"name"`
	Unit    string       `json:"unit"`
	Channel plan.Channel `json:"channel"`
	Reason  plan.Reason  `json:"reason,omitempty"`
}

// Run implements `loalang announce plan`.
func (cmd announcePlanCmd) Run(c *command) error {
	st, announcements, err := c.announcements()
	if err != nil {
		return err
	}
	defer st.Close()
	sum, err := announcements.Plan(c.ctx, cmd.ID)
	if err != nil {
		return cmd.explain(err)
	}
	groups, sample := []string{}, []sampledRecipient{}
	for _, g := range sum.Groups {
		groups = append(groups, g.ID)
	}
	for _, s := range sum.Sample {
		sample = append(sample, sampledRecipient{UserID: s.UserID, Name: s.Name, Unit: s.UnitCode, Channel: s.Channel, Reason: s.Reason})
	}
	a, err := st.Announcement(c.ctx, cmd.ID)
	if err != nil {
		return cmd.explain(err)
	}
	fires, err := c.firesOf(a)
	if err != nil {
		return err
	}
	return c.print(planDocument{
		Recipients: sum.Recipients, Households: sum.AllHouseholds(), OnRoll: sum.OnRoll, InPerson: sum.InPerson(),
		ByHouse: sum.Households, ByChannel: sum.People, Reasons: sum.Reasons,
		CostVND: sum.VND, Posts: sum.Posts, Undecided: sum.Undecided, Aside: sum.Aside, Calls: sum.Calls, Minutes: sum.Minutes, Closing: sum.Closing,
		TooDear: sum.TooDear, MissingVND: sum.Missing, Groups: groups, Sample: sample, firesDocument: fires,
		Code: a.Code, Messages: previewOf(a), Picture: a.Message.Picture, Image: a.Message.Image, File: a.Message.File,
	}, "%s", previewLines(previewOf(a))+attachmentLines(a.Message)+fires.lines()+planLines(sum))
}

func planLines(sum bot.Forecast) string {
	var b strings.Builder
	if sum.Recipients == 0 && sum.Posts == 0 {
		return fmt.Sprintf("It is for nobody on Zalo: no resident is in these units with these topics and roles. %d households are on the roll.", sum.OnRoll)
	}
	fmt.Fprintf(&b, "%d people of %d known households; %d households are on the roll, %d of all only a person can reach.\n",
		sum.Recipients, sum.AllHouseholds(), sum.OnRoll, sum.InPerson())
	for _, channel := range plan.Channels {
		if n := sum.People[channel]; n > 0 {
			fmt.Fprintf(&b, "  %-18s %d people, %d households\n", channel, n, sum.Households[channel])
		}
	}
	for _, reason := range []plan.Reason{plan.ReasonNoConsent, plan.ReasonBlocked, plan.ReasonNoChannel, plan.ReasonWindow, plan.ReasonBudget} {
		if n := sum.Reasons[reason]; n > 0 {
			fmt.Fprintf(&b, "    not reached, %-10s %d\n", reason, n)
		}
	}
	fmt.Fprintf(&b, "%d VND, %d calls, %d of them group posts, %.1f minutes.", sum.VND, sum.Calls, sum.Posts, sum.Minutes)
	if sum.Aside > 0 {
		fmt.Fprintf(&b, "\nBeside them %d proxies are asked to tell households.", sum.Aside)
	}
	if sum.Undecided > 0 {
		fmt.Fprintf(&b, "\nZalo has not said what %d of the posts cost; they are reckoned as free.", sum.Undecided)
	}
	if sum.TooDear {
		fmt.Fprintf(&b, "\nThe budget does not pay for all, so nothing will go: %d VND are missing.", sum.Missing)
	}
	if sum.Closing > 0 {
		fmt.Fprintf(&b, "\nThe window of %d people closes before their turn.", sum.Closing)
	}
	for _, g := range sum.Groups {
		fmt.Fprintf(&b, "\nPost in %s (%s).", g.Name, g.ID)
	}
	for _, s := range sum.Sample {
		fmt.Fprintf(&b, "\nFor example %s of %s: %s", cmp.Or(s.Name, s.UserID), cmp.Or(s.UnitCode, "no known unit"), s.Channel)
		if s.Reason != "" {
			fmt.Fprintf(&b, ", %s", s.Reason)
		}
	}
	return b.String()
}
