package zalo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// ID is an id that Zalo writes as a string or as a number. Ids exceed 2^53, so a number keeps its digits.
type ID string

// UnmarshalJSON takes "123" and 123.
func (id *ID) UnmarshalJSON(data []byte) error {
	text, err := stringOrNumber(data)
	*id = ID(text)
	return err
}

// Int is a number that Zalo writes as a number or as a string; an empty string is 0.
type Int int64

// UnmarshalJSON takes 5, "5" and "".
func (n *Int) UnmarshalJSON(data []byte) error {
	text, err := stringOrNumber(data)
	if err != nil || text == "" {
		*n = 0
		return err
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("read %q as a number: %w", text, err)
	}
	*n = Int(v)
	return nil
}

func stringOrNumber(data []byte) (string, error) {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || bytes.Equal(data, []byte("null")):
		return "", nil
	case data[0] == '"':
		var text string
		err := json.Unmarshal(data, &text)
		return text, err
	case data[0] == '-' || data[0] >= '0' && data[0] <= '9':
		return string(data), nil
	}
	return "", fmt.Errorf("neither a string nor a number: %.20s", data)
}
