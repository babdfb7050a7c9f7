# The commands of this project. CI runs the same ones.

# ARGS are added to go test: make test ARGS='-run TestLane -v'. PKG narrows it: make test PKG=./store/...
ARGS ?=
PKG ?= ./...
# How much each fuzz target runs.
FUZZTIME ?= 20000x

tools = go tool -modfile=.ci/tools/go.mod
# With all that the tests need: Postgres, Redis, Chromium, a C compiler for the race detector.
with_services = .ci/services.sh
# The race detector, for all but the translated C of SQLite itself: watching that makes every statement many times slower,
# and one goroutine at a time uses a connection. These pure packages below bot are slowed down as much, and have no goroutines.
# (Leaving out encoding/json, too, makes it see races where there are none.) A program that ends need not wait a second.
pure = calendar faq script
race = -race -gcflags='github.com/ncruces/go-sqlite3-wasm/...=-race=false' $(pure:%=-gcflags='github.com/loalang/loalang/bot/%=-race=false')
export GORACE = atexit_sleep_ms=50

.PHONY: help demo build test quick race torture interleavings bench bleve fuzz cover model lint vuln tidy ci clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: ## chat with the bot in a browser: nothing to configure, no trace left
	go run ./cmd/loalang demo

build: ## the program, static, as bin/loalang and bin/zalosim
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

test: build ## all tests, with the race detector, on SQLite, Postgres, Redis and Chromium (ARGS, PKG)
	CGO_ENABLED=1 LOALANG_TEST_PROGRAM=$(CURDIR)/bin/loalang $(with_services) \
		go test $(race) -parallel 4 -timeout 20m $(ARGS) $(PKG)
	$(if $(filter ./... ./cmd/loalang,$(PKG)),$(with_services) go test -timeout 10m -run '^TestTalks$$' ./cmd/loalang)

quick: ## all tests without the race detector
	$(with_services) go test -timeout 10m $(ARGS) $(PKG)

race: ## all tests ten times over with the race detector, to find what happens seldom
	CGO_ENABLED=1 $(with_services) go test $(race) -timeout 60m -count 10 $(ARGS) $(PKG)

torture: ## kill -9 at 50 moments of an announcement to 12,000, on SQLite and Postgres
	$(with_services) go test -tags torture -timeout 6h -run TestTorture -v $(ARGS) ./cmd/loalang

interleavings: ## 100,000 random interleavings of operators' taps, crashes and time: about two minutes
	go test ./bot -timeout 60m -run TestInterleavings -count 1 -v -rapid.checks 100000 -rapid.nofailfile

bench: ## the benchmarks, as in the README (ARGS, PKG)
	$(with_services) go test -timeout 60m -run '^$$' -bench . -benchmem $(ARGS) $(PKG)

bleve: ## the matcher beside a full-text engine, accuracy and time
	cd .ci/bleve && go test -run '^$$' -bench .

fuzz: ## every fuzz target, FUZZTIME (20000x)
	.ci/fuzz.sh $(FUZZTIME)

cover: ## which lines the tests reach, as cover.html
	$(with_services) go test -timeout 20m -coverpkg=./... -coverprofile=cover.out $(ARGS) $(PKG)
	go tool cover -html=cover.out -o cover.html
	go tool cover -func=cover.out | tail -n 1

model: ## learn the embedded questions anew, after a change of configs/faq or bot/faq
	go test ./bot/faq -run TestShippedModel -update -count 1

lint: ## go vet and golangci-lint
	go vet ./...
	$(tools) golangci-lint run ./...

vuln: ## known vulnerabilities in what we depend on
	$(tools) govulncheck ./...

tidy: ## format, and put go.mod in order
	$(tools) golangci-lint fmt ./...
	go mod tidy

ci: ## all that CI does
	bash .ci/run

clean: ## remove what these commands leave
	rm -rf bin cover.out cover.html
