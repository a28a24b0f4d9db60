// istio-peer asks Istio's own code what it makes of rendered manifests.
//
//	istio-peer [-expected FILE] [-crds NAME=FILE]... TREE...
//	istio-peer [-crds NAME=FILE]... -fleets WEFT [SEED COUNT]
//
// For each TREE, which is what weft renders and holds clusters/<cluster>/...: the
// schemas, the webhook's rules and the analyzers, then istiod's configuration of
// proxies.  FILE lists what is known to be said, and why that is right.  Each
// result is one line; the exit status is 1 when any of them is a FAIL.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"istio.io/istio/pkg/log"
)

// report counts and prints results; place names the tree and the cluster.
type report struct {
	failed   int
	place    string
	expected []*expectation
}

func (r *report) ok(format string, args ...any) {
	fmt.Printf("ok   istio: %s: %s\n", r.place, fmt.Sprintf(format, args...))
}

func (r *report) fail(format string, args ...any) {
	line := fmt.Sprintf("%s: %s", r.place, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " "))
	if r.expects(line) {
		return
	}
	r.failed++
	fmt.Printf("FAIL istio: %s\n", line)
}

func (r *report) note(format string, args ...any) {
	fmt.Printf("     %s: %s\n", r.place, fmt.Sprintf(format, args...))
}

// summary prints one ok line for a place in which nothing failed since `before`.
func (r *report) summary(before int, format string, args ...any) {
	if r.failed == before {
		r.ok(format, args...)
	}
}

func quiet() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel("all", log.NoneLevel)
	if err := log.Configure(options); err != nil {
		fmt.Fprintln(os.Stderr, "istio-peer:", err)
	}
}

// exit ends the program with the status that the results ask for.
func (r *report) exit() {
	os.Exit(min(r.failed, 1))
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: istio-peer [-expected FILE] [-crds NAME=FILE]... TREE...")
	fmt.Fprintln(os.Stderr, "       istio-peer [-crds NAME=FILE]... -fleets WEFT [SEED COUNT]")
	os.Exit(2)
}

// must ends the program on a mistake of the call.
func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "istio-peer:", err)
		os.Exit(2)
	}
	return value
}

// fleets compares the specs of made-up fleets with what istiod enforces.
func fleets(r *report, weft string, arguments []string, all []schemas) {
	seed, count := uint64(1), fleetCount
	if len(arguments) == 2 {
		seed = must(strconv.ParseUint(arguments[0], 10, 64))
		count = must(strconv.Atoi(arguments[1]))
	} else if len(arguments) != 0 {
		usage()
	}
	compare(r, weft, seed, count, all)
	r.exit()
}

func main() {
	quiet()
	r := &report{}
	var all []schemas
	arguments := os.Args[1:]
	for len(arguments) >= 2 && strings.HasPrefix(arguments[0], "-") {
		switch arguments[0] {
		case "-crds":
			all = append(all, must(loadSchemas(arguments[1])))
		case "-expected":
			r.expected = must(loadExpected(arguments[1]))
		case "-fleets":
			fleets(r, arguments[1], arguments[2:], all)
		default:
			usage()
		}
		arguments = arguments[2:]
	}
	if len(arguments) == 0 {
		usage()
	}
	for _, tree := range arguments {
		judge(r, tree, all)
	}
	r.unexpected(arguments)
	r.exit()
}

// judge says all that there is to say about one tree.
func judge(r *report, tree string, all []schemas) {
	r.place = tree
	clusters, err := readTree(tree)
	if err != nil {
		r.fail("%v", err)
		return
	}
	for _, one := range clusters {
		r.place = tree + " " + one.name
		lintCluster(r, one, all)
	}
	readClusters(r, tree, clusters)
}
