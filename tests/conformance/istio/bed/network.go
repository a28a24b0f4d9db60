// Networks: a namespace for each pod, joined by a bridge.  The bed runs in namespaces of
// its own (see traffic/run), so that all of it ends with its process.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// proxyUser is the user of Istio's proxies, whose traffic is not redirected.
const proxyUser = 1337

// redirect is what Istio's CNI or its init container sets up beside a sidecar.
var redirect = fmt.Sprintf(`*nat
-A PREROUTING -p tcp -j REDIRECT --to-ports 15006
-A OUTPUT -o lo -j RETURN
-A OUTPUT -m owner --uid-owner %d -j RETURN
-A OUTPUT -p tcp -j REDIRECT --to-ports 15001
COMMIT
`, proxyUser)

func command(input string, words ...string) {
	run := exec.Command(words[0], words[1:]...)
	run.Stdin = strings.NewReader(input)
	if said, err := run.CombinedOutput(); err != nil {
		stop("%s: %v: %s", strings.Join(words, " "), err, said)
	}
}

func subnet(cluster int) string { return fmt.Sprintf("10.%d.0.0/24", cluster) }

// routes: a pod reaches its own cluster, the gateways' outer addresses and the outside.
// All else goes to a router that does not exist, unless a proxy catches it before.
func (p *pod) routes() []string {
	reached := []string{"10.9.0.0/24", "10.8.0.0/24"}
	if p.kind == gateway || p.cluster == 0 {
		reached = append(reached, subnet(1), subnet(2))
	} else {
		reached = append(reached, subnet(p.cluster))
	}
	return reached
}

func (p *pod) links(number int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "link add p%d type veth peer name eth0 netns %s\nlink set p%d master bridge up\n", number, p.name, number)
	return out.String()
}

func (p *pod) addresses() string {
	var out strings.Builder
	fmt.Fprintf(&out, "link set lo up\naddr add %s/32 dev eth0\n", p.address)
	if p.external != "" {
		fmt.Fprintf(&out, "addr add %s/32 dev eth0\n", p.external)
	}
	fmt.Fprintln(&out, "link set eth0 up")
	for _, one := range p.routes() {
		fmt.Fprintf(&out, "route add %s dev eth0 src %s\n", one, p.address)
	}
	fmt.Fprintf(&out, "route add default via 10.255.0.1 dev eth0 onlink src %s\n", p.address)
	return out.String()
}

// ownNamespaces hides the machine's /run, where network namespaces have their names.  Who
// is not the first process is not in namespaces of its own, and must not do that.
func ownNamespaces() {
	if os.Getpid() != 1 {
		stop("run me by: unshare --net --mount --pid --fork --kill-child --mount-proc")
	}
	must(0, unix.Mount("tmpfs", "/run", "tmpfs", 0, ""))
	must(0, os.Mkdir("/run/netns", 0o755))
}

func buildNetwork() {
	ownNamespaces()
	var hub strings.Builder
	fmt.Fprintln(&hub, "link set lo up\nlink add bridge type bridge\nlink set bridge up")
	for _, p := range pods {
		fmt.Fprintf(&hub, "netns add %s\n", p.name)
	}
	for number, p := range pods {
		hub.WriteString(p.links(number))
	}
	command(hub.String(), "ip", "-batch", "-")
	for _, p := range pods {
		command(p.addresses(), "ip", "-n", p.name, "-batch", "-")
		if p.kind == sidecar {
			command(redirect, "ip", "netns", "exec", p.name, "iptables-restore")
		}
	}
}

// flatten joins the networks of both clusters.
func flatten() {
	for _, p := range pods {
		if p.kind != gateway && p.cluster != 0 {
			command("", "ip", "-n", p.name, "route", "add", subnet(3-p.cluster), "dev", "eth0", "src", p.address)
		}
	}
}

// start runs a program in the pod's network; it ends with the bed.
func (p *pod) start(user uint32, log string, words ...string) *exec.Cmd {
	run := exec.Command(words[0], words[1:]...)
	output := must(os.Create(log))
	defer output.Close()
	run.Stdout, run.Stderr = output, output
	run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	if err := inNetwork(p.name, run.Start); err != nil {
		stop("%s does not start in %s: %v", words[0], p.name, err)
	}
	return run
}

// inNetwork does something on a thread that is in the namespace, and is not used again.
func inNetwork(name string, do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		space, err := os.Open("/run/netns/" + name)
		if err == nil {
			defer space.Close()
			if err = unix.Setns(int(space.Fd()), unix.CLONE_NEWNET); err == nil {
				err = do()
			}
		}
		done <- err
	}()
	return <-done
}
