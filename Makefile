# `make help` lists the targets.

# The linker writes VERSION into syncd; without it Go's own stamp of the checkout counts.
VERSION =
LDFLAGS = $(if $(VERSION),-X main.version=$(VERSION))

# The race detector needs cgo, which is off where there is no C compiler. `make test RACE=` is quicker.
RACE = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Of `make demo`: --once ends after the table.
ARGS =

.PHONY: build demo test check torture lint setup clean help

build: ## bin/syncd and bin/xensim
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/syncd ./cmd/xensim

demo: setup build ## a simulated pool, a private PostgreSQL, and what syncd makes of them
	@bin/syncd demo $(ARGS)

test: setup lint ## everything, on a fresh machine too
	go test $(RACE) ./...

check: test ## the same

torture: setup ## every fault in every call, 200 kills, a database that breaks; prints figures
	cd internal/torture && SYNCD_TORTURE=1 go test -count=1 -timeout 1h

lint: ## formatting and static analysis
	gofmt -d cmd configs internal migrations
	go vet ./...
	go fix -diff ./...
	go tool staticcheck ./...

setup: ## what the tests need and this machine lacks
	@scripts/setup

clean: ## removes what build made
	rm -rf bin

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile
