package plan

// Channel is the way a text goes to a recipient.
type Channel string

// The channels, in the order in which one of equal price is taken.
const (
	ChannelFree     Channel = "consultation_free" // a consultation message within the free window
	ChannelGroup    Channel = "group"             // the recipient is a known member of a group that gets a post
	ChannelPaid     Channel = "consultation_paid" // a consultation message after it, the package's included ones too
	ChannelTemplate Channel = "template"          // the approved ZBS template, by user id
	ChannelNone     Channel = "none"              // only a person can reach this one
)

// Channels are all channels, ChannelNone last.
var Channels = [...]Channel{ChannelFree, ChannelGroup, ChannelPaid, ChannelTemplate, ChannelNone}

// Reason says why there is no channel.
type Reason string

// The reasons. When several hold, the first one of this list is given.
const (
	ReasonNoConsent Reason = "no_consent" // never agreed or no longer agrees, and it is no emergency; or said "dừng"
	ReasonBlocked   Reason = "blocked"    // the resident or Zalo has shut out the account
	ReasonNoChannel Reason = "no_channel" // whatever could have carried it was refused before
	ReasonWindow    Reason = "window"     // no interaction within Zalo's window; a word from the resident would open it
	ReasonBudget    Reason = "budget"     // it would cost more than what is left
)
