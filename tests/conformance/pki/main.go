// pki-peer asks the readers of weft's trust material what they make of it: Istio's
// own loader of cacerts, and the sealed-secrets controller's own unsealing.
//
//	pki-peer cacerts DIR...          each DIR holds the four files of a cacerts Secret
//	pki-peer rotate DIR DIR...       the DIRs are steps of one cluster, each loaded over the last
//	pki-peer trust DIR DIR...        leaves of each DIR verify under each other's roots
//	pki-peer leaf DIR OUT            a leaf as istiod signs it: chain.pem, key.pem, roots.pem
//	pki-peer leaves DIR OUT NAME...  one for each SPIFFE name (without its scheme), in OUT/NAME
//	pki-peer unseal KEY FILE OUT     what the SealedSecret in FILE holds, into OUT
//
// Each result is one line; the exit status is 1 when any of them is a FAIL.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

type report struct{ failed int }

func (r *report) say(err error, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if err != nil {
		r.failed++
		fmt.Printf("FAIL pki: %s: %v\n", what, err)
		return
	}
	fmt.Printf("ok   pki: %s\n", what)
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: pki-peer cacerts|rotate|trust DIR... | leaf DIR OUT | leaves DIR OUT NAME... | unseal KEY FILE OUT")
	os.Exit(2)
}

func cacerts(r *report, dirs []string) {
	for _, dir := range dirs {
		one, err := load(dir)
		r.say(err, "istiod loads %s", filepath.Clean(dir))
		if err == nil {
			_, err = one.leaf(identity)
			r.say(err, "istiod signs leaves from %s", filepath.Clean(dir))
		}
	}
}

func rotate(r *report, dirs []string) {
	bundle, err := load(dirs[0])
	r.say(err, "istiod starts with %s", dirs[0])
	for i := 1; err == nil && i < len(dirs); i++ {
		err = bundle.reload(dirs[i])
		r.say(err, "istiod goes from %s to %s without a restart", dirs[i-1], dirs[i])
	}
}

func trust(r *report, dirs []string) {
	for _, from := range dirs {
		for _, to := range dirs {
			if from != to {
				r.say(verifies(from, to), "a leaf of %s is trusted by %s", from, to)
			}
		}
	}
}

func leaves(r *report, dir, out string, names []string) {
	for _, name := range names {
		r.say(writeLeaf(dir, filepath.Join(out, name), "spiffe://"+name), "istiod signs a leaf for %s from %s", name, filepath.Base(dir))
	}
}

func main() {
	r := &report{}
	commands := map[string]func(*report, []string){"cacerts": cacerts, "rotate": rotate, "trust": trust}
	if len(os.Args) < 3 {
		usage()
	}
	if command, found := commands[os.Args[1]]; found {
		command(r, os.Args[2:])
	} else if os.Args[1] == "unseal" && len(os.Args) == 5 {
		r.say(unseal(os.Args[2], os.Args[3], os.Args[4]), "sealed-secrets unseals %s", filepath.Base(os.Args[3]))
	} else if os.Args[1] == "leaf" && len(os.Args) == 4 {
		r.say(writeLeaf(os.Args[2], os.Args[3], identity), "istiod signs a leaf from %s", filepath.Base(os.Args[2]))
	} else if os.Args[1] == "leaves" && len(os.Args) > 4 {
		leaves(r, os.Args[2], os.Args[3], os.Args[4:])
	} else {
		usage()
	}
	if r.failed > 0 {
		os.Exit(1)
	}
}
