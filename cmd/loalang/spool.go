package main

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// spool keeps values on disk between their checking and their saving, in a temporary file that only its owner may read.
type spool[T any] struct {
	file *os.File
	out  *bufio.Writer
	gob  *gob.Encoder
}

func newSpool[T any]() (*spool[T], error) {
	file, err := os.CreateTemp("", "loalang-import-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	out := bufio.NewWriter(file)
	return &spool[T]{file, out, gob.NewEncoder(out)}, nil
}

func (s *spool[T]) add(value T) error {
	if err := s.gob.Encode(value); err != nil {
		return fmt.Errorf("write a temporary file: %w", err)
	}
	return nil
}

// values are those that were added, in their order. They can be read once.
func (s *spool[T]) values() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := s.out.Flush()
		if err == nil {
			_, err = s.file.Seek(0, io.SeekStart)
		}
		in := gob.NewDecoder(bufio.NewReader(s.file))
		for {
			var value T
			if err == nil {
				err = in.Decode(&value)
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(value, fmt.Errorf("read a temporary file: %w", err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}

// Close removes the file.
func (s *spool[T]) Close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }
