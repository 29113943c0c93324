package xensim

import "errors"

func readDump(string) (*inventory, error) { return nil, errors.New("reading dumps comes next") }
