// What Istio is known to say about some trees, each with the reason why weft is
// right all the same.  A row that nothing needs any more is a failure.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// expectation is one row: the golden case, a pattern of what is said, the reason.
type expectation struct {
	tree, why string
	text      *regexp.Regexp
	times     int
}

func loadExpected(path string) ([]*expectation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rows []*expectation
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if lines.Text() == "" || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		columns := strings.Split(lines.Text(), "\t")
		if len(columns) != 3 {
			return nil, fmt.Errorf("%s: not three columns: %s", path, lines.Text())
		}
		text, err := regexp.Compile(columns[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, &expectation{tree: columns[0], text: text, why: columns[2]})
	}
	return rows, lines.Err()
}

// caseName is the golden case that a tree belongs to: golden/<case>/want.
func caseName(tree string) string {
	if name := filepath.Base(tree); name != "want" {
		return name
	}
	return filepath.Base(filepath.Dir(tree))
}

func (r *report) expects(line string) bool {
	tree, _, _ := strings.Cut(r.place, " ")
	for _, one := range r.expected {
		if one.tree == caseName(tree) && one.text.MatchString(line) {
			one.times++
			return true
		}
	}
	return false
}

// unexpected tells what was set aside, and fails for each row of a visited tree that hit nothing.
func (r *report) unexpected(trees []string) {
	visited := map[string]bool{}
	for _, tree := range trees {
		visited[caseName(tree)] = true
	}
	for _, one := range r.expected {
		r.place = one.tree
		if one.times > 0 {
			r.note("%d set aside: %s", one.times, one.why)
		} else if visited[one.tree] {
			r.fail("Istio no longer says %q; take the row out of expected.tsv", one.text)
		}
	}
}
