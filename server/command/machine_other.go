//go:build !unix

package command

import "errors"

var errUnseen = errors.New("not on this system")

func diskSpace(string) (free, total uint64, err error) { return 0, 0, errUnseen }

func openFiles() (uint64, error) { return 0, errUnseen }

func deviceOf(string) (string, error) { return "", errUnseen }
