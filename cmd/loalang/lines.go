package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// eachLine hands over line after line, of any length, without its end. Empty lines count.
func eachLine(in io.Reader, do func(string) error) error {
	reader := bufio.NewReader(in)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			if err := do(strings.TrimRight(line, "\r\n")); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
