package op

import (
	"encoding/json"
	"errors"
)

// unmarshal is json.Unmarshal for request bodies: it also refuses a key that is given twice in one object
// (two readers of the same bytes would see two values) and nesting deeper than anything we ask for. huma
// decodes a body twice, first into an any to validate it, then into the struct: once is enough to look.
func unmarshal(data []byte, v any) error {
	if _, first := v.(*any); first {
		if err := scanJSON(data); err != nil {
			return err
		}
		if err := json.Unmarshal(data, v); err != nil {
			return errors.New("The body is not valid JSON.")
		}
		return nil
	}
	return json.Unmarshal(data, v)
}

var (
	errDeep  = errors.New("The body is nested too deeply.")
	errTwice = errors.New("The same key is given twice in one object.")
)

// scanJSON checks depth and duplicate keys only: json.Unmarshal finds every other fault.
func scanJSON(data []byte) error {
	type level struct {
		object bool
		key    bool // the next string is a key
		keys   map[string]bool
	}
	var stack []level
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if len(stack) == maxDepth {
				return errDeep
			}
			object := data[i] == '{'
			stack = append(stack, level{object: object, key: object})
		case '}', ']':
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		case ',':
			if n := len(stack); n > 0 {
				stack[n-1].key = stack[n-1].object
			}
		case '"':
			end, escaped := i+1, false
			for ; end < len(data) && data[end] != '"'; end++ {
				if data[end] == '\\' {
					escaped = true
					end++
				}
			}
			if end >= len(data) {
				return nil // unfinished: json.Unmarshal says so
			}
			if n := len(stack); n > 0 && stack[n-1].key {
				top := &stack[n-1]
				top.key = false
				name := string(data[i+1 : end])
				if escaped && json.Unmarshal(data[i:end+1], &name) != nil {
					return nil
				}
				if top.keys[name] {
					return errTwice
				}
				if top.keys == nil {
					top.keys = map[string]bool{}
				}
				top.keys[name] = true
			}
			i = end
		}
	}
	return nil
}
