// Package kaitai has the signatures of Kaitai's runtime that compiled specifications use: enough to compile them, not
// to run them.
package kaitai

import "io"

type Stream struct{ io.ReadSeeker }

func NewStream(r io.ReadSeeker) *Stream { return &Stream{r} }

func (s *Stream) Pos() (int64, error)             { return 0, nil }
func (s *Stream) Size() (int64, error)            { return 0, nil }
func (s *Stream) ReadU1() (uint8, error)          { return 0, nil }
func (s *Stream) ReadU2le() (uint16, error)       { return 0, nil }
func (s *Stream) ReadBytes(n int) ([]byte, error) { return nil, nil }

type Struct interface{ IO_() *Stream }

func NewValidationNotInEnumError(found interface{}, s *Stream, path string) error { return nil }
