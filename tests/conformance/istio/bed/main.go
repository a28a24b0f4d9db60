// bed: two clusters in network namespaces that nothing but rendered manifests configures.
//
//	bed run FOLDER             the whole test; FOLDER holds what traffic/run puts there
//	bed pod NAME SOCKET        the program of a pod
//	bed identities CLUSTER     a line for each SPIFFE name of its workloads, without the scheme
//
// It needs root and namespaces of its own for network, mounts and processes.
package main

import (
	"fmt"
	"os"

	"istio.io/istio/pkg/log"
)

func stop(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bed: "+format+"\n", args...)
	os.Exit(2)
}

func must[T any](value T, err error) T {
	if err != nil {
		stop("%v", err)
	}
	return value
}

// life is what istiod's test server asks of its test; it lasts as long as the program.
type life struct{}

func (life) Fail()                     { stop("the control plane failed") }
func (life) FailNow()                  { stop("the control plane failed") }
func (life) Fatal(a ...any)            { stop("%s", fmt.Sprint(a...)) }
func (life) Fatalf(f string, a ...any) { stop(f, a...) }
func (life) Log(...any)                {}
func (life) Logf(string, ...any)       {}
func (life) TempDir() string           { return must(os.MkdirTemp("", "bed")) }
func (life) Helper()                   {}
func (life) Cleanup(func())            {}
func (life) Skip(...any)               {}

func quiet() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel("all", log.NoneLevel)
	must(0, log.Configure(options))
}

func identities(cluster string) {
	seen := map[string]bool{}
	for _, p := range pods {
		if p.kind != plain && clusterName(p.cluster) == cluster && !seen[p.identity()] {
			seen[p.identity()] = true
			fmt.Println(p.identity())
		}
	}
}

func main() {
	quiet()
	arguments := os.Args[1:]
	switch {
	case len(arguments) == 2 && arguments[0] == "run":
		run(arguments[1])
	case len(arguments) == 3 && arguments[0] == "pod":
		podMain(arguments[1], arguments[2])
	case len(arguments) == 2 && arguments[0] == "identities":
		identities(arguments[1])
	default:
		stop("usage: bed run FOLDER | pod NAME SOCKET | identities CLUSTER")
	}
}
