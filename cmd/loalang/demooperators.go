package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/loalang/loalang/bot"
	"github.com/loalang/loalang/store"
)

// bindOperators makes those who operate operators, by a code as everybody's, typed. Who is bound from an earlier run stays so.
func (c demoCommune) bindOperators(ctx context.Context, st *store.Store, now func() time.Time) error {
	operators := bot.NewOperators(st, now)
	for _, p := range c.people {
		if p.operates == "" {
			continue
		}
		_, err := st.OperatorOf(ctx, demoOAID, p.id)
		if err == nil {
			continue
		}
		if !errors.Is(err, bot.ErrNotFound) {
			return err
		}
		code, err := operators.Add(ctx, bot.Operator{
			OAID: demoOAID, ID: ulid.Make().String(), Name: p.name, Role: p.operates, Units: []string{p.counts},
		})
		if err != nil {
			return err
		}
		if _, outcome, err := st.BindOperator(ctx, demoOAID, p.id, code, now()); err != nil {
			return err
		} else if outcome != bot.BindDone {
			return fmt.Errorf("bind %s: the code is %s", p.name, outcome)
		}
	}
	return nil
}
