// istio-peer asks Istio's own code what it makes of rendered manifests.
//
//	istio-peer lint [-crds NAME=FILE]... TREE...   schema, webhook rules, analyzers
//	istio-peer read TREE...                        istiod's configuration of proxies
//
// A TREE is what weft renders: it holds clusters/<cluster>/...  Each result is
// one line; the exit status is 1 when any of them is a FAIL.
package main

import (
	"fmt"
	"os"
	"strings"

	"istio.io/istio/pkg/log"
)

// report counts and prints results; place names the tree and the cluster.
type report struct {
	failed int
	place  string
}

func (r *report) ok(format string, args ...any) {
	fmt.Printf("ok   istio: %s: %s\n", r.place, fmt.Sprintf(format, args...))
}

func (r *report) fail(format string, args ...any) {
	r.failed++
	fmt.Printf("FAIL istio: %s: %s\n", r.place, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " "))
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

func usage() {
	fmt.Fprintln(os.Stderr, "usage: istio-peer lint [-crds NAME=FILE]... TREE...\n       istio-peer read TREE...")
	os.Exit(2)
}

func main() {
	if len(os.Args) < 3 {
		usage()
	}
	quiet()
	r := &report{}
	switch os.Args[1] {
	case "lint":
		lint(r, os.Args[2:])
	case "read":
		read(r, os.Args[2:])
	default:
		usage()
	}
	if r.failed > 0 {
		os.Exit(1)
	}
}
