package config

import (
	"slices"
	"strings"
)

// suggest is the remedy for an unknown name: the names that it may have meant, or else all that can stand there.
func suggest(key string, known []string) string {
	slices.Sort(known)
	var near []string
	for _, k := range known {
		if strings.EqualFold(key, k) {
			near = []string{k}
			break
		}
		if key != "" && strings.HasPrefix(k, key) || strings.HasPrefix(key, k) || distance(strings.ToLower(key), strings.ToLower(k)) <= (len(k)+2)/4 {
			near = append(near, k)
		}
	}
	if len(near) == 0 {
		return "remove it or write one of " + strings.Join(known, ", ")
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// distance counts the letters to insert, remove or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Nearest are the names that one may have meant by another, which none of them is: those that differ in the fewest letters, at
// most in every fourth. Capitals do not count.
func Nearest(name string, known []string) (near []string) {
	least := len(name)
	for _, k := range known {
		switch d := distance(strings.ToLower(name), strings.ToLower(k)); {
		case d > (len(k)+2)/4 || d > least:
		case d < least:
			least, near = d, []string{k}
		default:
			near = append(near, k)
		}
	}
	return near
}
