# `make help` lists the targets.

# The linker writes VERSION into syncd; without it Go's own stamp of the checkout counts.
VERSION =
LDFLAGS = $(if $(VERSION),-X main.version=$(VERSION))

# The race detector needs cgo, which is off where there is no C compiler. `make test RACE=` is quicker. LONG are
# packages whose tests are mostly PostgreSQL's work: they have it in `make race`.
LONG = (bench|cmd/syncd|internal/(store|torture|xensim))$$
RACE = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Of `make soak`: how long it runs.
MINUTES = 10

# Of `make fuzz`: how long each target runs. Without a bound, making one input small can take all of it.
FUZZTIME = 1m

# Of `make demo`: --once ends after the table. Of `make bench` and `make profile`: their flags, such as --vms 1000.
ARGS =

.PHONY: build demo test check torture race fuzz soak bench profile lint setup clean help

build: ## bin/syncd and bin/xensim
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/syncd ./cmd/xensim

demo: setup build ## a simulated pool, a private PostgreSQL, and what syncd makes of them
	@bin/syncd demo $(ARGS)

test: setup lint ## everything, on a fresh machine too
	@scripts/setup browser
	go test $(RACE) -timeout 14m $$(go list ./... | grep -vE "$(LONG)")
	go test -timeout 14m $$(go list ./... | grep -E "$(LONG)")

check: test ## the same

torture: setup ## every fault in every call, 200 kills, a database that breaks; prints figures
	cd internal/torture && SYNCD_TORTURE=1 go test -count=1 -timeout 1h
	cd cmd/syncd && SYNCD_STEPS=20000 go test -count=1 -timeout 2h -run TestChangesAndEverythingMakeOneMirror

race: setup ## everything with the race detector, which takes long
	go test -race -timeout 2h ./...

fuzz: ## each fuzz target for a minute (FUZZTIME); what fails one is kept in its testdata
	@grep -ro --include='*_test.go' '^func Fuzz[A-Za-z]*' internal cmd | sed 's|/[^/]*:func | |' | sort | while read folder target; do \
		echo "$$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s "./$$folder" || exit 1; done

soak: setup ## the daemon for MINUTES under faults; prints what it holds before and after
	cd cmd/syncd && SYNCD_SOAK=$(MINUTES)m go test -count=1 -timeout 0 -run TestADaemonThatRunsUnderFaults

bench: setup ## how fast it is beside what one would use in its place; writes docs/bench; every view at 10,000 VMs
	@scripts/setup bench
	go run ./bench $(ARGS)
	go test ./cmd/syncd -run '^$$' -bench Views -benchtime 5x

profile: setup ## where a pass spends its time and its memory; writes bin/profile
	go run ./bench profile $(ARGS)

lint: ## formatting and static analysis
	gofmt -d bench cmd configs internal migrations
	go vet ./...
	go fix -diff ./...
	go tool staticcheck ./...

setup: ## what the tests need and this machine lacks
	@scripts/setup

clean: ## removes what build made
	rm -rf bin

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile
