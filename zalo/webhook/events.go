package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/loalang/loalang/zalo"
)

// maxBody is the longest event taken, in bytes. Zalo's texts have at most 2,000 characters and attachments come as
// links, so real events have a few kilobytes.
const maxBody = 1 << 20

// Acceptor saves events. It returns when the event is safe, and says whether it was new.
type Acceptor interface {
	Accept(ctx context.Context, ev zalo.Event) (fresh bool, err error)
}

// Accounts knows which OAs are ours and what may have signed their events.
type Accounts interface {
	// IsOA tells the OA's id from a resident's.
	IsOA(id string) bool
	// Secrets may have signed an event of the OA. known is false for an OA that is not ours.
	Secrets(ctx context.Context, oaID string) (secrets []string, known bool, err error)
	// Verified hears which of the secrets did, by its index.
	Verified(oaID string, index int)
}

// Result says what became of one call.
type Result string

// The results. Only Accepted and Duplicate are of events that stand in the database.
const (
	Accepted    Result = "accepted"
	Duplicate   Result = "duplicate"
	Malformed   Result = "malformed"
	TooLarge    Result = "too_large"
	UnknownOA   Result = "unknown_oa"
	NoSecret    Result = "no_secret"
	Unverified  Result = "unverified"
	Unavailable Result = "unavailable"
)

// Observe hears of each call: what became of it, and how long the answer took.
type Observe func(result Result, took time.Duration)

// Events takes webhook events.
type Events struct {
	acceptor Acceptor
	accounts Accounts
	observe  Observe
	log      *slog.Logger
}

// NewEvents returns the handler for POST /webhook/zalo.
func NewEvents(acceptor Acceptor, accounts Accounts, observe Observe, log *slog.Logger) *Events {
	return &Events{acceptor: acceptor, accounts: accounts, observe: observe, log: log}
}

// Handle verifies and saves one event, then answers 200, or 503 when it cannot be saved now, so that Zalo sends it again.
//
// What is not verified is answered 200 too, and dropped: when an admin enters the URL, Zalo's console checks it with an
// unsigned body "{}" and stores the URL only on 200, and only then shows the secret that signs.
func (h *Events) Handle(c *gin.Context) {
	start := time.Now()
	result, err := h.take(c.Request)
	h.observe(result, time.Since(start))
	if result == Unavailable {
		h.log.Error("event refused, to be sent again", "error", err)
		c.String(http.StatusServiceUnavailable, "try again")
		return
	}
	if err != nil {
		h.log.Warn("event dropped", "result", result, "error", err)
	}
	c.String(http.StatusOK, "ok")
}

func (h *Events) take(r *http.Request) (Result, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil { // an event that came in half must come again
		return Unavailable, fmt.Errorf("read the body: %w", err)
	}
	if len(body) > maxBody {
		return TooLarge, errors.New("body over 1 MiB")
	}
	ev, err := zalo.ParseEventFor(body, h.accounts.IsOA)
	if err != nil {
		return Malformed, err
	}
	secrets, known, err := h.accounts.Secrets(r.Context(), ev.OAID)
	switch {
	case err != nil:
		return Unavailable, err
	case !known:
		return UnknownOA, errors.New("no such account here: add it with `loalang oa add`")
	case len(secrets) == 0:
		return NoSecret, errors.New("no OA secret key: set it once Zalo's console shows it (LOALANG_ZALO_OA_SECRET or `loalang oa add --oa-secret`)")
	}
	index, err := zalo.VerifySignature(r.Header.Get(zalo.SignatureHeader), ev.AppID, body, ev.SignedTimestamp, secrets...)
	if err != nil {
		return Unverified, err
	}
	h.accounts.Verified(ev.OAID, index)
	fresh, err := h.acceptor.Accept(r.Context(), ev)
	switch {
	case err != nil:
		return Unavailable, err
	case !fresh:
		return Duplicate, nil
	}
	return Accepted, nil
}
