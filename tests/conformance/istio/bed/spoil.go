// The test removes each object of the tree in turn: a call must then have another result,
// or needless.tsv lists the object with the reason why no call needs it.
package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"istio.io/istio/pkg/config"
)

// readNeedless reads lines "object TAB reason".
func readNeedless(file string) map[string]string {
	all := map[string]string{}
	for _, line := range strings.Split(string(must(os.ReadFile(file))), "\n") {
		if name, reason, is := strings.Cut(line, "\t"); is && !strings.HasPrefix(line, "#") {
			all[name] = reason
		}
	}
	return all
}

// missed lists the calls whose result differs without the object, and still differs a moment
// later.  Proxies take a while to close the connections that they drain, so the list
// is empty only when three looks found no difference.  A call that hangs differs as well.
func (b *bed) missed(p *plane, one config.Config, calls []call) []string {
	usual := b.patience
	b.patience = 1500 * time.Millisecond
	p.drop(one)
	defer func() {
		b.patience = usual
		p.give(one)
	}()
	p.settle()
	for range 3 {
		if found := b.differing(calls); len(found) > 0 {
			time.Sleep(500 * time.Millisecond)
			return b.differing(calls)
		}
		time.Sleep(200 * time.Millisecond)
	}
	return nil
}

// spoilOne gives its result; the bed is whole again afterwards.
func (b *bed) spoilOne(p *plane, one config.Config, needless map[string]string, calls []call) {
	name := p.named(one)
	found := b.missed(p, one, calls)
	_, listed := needless[name]
	switch {
	case listed && len(found) > 0:
		b.say(false, "without %s: %s; but it is in the list of needless ones", name, found[0])
	case listed:
		b.say(true, "without %s every call comes out as before: %s", name, needless[name])
	case len(found) > 0:
		b.say(true, "without %s %d calls come out otherwise, such as %s", name, len(found), found[0])
	default:
		b.say(false, "without %s every call comes out as before", name)
	}
	delete(needless, name)
	p.settle()
	if found = b.within(15*time.Second, calls); len(found) > 0 {
		b.say(false, "with %s again the bed is not as it was: %s", name, found[0])
	}
}

func (b *bed) spoil(calls []call) {
	needless := readNeedless(b.file("needless.tsv"))
	for cluster := 1; cluster <= 2; cluster++ {
		p := b.planes[cluster]
		for _, one := range slices.Clone(p.configs) {
			b.spoilOne(p, one, needless, calls)
		}
	}
	for name := range needless {
		b.say(false, "%s is in the list of needless ones, and not in the tree", name)
	}
}
