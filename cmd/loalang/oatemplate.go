package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
)

type oaTemplateCmd struct {
	OA     string            `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
	Kind   string            `help:"The kind of announcements, as in announce create --kind."`
	ID     string            `name:"template-id" help:"The template's id in Zalo's console. It must be approved, and made for sending by user id."`
	Price  *int64            `placeholder:"VND" help:"What one message by user id costs, as Zalo's console shows it."`
	Data   map[string]string `mapsep:"none" placeholder:"PARAMETER=VALUE" help:"A parameter of the template and its value, in which {name}, {household}, {text}, {account} and {date} are filled in; may be given again."`
	Remove bool              `help:"Forget the template of this kind."`
}

// namedTemplate is a template as it is listed.
type namedTemplate struct {
	OAID  string            `json:"oa_id"`
	Kind  string            `json:"kind"`
	ID    string            `json:"template_id"`
	VND   int64             `json:"vnd"`
	Data  map[string]string `json:"data"`
	Fault string            `json:"fault,omitempty"`
}

// Run implements `loalang oa template`.
func (cmd oaTemplateCmd) Run(c *command) error {
	st, actor, err := c.openAs()
	if err != nil {
		return err
	}
	defer st.Close()
	oaID, err := onlyAccount(c, st, cmd.OA)
	if err != nil {
		return err
	}
	if err := c.mayAll(st, actor, rights.ManageOperators, oaID); err != nil { // it is what the account pays for
		return err
	}
	switch {
	case cmd.Remove:
		err := st.RemoveTemplate(c.ctx, oaID, cmd.Kind, actor.Record(oaID, bot.AuditRemoveTemplate, cmd.Kind, "", c.now()))
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("no template is named for kind %q: see `loalang oa template`", cmd.Kind)
		}
		if err != nil {
			return err
		}
		return c.print(map[string]any{"kind": cmd.Kind, "removed": true}, "No template is named for kind %q any more.", cmd.Kind)
	case cmd.ID == "" && cmd.Price == nil && cmd.Kind == "" && len(cmd.Data) == 0:
		list, err := st.Templates(c.ctx, oaID)
		if err != nil {
			return err
		}
		return printTemplates(c, list)
	case cmd.Price == nil:
		return errors.New("--price is missing: write what one message by user id costs, as Zalo's console shows it")
	}
	t := bot.Template{OAID: oaID, Kind: cmd.Kind, ID: cmd.ID, VND: *cmd.Price, Data: cmd.Data}
	if err := t.Check(); err != nil {
		return err
	}
	record := actor.Record(oaID, bot.AuditPutTemplate, t.Kind, fmt.Sprintf("%s, %d VND", t.ID, t.VND), c.now())
	if err := st.PutTemplate(c.ctx, t, record); err != nil {
		return err
	}
	return c.print(named(t), "Template %s goes with announcements of kind %q, for %d VND each, to those whom no consultation message can reach.", t.ID, t.Kind, t.VND)
}

func named(t bot.Template) namedTemplate {
	return namedTemplate{OAID: t.OAID, Kind: t.Kind, ID: t.ID, VND: t.VND, Data: t.Data, Fault: t.Fault}
}

func printTemplates(c *command, list []bot.Template) error {
	documents := make([]namedTemplate, len(list))
	lines := make([]string, len(list))
	for i, t := range list {
		documents[i] = named(t)
		lines[i] = fmt.Sprintf("%s  %s  %d VND", t.Kind, t.ID, t.VND)
		if t.Fault != "" {
			lines[i] += "\n  rests: " + t.Fault
		}
	}
	if len(lines) == 0 {
		lines = []string{"No templates are named."}
	}
	return c.print(documents, "%s", strings.Join(lines, "\n"))
}
