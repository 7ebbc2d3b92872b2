// Assay is governance, risk and compliance software that a company runs as one binary. This one: it serves
// the web pages and the API, keeps every organisation in a SQLite file of its own, and looks after itself.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"assay/server/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal asks to stop, a second one stops at once
	code := command.Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
