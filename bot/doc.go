// Package bot decides. It knows residents, their conversations, the questions and answers, and the ledger of
// what is to be sent, and it states in small interfaces what it needs from a database, from Zalo and from a limiter.
//
// It knows no web framework, no database and no Redis, so that every rule can be tested without them.
//
// The life of an event: the webhook hands it to [EventStore], which saves it and bumps the resident's lane in one
// commit; a worker claims the lane and calls [Bot.HandleEvents], which routes it and saves replies as deliveries
// on the Official Account's lane; a worker claims that lane and calls [Deliverer.Deliver], the one road out to Zalo.
package bot
