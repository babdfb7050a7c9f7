package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/loalang/loalang/zalo"
)

// serveBare is the yardstick of the benchmarks: a server that verifies a webhook, saves its body in one commit with all
// others that wait, and answers 200. It knows nothing of residents, repeats or answers.
func serveBare() {
	save, err := openBare(context.Background(), os.Getenv("LOALANG_DATABASE_URL"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	queue := make(chan bareRow, 4096)
	go bareCommits(queue, save)
	fmt.Fprintf(os.Stderr, "msg=serving addr=%s \n", listener.Addr())
	err = http.Serve(listener, bareHandler(queue)) //nolint:gosec // a yardstick without time-outs
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// sendBare is the yardstick of announcements: a client that sends a message to each of so many recipients over kept
// connections, with as many calls in flight as an account may have. It remembers nothing.
func sendBare() {
	const inFlight = 64
	address := os.Getenv("LOALANG_ZALO_API_URL") + "/v3.0/oa/message/cs"
	recipients, err := strconv.Atoi(os.Getenv("RECIPIENTS"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	var next atomic.Int64
	var calls errgroup.Group
	for range inFlight {
		calls.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= recipients {
					return nil
				}
				if err := postBare(client, address, villager(n)); err != nil {
					return err
				}
			}
		})
	}
	if err := calls.Wait(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func postBare(client *http.Client, address, user string) error {
	body, err := json.Marshal(map[string]any{
		"recipient": map[string]string{"user_id": user}, "message": map[string]string{"text": announced},
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("access_token", "at")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

type bareRow struct {
	body []byte
	done chan error
}

func bareHandler(queue chan<- bareRow) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var fields struct {
			AppID     string `json:"app_id"`
			Timestamp string `json:"timestamp"`
		}
		if err != nil || json.Unmarshal(body, &fields) != nil {
			return
		}
		_, err = zalo.VerifySignature(r.Header.Get(zalo.SignatureHeader), fields.AppID, body, fields.Timestamp, testSecret)
		if err != nil {
			return
		}
		done := make(chan error, 1)
		queue <- bareRow{body, done}
		if <-done != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
}

func bareCommits(queue <-chan bareRow, save func([][]byte) error) {
	for first := range queue {
		batch := []bareRow{first}
		for more := true; more && len(batch) < 256; {
			select {
			case next := <-queue:
				batch = append(batch, next)
			default:
				more = false
			}
		}
		bodies := make([][]byte, len(batch))
		for i, row := range batch {
			bodies[i] = row.body
		}
		err := save(bodies)
		for _, row := range batch {
			row.done <- err
		}
	}
}

// openBare makes the yardstick's table, and returns how a batch is saved in it.
func openBare(ctx context.Context, databaseURL string) (save func([][]byte) error, err error) {
	path, ok := strings.CutPrefix(databaseURL, "sqlite://")
	if !ok {
		pool, err := pgxpool.New(ctx, databaseURL)
		if err != nil {
			return nil, err
		}
		_, err = pool.Exec(ctx, `CREATE TABLE IF NOT EXISTS bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)`)
		return func(bodies [][]byte) error {
			_, err := pool.Exec(ctx, `INSERT INTO bare (body) SELECT unnest($1::bytea[])`, bodies)
			return err
		}, err
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS bare (id integer PRIMARY KEY, body blob NOT NULL)`)
	return func(bodies [][]byte) error {
		args := make([]any, len(bodies))
		for i, b := range bodies {
			args[i] = b
		}
		_, err := db.ExecContext(ctx, `INSERT INTO bare (body) VALUES `+strings.TrimSuffix(strings.Repeat("(?),", len(bodies)), ","), args...)
		return err
	}, err
}
