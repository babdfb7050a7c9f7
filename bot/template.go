package bot

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/loalang/loalang/bot/plan"
	"github.com/loalang/loalang/zalo"
)

// Template is the ZBS template, approved by Zalo, that an account has named for one kind of announcements. It goes to
// those whom no consultation message can reach, by user id and for its price.
type Template struct {
	OAID  string
	Kind  string // of the announcements
	ID    string // Zalo's
	VND   int64  // of one message, by user id
	Data  map[string]string
	Fault string // why Zalo refuses it, whoever it is for; empty = nothing known
}

// Placeholders are what may stand in the values of a template's parameters, and what fills them.
var Placeholders = map[string]string{
	"name":      "the resident's name, or bà con",
	"household": "the household's code, or -",
	"text":      "the announcement's text",
	"account":   "the account's name",
	"date":      "the day it is sent",
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// ErrTemplate says that a template cannot be named like this.
var ErrTemplate = errors.New("wrong template")

// Check refuses, with all faults together, a template that could not be sent.
func (t Template) Check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrTemplate}, args...)...))
	}
	if strings.TrimSpace(t.Kind) == "" {
		fault("it has no kind: name the kind of announcements that it is for")
	}
	if strings.TrimSpace(t.ID) == "" {
		fault("it has no id: it is the number shown beside the template in Zalo's console")
	}
	if t.VND < 0 {
		fault("its price is below 0: write the price of one message by user id, in đồng")
	}
	for name, value := range t.Data {
		if name == "" {
			fault("the value %q has no parameter: write it as name=value", value)
		}
		for _, found := range placeholder.FindAllStringSubmatch(value, -1) {
			if _, known := Placeholders[found[1]]; !known {
				fault("parameter %q: there is no placeholder %s; there are {name}, {household}, {text}, {account} and {date}", name, found[0])
			}
		}
	}
	return errors.Join(faults...)
}

// price is what the plan reckons with; a template that Zalo refuses is as good as none.
func (t Template) price() plan.Price {
	if t.ID == "" || t.Fault != "" {
		return plan.Price{}
	}
	return plan.Known(t.VND)
}

// fill is the template as it goes to one resident.
func (t Template) fill(account OfficialAccount, r Resident, text string, now time.Time) zalo.Template {
	values := map[string]string{
		"name": r.Name, "household": r.HouseholdCode, "text": text, "account": account.Name, "date": now.Format("02/01/2006"),
	}
	if values["name"] == "" {
		values["name"] = "bà con"
	}
	if values["household"] == "" {
		values["household"] = "-"
	}
	data := make(map[string]string, len(t.Data))
	for name, value := range t.Data {
		data[name] = placeholder.ReplaceAllStringFunc(value, func(found string) string { return values[found[1:len(found)-1]] })
	}
	return zalo.Template{ID: t.ID, Data: data}
}
