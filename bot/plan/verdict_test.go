package plan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// terms are those of November 2026.
var terms = Terms{FreeWindow: 48 * time.Hour, PaidWindow: 168 * time.Hour, PaidPart: 55, GroupPost: Known(0)}

// noon is when the verdicts of these tests are taken.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.FixedZone("village", 7*60*60))

// unlimited pays for everything.
var unlimited = Purse{Unlimited: true}

// resident agreed, and wrote so long before noon.
func resident(ago time.Duration) Recipient {
	return Recipient{LastInteraction: noon.Add(-ago), Consent: true, Parts: 1}
}

func free(calls int, closes time.Time) Verdict {
	return Verdict{Channel: ChannelFree, Calls: calls, Closes: closes}
}

func paid(vnd int64, included, calls int, closes time.Time) Verdict {
	return Verdict{Channel: ChannelPaid, VND: vnd, Included: included, Calls: calls, Closes: closes}
}

func template(vnd int64) Verdict { return Verdict{Channel: ChannelTemplate, VND: vnd, Calls: 1} }

func TestDecide(t *testing.T) {
	t.Parallel()

	const (
		hour = time.Hour
		tick = time.Nanosecond
	)
	after := func(r Recipient, window time.Duration) time.Time { return r.LastInteraction.Add(window) }
	fresh, old, gone := resident(hour), resident(72*hour), resident(400*hour)
	freshEnds, oldEnds := after(fresh, terms.FreeWindow), after(old, terms.PaidWindow)
	with := func(r Recipient, change func(*Recipient)) Recipient { change(&r); return r }
	noConsent := func(r *Recipient) { r.Consent = false }
	stopped := func(r *Recipient) { r.Stopped = true }
	blocked := func(r *Recipient) { r.Blocked = true }
	covered := func(r *Recipient) { r.Covered = true }
	noConsultation := func(r *Recipient) { r.NoConsultation = true }
	noTemplate := func(r *Recipient) { r.NoTemplate = true }
	parts := func(n int) func(*Recipient) { return func(r *Recipient) { r.Parts = n } }
	templateAt := func(vnd int64) Message { return Message{Template: Known(vnd)} }
	emergency := Message{Emergency: true}
	byGroup := Verdict{Channel: ChannelGroup}

	for _, tt := range []struct {
		name      string
		message   Message
		recipient Recipient
		purse     Purse
		want      Verdict
	}{
		// Windows.
		{"IsFreeJustAfterAnInteraction", Message{}, fresh, Purse{}, free(1, freshEnds)},
		{"IsFreeAtTheVeryInteraction", Message{}, resident(0), Purse{}, free(1, noon.Add(48*hour))},
		{"IsFreeUntilJustBefore48Hours", Message{}, resident(48*hour - tick), Purse{}, free(1, noon.Add(tick))},
		{"CostsFromExactly48Hours", Message{}, resident(48 * hour), unlimited, paid(55, 0, 1, noon.Add(120*hour))},
		{"CostsUntilJustBefore168Hours", Message{}, resident(168*hour - tick), unlimited, paid(55, 0, 1, noon.Add(tick))},
		{"IsOutOfReachFromExactly168Hours", Message{}, resident(168 * hour), unlimited, none(ReasonWindow)},
		{"IsOutOfReachAfterAnOldInteraction", Message{}, gone, unlimited, none(ReasonWindow)},
		{"IsOutOfReachWithoutAnyInteraction", Message{}, Recipient{Consent: true, Parts: 1}, unlimited, none(ReasonWindow)},
		{"TakesAnInteractionInTheFutureForOneJustNow", Message{}, resident(-hour), Purse{}, free(1, noon.Add(49*hour))},
		{"TakesVillageTimeAndUTCForTheSame", Message{}, with(fresh, func(r *Recipient) { r.LastInteraction = r.LastInteraction.UTC() }),
			Purse{}, free(1, freshEnds.UTC())},

		// Consent.
		{"NeedsConsent", Message{}, with(fresh, noConsent), unlimited, none(ReasonNoConsent)},
		{"NeedsConsentForATemplateToo", templateAt(200), with(gone, noConsent), unlimited, none(ReasonNoConsent)},
		{"NeedsNoConsentInAnEmergency", emergency, with(fresh, noConsent), Purse{}, free(1, freshEnds)},
		{"RespectsDungEvenInAnEmergency", emergency, with(fresh, stopped), unlimited, none(ReasonNoConsent)},
		{"RespectsDungDespiteConsent", Message{}, with(fresh, stopped), unlimited, none(ReasonNoConsent)},
		{"OpensNoWindowInAnEmergency", emergency, with(gone, noConsent), unlimited, none(ReasonWindow)},
		{"NamesConsentBeforeBlocking", Message{}, with(with(fresh, blocked), noConsent), unlimited, none(ReasonNoConsent)},

		// Refusals.
		{"DoesNotWriteToWhoeverBlocked", templateAt(0), with(fresh, blocked), unlimited, none(ReasonBlocked)},
		{"NamesBlockingInAnEmergency", emergency, with(with(gone, blocked), noConsent), unlimited, none(ReasonBlocked)},
		{"HasNoChannelWhenConsultationWasRefused", Message{}, with(fresh, noConsultation), unlimited, none(ReasonNoChannel)},
		{"HasNoChannelWhenBothWereRefused", templateAt(0), with(with(fresh, noConsultation), noTemplate), unlimited, none(ReasonNoChannel)},
		{"TakesTheTemplateWhenConsultationWasRefused", templateAt(200), with(fresh, noConsultation), unlimited, template(200)},
		{"NamesTheWindowWhenOnlyTheTemplateWasRefused", templateAt(200), with(gone, noTemplate), unlimited, none(ReasonWindow)},
		{"KeepsToConsultationWhenTheTemplateWasRefused", templateAt(1), with(old, noTemplate), unlimited, paid(55, 0, 1, oldEnds)},

		// Template.
		{"TakesTheTemplateWhenTheWindowHasClosed", templateAt(200), gone, unlimited, template(200)},
		{"TakesTheTemplateWithoutAnyInteraction", templateAt(200), Recipient{Consent: true, Parts: 1}, unlimited, template(200)},
		{"PrefersPaidConsultationToADearerTemplate", templateAt(56), old, unlimited, paid(55, 0, 1, oldEnds)},
		{"PrefersPaidConsultationToATemplateOfItsPrice", templateAt(55), old, unlimited, paid(55, 0, 1, oldEnds)},
		{"PrefersACheaperTemplate", templateAt(54), old, unlimited, template(54)},
		{"PrefersOneTemplateToManyParts", templateAt(164), with(old, parts(3)), unlimited, template(164)},
		{"PrefersFreeConsultationToAFreeTemplate", templateAt(0), fresh, Purse{}, free(1, freshEnds)},
		{"PrefersIncludedConsultationToAFreeTemplate", templateAt(0), old, Purse{Included: 1}, paid(0, 1, 1, oldEnds)},
		{"TakesAFreeTemplateWithAnEmptyPurse", templateAt(0), gone, Purse{}, template(0)},

		// Parts and what the package includes.
		{"CallsOnceForEachPart", Message{}, with(fresh, parts(4)), Purse{}, free(4, freshEnds)},
		{"PaysForEachPart", Message{}, with(old, parts(4)), unlimited, paid(220, 0, 4, oldEnds)},
		{"PaysNothingForIncludedParts", Message{}, with(old, parts(4)), Purse{Included: 4}, paid(0, 4, 4, oldEnds)},
		{"PaysForThePartsThatAreNotIncluded", Message{}, with(old, parts(4)), Purse{Included: 3, Budget: 55}, paid(55, 3, 4, oldEnds)},
		{"LeavesIncludedPartsInTheFreeWindow", Message{}, fresh, Purse{Included: 500}, free(1, freshEnds)},
		{"PaysInFullWhenMoreThanTheIncludedWasUsed", Message{}, old, Purse{Included: -3, Budget: 55}, paid(55, 0, 1, oldEnds)},

		// Budget.
		{"SpendsABudgetThatIsExactlyMet", Message{}, old, Purse{Budget: 55}, paid(55, 0, 1, oldEnds)},
		{"KeepsABudgetThatIsOneShort", Message{}, old, Purse{Budget: 54}, none(ReasonBudget)},
		{"KeepsABudgetThatPaysForSomeParts", Message{}, with(old, parts(2)), Purse{Budget: 109}, none(ReasonBudget)},
		{"KeepsTheBudgetForTheTemplateToo", templateAt(200), gone, Purse{Budget: 199}, none(ReasonBudget)},
		{"GoesForFreeWhenTheBudgetWasCutBelowWhatWasSpent", Message{}, fresh, Purse{Budget: -1}, free(1, freshEnds)},
		{"KeepsTheBudgetInAnEmergency", emergency, old, Purse{}, none(ReasonBudget)},

		// Groups.
		{"CountsAKnownMemberOfAGroup", Message{}, with(fresh, covered), Purse{}, byGroup},
		{"CountsAMemberWhomNothingElseReaches", Message{}, with(with(gone, covered), blocked), Purse{}, byGroup},
		{"NeedsNoConsentInAGroup", Message{}, with(with(fresh, covered), noConsent), Purse{}, byGroup},
		{"CountsAMemberWhoSaidDung", Message{}, with(with(fresh, covered), stopped), Purse{}, byGroup},
		{"WritesToAMemberTooWhenAsked", Message{AlsoCovered: true}, with(fresh, covered), Purse{}, free(1, freshEnds)},
		{"PaysForAMemberTooWhenAsked", Message{AlsoCovered: true}, with(old, covered), unlimited, paid(55, 0, 1, oldEnds)},
		{"CountsTheGroupWhenTheBudgetPaysForNoMore", Message{AlsoCovered: true}, with(old, covered), Purse{}, byGroup},
		{"CountsTheGroupWhenAMemberMayNotBeWrittenTo", Message{AlsoCovered: true}, with(with(fresh, covered), noConsent), unlimited, byGroup},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, tt.want, terms.Decide(tt.message, tt.recipient, tt.purse, noon))
		})
	}
}

func TestDecidePost(t *testing.T) {
	t.Parallel()

	priced, open := terms, terms
	priced.GroupPost, open.GroupPost = Known(1000), Price{}
	for _, tt := range []struct {
		name  string
		terms Terms
		parts int
		purse Purse
		want  Verdict
	}{
		{"IsFreeWhileZaloSaysSo", terms, 1, Purse{}, Verdict{Channel: ChannelGroup, Calls: 1}},
		{"CallsOnceForEachPart", terms, 3, Purse{Budget: -5}, Verdict{Channel: ChannelGroup, Calls: 3}},
		{"PaysForEachPart", priced, 2, Purse{Budget: 2000}, Verdict{Channel: ChannelGroup, VND: 2000, Calls: 2}},
		{"KeepsTheBudget", priced, 2, Purse{Budget: 1999}, none(ReasonBudget)},
		{"UsesNoIncludedConsultation", priced, 1, Purse{Included: 500}, none(ReasonBudget)},
		{"GoesAtAnUndecidedPriceWithoutABudget", open, 2, unlimited, Verdict{Channel: ChannelGroup, Calls: 2}},
		{"StaysAtAnUndecidedPriceWithinABudget", open, 1, Purse{Budget: 1_000_000}, none(ReasonBudget)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, tt.want, tt.terms.DecidePost(tt.parts, tt.purse))
		})
	}
}
