package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/bot/rights"
	"github.com/loalang/loalang/store"
)

type operatorCmd struct {
	Add    operatorAddCmd    `cmd:"" help:"Add a person, and print the code that binds the Zalo user who types it to the account."`
	List   operatorListCmd   `cmd:"" help:"List the persons of an account."`
	Remove operatorRemoveCmd `cmd:"" help:"End what a person may do, at once. What waits for an undo or an approval is stopped; marks and audit stay."`
}

// operators opens the database and what is done with operators.
func (c *command) operators(oaID string) (st *store.Store, operators *bot.Operators, account string, err error) {
	if st, err = c.open(refuseOlder); err != nil {
		return nil, nil, "", err
	}
	actor, err := c.actor(st)
	if err == nil {
		account, err = onlyAccount(c, st, oaID)
	}
	if err != nil {
		return nil, nil, "", errors.Join(err, st.Close())
	}
	return st, bot.NewOperators(st, c.now).By(actor), account, nil
}

type operatorAddCmd struct {
	OA    string   `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
	Name  string   `required:"" help:"The person, as residents know him or her."`
	Role  string   `required:"" enum:"village_head,commune_officer,bank_officer,digital_team,admin" help:"village_head, commune_officer, bank_officer, digital_team or admin; the README's table says what each may do."`
	Unit  []string `placeholder:"CODE" help:"Where the person counts, with all units below; may be given again. A village head needs a village; others count in the whole account when it is left out and there is one top unit."`
	Topic []string `placeholder:"TOPIC" help:"Only these topics; may be given again. Left out: those of the role."`
}

// Run implements `loalang operator add`.
func (cmd operatorAddCmd) Run(c *command) error {
	st, operators, oaID, err := c.operators(cmd.OA)
	if err != nil {
		return err
	}
	defer st.Close()
	o := bot.Operator{
		OAID: oaID, ID: ulid.Make().String(), Name: cmd.Name, Role: rights.Role(cmd.Role), Units: cmd.Unit, Topics: stringsAs[bot.Topic](cmd.Topic),
	}
	code, err := operators.Add(c.ctx, o)
	if err != nil {
		return err
	}
	return c.print(map[string]string{"id": o.ID, "code": code},
		"%s is added (%s). Give this code to the person alone, to be typed to the account in Zalo within %d days, once:\n\n    mã %s %s\n",
		cmd.Name, o.ID, int(bot.InvitationLife.Hours()/24), code[:4], code[4:])
}

type operatorListCmd struct {
	OA string `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
}

// listedOperator is an operator as listed.
type listedOperator struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Role   rights.Role `json:"role"`
	Units  []string    `json:"units"`
	Topics []bot.Topic `json:"topics"`
	State  string      `json:"state"` // bound, invited, or expired: the code can be used no more
	Since  string      `json:"since"`
}

// Run implements `loalang operator list`.
func (cmd operatorListCmd) Run(c *command) error {
	st, operators, oaID, err := c.operators(cmd.OA)
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := operators.List(c.ctx, oaID)
	if err != nil {
		return err
	}
	list, lines := make([]listedOperator, len(all)), make([]string, len(all))
	for i, o := range all {
		l := listedOperator{
			ID: o.ID, Name: o.Name, Role: o.Role, Units: append([]string{}, o.Units...), Topics: append([]bot.Topic{}, o.Topics...),
			State: "invited", Since: c.village(o.CreatedAt),
		}
		switch {
		case o.UserID != "":
			l.State, l.Since = "bound", c.village(o.BoundAt)
		case !c.now().Before(o.CodeExpiresAt):
			l.State, l.Since = "expired", c.village(o.CodeExpiresAt)
		}
		list[i] = l
		lines[i] = fmt.Sprintf("%s  %-15s  %-7s  %s  %s  %s", l.ID, l.Role, l.State, l.Since[:16], l.Name, strings.Join(l.Units, ", "))
	}
	if len(lines) == 0 {
		lines = []string{"There are no operators: add one with `loalang operator add`."}
	}
	return c.print(list, "%s", strings.Join(lines, "\n"))
}

type operatorRemoveCmd struct {
	ID string `arg:"" help:"As operator add has printed it."`
	OA string `name:"oa" placeholder:"ID" help:"The account; may be left out while there is one."`
}

// Run implements `loalang operator remove`.
func (cmd operatorRemoveCmd) Run(c *command) error {
	st, operators, oaID, err := c.operators(cmd.OA)
	if err != nil {
		return err
	}
	defer st.Close()
	stopped, err := operators.Remove(c.ctx, oaID, cmd.ID)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no operator %s: see `loalang operator list`", cmd.ID)
	}
	if err != nil {
		return err
	}
	ids := make([]string, len(stopped))
	text := fmt.Sprintf("Operator %s is removed.", cmd.ID)
	for i, a := range stopped {
		ids[i] = a.ID
		text += fmt.Sprintf("\nStopped before anything left: %s (%s).", a.ID, a.Title)
	}
	return c.print(map[string]any{"id": cmd.ID, "stopped": ids}, "%s", text)
}
