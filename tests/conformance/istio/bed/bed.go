// The bed: control planes, proxies and programs of all pods, and the parts of the test.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

type bed struct {
	folder    string
	planes    map[int]*plane
	authority *authority
	patience  time.Duration // with each call
	failed    bool
}

func (b *bed) file(name string) string { return filepath.Join(b.folder, name) }

func (b *bed) say(good bool, format string, args ...any) {
	word := "ok  "
	if !good {
		word, b.failed = "FAIL", true
	}
	fmt.Printf("%s traffic: %s\n", word, fmt.Sprintf(format, args...))
}

func (b *bed) note(format string, args ...any) {
	fmt.Printf("     %s\n", fmt.Sprintf(format, args...))
}

// build starts everything; the tree is the one that proxies begin with.
func build(folder string) *bed {
	b := &bed{folder: folder, planes: map[int]*plane{}, patience: 5 * time.Second}
	buildNetwork()
	program := must(os.Executable())
	b.authority = serveSecrets(b.file("leaves"), b.file("sds.socket"), "rotated/step-00")
	for cluster := 1; cluster <= 2; cluster++ {
		b.planes[cluster] = startPlane(&life{}, cluster, b.file("shared"), b.file("users.yaml"), b.file(clusterName(cluster)+".ads"))
	}
	b.planes[0] = &plane{} // the outside resolves nothing
	for _, p := range pods {
		if p.kind != gateway {
			p.start(0, b.file(p.name+".log"), program, "pod", p.name, b.file(p.name+".socket"))
		}
		if p.kind != plain {
			p.startEnvoy(b.file("envoy"), b.folder, b.file(clusterName(p.cluster)+".ads"), b.file("sds.socket"))
		}
	}
	return b
}

func (b *bed) settle() {
	b.planes[1].settle()
	b.planes[2].settle()
}

// accepted: no proxy refuses anything that istiod sent for this tree.
func (b *bed) accepted(what string) {
	refused := append(b.planes[1].refusals(), b.planes[2].refusals()...)
	b.say(len(refused) == 0, "%s: proxies take all that istiod makes of it %v", what, refused)
}

func run(folder string) {
	began := time.Now()
	b := build(folder)
	calls := readCalls(b.file("shared.calls"))
	b.expect("gateways", calls)
	b.settle()
	b.accepted("gateways")
	b.note("after %.1f s", time.Since(began).Seconds())
	b.rotate()
	b.note("after %.1f s", time.Since(began).Seconds())
	b.spoil(calls)
	b.note("after %.1f s", time.Since(began).Seconds())
	b.flat()
	b.note("after %.1f s", time.Since(began).Seconds())
	if b.failed {
		os.Exit(1)
	}
}

// flat: the same clusters in one network, with the tree that flatNetwork gives.
func (b *bed) flat() {
	flatten()
	for cluster := 1; cluster <= 2; cluster++ {
		b.planes[cluster].exchange(b.file("flat"))
	}
	b.settle()
	b.expect("flat network", readCalls(b.file("flat.calls")))
	b.accepted("flat network")
}
