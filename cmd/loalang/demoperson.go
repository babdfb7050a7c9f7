package main

import (
	"context"
	"time"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
	"github.com/loalang/loalang/zalo/zalosim"
)

// demoPerson is a made-up Zalo user of the demo's commune, with a phone in the browser.
type demoPerson struct {
	id, name, about string
	list            string // the page's heading over the person; empty = stands first
	unit, household string
	roles           []bot.Role
	idle            time.Duration // since the last interaction; 0 = never
	every           time.Duration // between earlier interactions; 0 = there were none
	consents        bool          // on paper, weeks ago
	refuses         int           // Zalo's error to every message; 0 = none
	operates        rights.Role   // what the person is as an operator; empty = none
	counts          string        // the unit in which an operator counts
}

// demoOperatorExamples are what the phone page offers an operator who has not written yet.
var demoOperatorExamples = []string{"thông báo", "kết quả", "chưa tới"}

// demoConsent is how long ago people of the demo have consented.
const demoConsent = 40 * 24 * time.Hour

// user is the person as Zalo knows one.
func (p demoPerson) user(now time.Time) zalosim.User {
	u := zalosim.User{
		OA: demoOAID, ID: p.id, Name: p.name, About: p.about, List: p.list, Following: p.idle > 0, Refuse: p.refuses,
	}
	if p.operates != "" {
		u.Examples = demoOperatorExamples
	}
	if p.idle > 0 {
		u.LastInteraction = now.Add(-p.idle)
	}
	return u
}

// resident is the person as the program knew one at a moment that is not after now.
func (p demoPerson) resident(now, at time.Time) bot.Resident {
	r := bot.Resident{
		OAID: demoOAID, UserID: p.id, Name: p.name, UnitCode: p.unit, HouseholdCode: p.household, Roles: p.roles, Following: p.idle > 0,
	}
	if p.consents {
		r.ConsentAt, r.Topics = now.Add(-demoConsent), []bot.Topic{
			bot.TopicBank, bot.TopicLivestock, bot.TopicCrops, bot.TopicHealth, bot.TopicDisaster, bot.TopicSecurity, bot.TopicProcedures, bot.TopicMeetings,
		}
	}
	if p.idle == 0 {
		return r
	}
	last := now.Add(-p.idle)
	for last.After(at) && p.every > 0 {
		last = last.Add(-p.every)
	}
	if !last.After(at) {
		r.LastInteraction = last
	}
	return r
}

// importPeople brings everybody into the store as they were at a moment. Those whom the store knows keep what they have
// chosen, and have interacted since.
func (c demoCommune) importPeople(ctx context.Context, st *store.Store, now, at time.Time) error {
	known := make(map[string]bot.Resident)
	for r, err := range st.Residents(ctx, demoOAID) {
		if err != nil {
			return err
		}
		known[r.UserID] = r
	}
	list := make([]bot.Resident, len(c.people))
	for i, p := range c.people {
		list[i] = p.resident(now, at)
		if before, there := known[p.id]; there {
			before.LastInteraction = list[i].LastInteraction
			list[i] = before
		}
	}
	_, err := st.ImportResidents(ctx, store.Values(list), false)
	return err
}
