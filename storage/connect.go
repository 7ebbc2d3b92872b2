package storage

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// connector opens connections with a driver of our own, so that its hook is on every one of them and on
// no other program's in this process.
type connector struct {
	d   *sqlite.Driver
	dsn string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.d }
