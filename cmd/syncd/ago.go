package main

import (
	"fmt"
	"time"
)

// ago is an age for people, in full seconds, minutes, hours or days. The clocks of two machines may differ: what lies
// ahead is now.
func ago(age time.Duration) string {
	switch {
	case age < time.Second:
		return "now"
	case age < time.Minute:
		return fmt.Sprintf("%d s ago", age/time.Second)
	case age < time.Hour:
		return fmt.Sprintf("%d min ago", age/time.Minute)
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h ago", age/time.Hour)
	}
	return fmt.Sprintf("%d d ago", age/(24*time.Hour))
}
