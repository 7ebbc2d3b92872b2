package command

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"
	"text/tabwriter"
	"time"

	"assay/backup/ltxlog"
	"assay/server"
	"assay/server/cell"
)

// shared says whether the installation is one that cells may share.
func (c Config) shared() bool {
	for _, place := range []string{c.Keys, c.S3, c.Backup} {
		if place == "" || strings.HasPrefix(place, "file:") {
			return false
		}
	}
	return c.Durability == "sync"
}

// board is where the cells of the installation leave word for each other.
func (c Config) board() (*cell.Board, error) {
	s3, client, err := c.reach("backup", c.Backup)
	if err != nil {
		return nil, err
	}
	return cell.NewBoard(client, s3.Bucket, s3.Prefix), nil
}

// visitCells lets a command work in an installation while cells serve it, and by itself when there are none.
func visitCells(ctx context.Context, c Config, in *installation, to ltxlog.Log) (*cell.Cell, error) {
	board, err := c.board()
	if err != nil {
		return nil, err
	}
	one, err := cell.New(ctx, cell.Config{Guest: true, Board: board, Log: to, Keys: in.keys, Fresh: in.keys.Fresh, Program: Version(), Logger: in.log})
	if err != nil {
		return nil, err
	}
	return one, one.Join(ctx)
}

// joinCells makes this process one of several that share the installation.
func joinCells(ctx context.Context, c Config, in *installation, to ltxlog.Log) (*cell.Cell, error) {
	if !c.shared() {
		return nil, usagef("cell: the processes of an installation share keys, s3 and backup, each in a bucket, and can take over what the log has: give --keys, --s3, --backup and --durability sync")
	}
	if c.CellLease < time.Second {
		return nil, usagef("cell-lease: %v is too short to be renewed in time; at least 1s", c.CellLease)
	}
	if host, _, err := net.SplitHostPort(c.Cell); err != nil || host == "" || net.ParseIP(host).IsUnspecified() {
		return nil, usagef("cell: %q is not an address at which other machines reach this one, HOST:PORT", c.Cell)
	}
	board, err := c.board()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", c.Cell)
	if err != nil {
		return nil, fmt.Errorf("cell: listen at the address that the others are told: %w", err)
	}
	one, err := cell.New(ctx, cell.Config{Address: l.Addr().String(), Lease: c.CellLease, Board: board, Log: to,
		Keys: in.keys, Fresh: in.keys.Fresh, Program: Version(), Logger: in.log})
	if err != nil {
		l.Close()
		return nil, err
	}
	go func() {
		if err := one.Serve(l, server.HTTPServer(nil, in.log)); err != nil {
			in.log.Error("serve the other cells", "err", err)
		}
	}()
	return one, one.Join(ctx)
}

func cellCommand(ctx context.Context, c call) error {
	cfg, rest, err := parse("cell", c.args, c.getenv, c.out, nil)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "list" {
		return usagef("say what to do: list. `assay cell --help` explains it")
	}
	if !cfg.shared() {
		return usagef("cell: an installation that cells share has its keys, s3 and backup each in a bucket, and --durability sync; this one does not")
	}
	board, err := cfg.board()
	if err != nil {
		return err
	}
	all, err := cell.List(ctx, board)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CELL\tADDRESS\tPROGRAM\tOPEN\tSTATE")
	for _, one := range all {
		var state []string
		if one.Writes {
			state = append(state, "writes the installation's database")
		}
		if one.Leaving {
			state = append(state, "leaving")
		}
		if one.Silent {
			state = append(state, "does not renew its lease")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", one.Name, cmp.Or(one.Address, "(a command)"), one.Program, one.Open, strings.Join(state, ", "))
	}
	return w.Flush()
}
