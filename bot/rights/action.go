package rights

// Action is something that an operator may want to do.
type Action string

// The actions.
const (
	Send            Action = "send"           // to write an announcement, to let it go, again or on
	SendEmergency   Action = "send_emergency" // likewise, with danger to life or health
	Approve         Action = "approve"        // or refuse what another one wants to send
	Cancel          Action = "cancel"         // undo, pause or end an announcement
	SeeResults      Action = "see_results"    // how far it has come, by household and in sum
	SeeNotReached   Action = "see_not_reached"
	MarkTold        Action = "mark_told"
	Export          Action = "export" // people, households, groups and units
	Import          Action = "import" // likewise
	DecideCalendar  Action = "decide_calendar"
	ManageOperators Action = "manage_operators"
)

// Actions are all of them, in the order of the table.
var Actions = []Action{
	Send, SendEmergency, Approve, Cancel, SeeResults, SeeNotReached, MarkTold, Export, Import, DecideCalendar, ManageOperators,
}
