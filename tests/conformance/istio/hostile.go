// Fleets in which one value was replaced by one that does not belong there: weft may
// refuse what it likes, but what it renders must be admitted.
package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

const hostileEach = 2 /* for each fleet that is asked about; the first one has names that collide */

// value is a scalar behind a key or in a flow list; what names the kind of a document stays.
var (
	value = regexp.MustCompile(`(?:: |\[|, )("[^"]*"|[A-Za-z0-9./*{}_-]*[A-Za-z0-9*}])`)
	heads = regexp.MustCompile(`^(apiVersion|kind): `)
)

var hostile = []string{`""`, `"*"`, `"*x"`, `"a/b"`, `"-x"`, `"A_B"`, `"a b"`, `"a..b"`, `"x."`, `"{x}"`, `"é"`, `"a\nb"`, `"\u202e"`,
	`"192.0.2.7"`, `"2001:db8::1"`, `"%00"`, `"$(x)"`, "null", "true", "0", "-1", "65536", "1e9", "[]", "{}",
	`"` + strings.Repeat("x", 64) + `"`, `"` + strings.Repeat("x.", 130) + `x"`}

// spoil replaces one value of one document.
func spoil(d dice, documents []string) (spoiled []string, what string) {
	spoiled = slices.Clone(documents)
	at := d.IntN(len(spoiled))
	lines := strings.Split(spoiled[at], "\n")
	line := d.IntN(len(lines))
	places := value.FindAllStringSubmatchIndex(lines[line], -1)
	if len(places) == 0 || heads.MatchString(lines[line]) {
		return spoil(d, documents)
	}
	place, bad := places[d.IntN(len(places))], d.one(hostile...)
	what = fmt.Sprintf("%s with %s in place of %s", strings.TrimSpace(lines[line]), bad, lines[line][place[2]:place[3]])
	lines[line] = lines[line][:place[2]] + bad + lines[line][place[3]:]
	spoiled[at] = strings.Join(lines, "\n")
	return spoiled, what
}

// harass renders spoiled copies of a fleet.  Which clusters there are is read from the output.
func (s *score) harass(r *report, weft string, f *fleet, seed uint64, all []schemas) {
	place := r.place
	for i := range hostileEach {
		d := dice{rand.New(rand.NewPCG(seed, uint64(i+1)))}
		spoiled, what := spoil(d, f.documents)
		if i == 0 {
			spoiled, what = crowd(d, f.documents), "a fleet with names that collide"
		}
		folders, err := renderAny(weft, spoiled)
		if err != nil {
			r.fail("%s: %v", what, err)
		}
		before := r.failed
		for _, folder := range folders {
			r.place = place + " " + folder.name
			lintAdmission(r, folder.documents, all)
			lintHosts(r, folder)
			s.hostile += len(folder.documents)
		}
		r.place = place
		if r.failed > before {
			r.note("that was %s", what)
		}
	}
}
