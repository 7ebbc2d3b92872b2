package past

import (
	"fmt"
	"testing"
	"time"
)

func TestLastDays(t *testing.T) {
	for now, want := range map[string]string{
		"2026-03-15": "[{month  2026-02-28} {quarter  2025-12-31}]",
		"2026-01-01": "[{quarter  2025-12-31}]",
		"2026-07-31": "[{quarter  2026-06-30}]",
		"2024-03-31": "[{month  2024-02-29} {quarter  2023-12-31}]",
		"2026-12-31": "[{month  2026-11-30} {quarter  2026-09-30}]",
	} {
		at, err := time.Parse(time.DateOnly, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(lastDays(at)); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}
