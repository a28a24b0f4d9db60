// A rotation while requests flow: each cluster takes each step by itself, as clusters do.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"istio.io/istio/pkg/xds"
)

// load is what callers do without pause.
type load struct {
	sent, lost atomic.Int64
	first      atomic.Value // what came out of the first lost one
	end        chan struct{}
	all        sync.WaitGroup
}

func (b *bed) begin(calls []call) *load {
	l := &load{end: make(chan struct{})}
	for _, c := range calls {
		l.all.Go(func() {
			for {
				select {
				case <-l.end:
					return
				default:
				}
				answer := b.ask(c)
				if l.sent.Add(1); !c.want.MatchString(answer) {
					l.lost.Add(1)
					l.first.CompareAndSwap(nil, fmt.Sprintf("%s: %s", c.text, answer))
				}
			}
		})
	}
	return l
}

func (l *load) finish() (sent, lost int64, first any) {
	close(l.end)
	l.all.Wait()
	return l.sent.Load(), l.lost.Load(), l.first.Load()
}

func (b *bed) steps(folder string) []string {
	var names []string
	for _, one := range must(os.ReadDir(b.file(filepath.Join("leaves", folder)))) {
		names = append(names, folder+"/"+one.Name())
	}
	sort.Strings(names)
	return names
}

// walk takes both clusters through the steps under load; which is first changes each time.
func (b *bed) walk(steps []string) (sent, lost int64, first any) {
	l := b.begin(readCalls(b.file("load.calls")))
	pause := 700 * time.Millisecond
	time.Sleep(pause)
	for i, step := range steps {
		for _, cluster := range []int{1 + i%2, 2 - i%2} {
			if err := b.authority.exchange(cluster, step); err != nil {
				b.say(false, "%v", err)
			}
			time.Sleep(pause)
		}
	}
	return l.finish()
}

// rotate goes through the steps of a rotation, and then through the one of strategy NONE.
func (b *bed) rotate() {
	steps := b.steps("rotated")
	sent, lost, first := b.walk(steps[1:])
	b.say(len(steps) == 4 && sent > 100 && lost == 0, "a rotation of %d steps, %d exchanges of certificates under load: %d requests, %d lost%s",
		len(steps), 2*(len(steps)-1), sent, lost, such(first))
	steps = b.steps("swapped")
	sent, lost, first = b.walk(steps[1:])
	b.say(lost > 0, "strategy NONE swaps the root at once, and loses %d of %d requests%s", lost, sent, such(first))
}

func such(first any) string {
	if first == nil {
		return ""
	}
	return fmt.Sprintf(", such as %v", first)
}

// sortedKinds lists what a proxy watches, in one order.
func sortedKinds(watched map[string]*xds.WatchedResource) []string {
	var kinds []string
	for kind := range watched {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	return kinds
}
