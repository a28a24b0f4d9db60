// Calls: a table of who calls what and what comes of it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

type call struct {
	from   *pod
	errand errand
	want   *regexp.Regexp
	text   string
}

// readCalls reads lines of the form "from | protocol | host:port | METHOD /path | wanted".
func readCalls(file string) []call {
	var all []call
	for _, line := range strings.Split(string(must(os.ReadFile(file))), "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		all = append(all, parseCall(line))
	}
	return all
}

func parseCall(line string) call {
	fields := strings.SplitN(line, "|", 5)
	if len(fields) != 5 {
		stop("not a call: %s", line)
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	method, path, _ := strings.Cut(fields[3], " ")
	from := podNamed(fields[0])
	if from == nil {
		stop("no such pod: %s", line)
	}
	return call{from, errand{Protocol: fields[1], Host: fields[2], Method: method, Path: path},
		regexp.MustCompile("^(?:" + fields[4] + ")$"), strings.Join(strings.Fields(strings.Join(fields[:4], " ")), " ")}
}

// ask has the pod make the call.
func (b *bed) ask(c call) string {
	e := c.errand
	e.Patience = b.patience
	host, port, err := net.SplitHostPort(e.Host)
	if err != nil {
		stop("%s: %v", c.text, err)
	}
	if gateway, name, is := strings.Cut(host, "/"); is { // a gateway, and the name it is asked for
		host, e.Host = gateway, name
	}
	e.Address = net.JoinHostPort(b.planes[c.from.cluster].resolve(host), port)
	connection, err := net.Dial("unix", b.file(c.from.name+".socket"))
	if err != nil {
		return "no pod"
	}
	defer connection.Close()
	if json.NewEncoder(connection).Encode(e) != nil {
		return "no pod"
	}
	answer, _ := bufio.NewReader(connection).ReadString('\n')
	return strings.TrimSpace(answer)
}

// differing asks all calls at once and lists those whose answer is not the one wanted.
func (b *bed) differing(calls []call) []string {
	answers := make([]string, len(calls))
	var all sync.WaitGroup
	for i := range calls {
		all.Go(func() { answers[i] = b.ask(calls[i]) })
	}
	all.Wait()
	var found []string
	for i, c := range calls {
		if !c.want.MatchString(answers[i]) {
			found = append(found, fmt.Sprintf("%s: %s", c.text, answers[i]))
		}
	}
	return found
}

// within repeats the calls until none differs, for as long as that may take.
func (b *bed) within(limit time.Duration, calls []call) []string {
	end := time.Now().Add(limit)
	for {
		found := b.differing(calls)
		if len(found) == 0 || time.Now().After(end) {
			return found
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// expect makes the calls of a table one by one in the results.
func (b *bed) expect(what string, calls []call) {
	b.within(15*time.Second, calls)
	for _, c := range calls {
		answer := b.ask(c)
		b.say(c.want.MatchString(answer), "%s: %s: %s", what, c.text, answer)
	}
}
