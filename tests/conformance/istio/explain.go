// weft explain against istiod: may this account call this Service, and does its host lead there?
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const explainedEach = 7 /* more than 500 in a plain run */

// asking is who asks weft explain for what.
type asking struct {
	cluster string
	from    caller
	to      serviceRef
}

func (a asking) words() []string {
	return []string{fmt.Sprintf("%s/%s/%s", a.cluster, a.from.namespace, a.from.account),
		fmt.Sprintf("%s/%s/%s", a.to.ClusterName, a.to.Namespace, a.to.Name)}
}

// explained is what weft explain says of each link, by its name.
type explained map[string]string

// explain asks weft about specs in a folder.
func explain(weft, folder string, a asking) (explained, error) {
	said, err := exec.Command(weft, append([]string{"explain", "-c", filepath.Join(folder, "weft.yaml"),
		"--specs", filepath.Join(folder, "specs"), "-q", "-o", "json"}, a.words()...)...).Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == refusedStatus) {
		return nil, fmt.Errorf("weft explain %s: %w", strings.Join(a.words(), " "), err)
	}
	var document struct {
		Calls []struct {
			Links []struct{ Link, Holds string }
		}
	}
	if err := json.Unmarshal(said, &document); err != nil || len(document.Calls) != 1 {
		return nil, fmt.Errorf("weft explain %s says %s", strings.Join(a.words(), " "), said)
	}
	found := explained{}
	for _, link := range document.Calls[0].Links {
		found[link.Link] = link.Holds
	}
	return found, nil
}

// requests lists all that may be asked of a Service: each of the words that policies of the fleets have, and one that
// none has.
func requests(service serviceSpec) (all []request) {
	for _, port := range service.targets() {
		all = append(all, request{port: port})
		for _, method := range append(slices.Clone(methods), "PATCH") {
			for _, path := range append(slices.Clone(paths), "/elsewhere") {
				all = append(all, request{method, path, port})
			}
		}
	}
	return all
}

// admitted is what istiod makes of the account's requests at all pods: "yes", "limited" or "no".
func (r *rendered) admitted(a asking, aliases []string) (string, error) {
	service, enforcer := r.specs.service(a.to), r.enforcers[a.to.ClusterName]
	permitted, refused := false, false
	for _, pod := range service.pods {
		for _, ask := range requests(*service) {
			rules, err := enforcer.rules(a.to.Namespace, pod.Labels, aliases, ask.method != "")
			if err != nil {
				return "", err
			}
			for _, token := range slices.Compact(slices.Sorted(slices.Values(tokens))) {
				from := a.from
				if from.token = token; token != "" && ask.method == "" {
					continue
				}
				got, err := answers(rules, connection{from, ask})
				if err != nil {
					return "", err
				}
				permitted, refused = permitted || got, refused || !got
			}
		}
	}
	switch {
	case permitted && refused:
		return "limited", nil
	case permitted:
		return "yes", nil
	}
	return "no", nil
}

// way is whether a host leads from the account's cluster to the Service, by the links of weft explain.
func (e explained) way() string {
	way := "yes"
	for _, link := range []string{"virtualMesh", "federation", "dns", "gateway"} {
		if holds := e[link]; holds == "no" || holds == "unknown" && way == "yes" {
			way = holds
		}
	}
	return way
}

// led: the same, by the specs; what istiod makes of them is held against that by the journeys.
func (s *specs) led(a asking) string {
	service := s.service(a.to)
	for _, port := range service.ports {
		if len(s.leads(a.cluster, *service, port)) > 0 {
			return "yes"
		}
	}
	return "no"
}

// askExplain makes up who asks: an account of a cluster, with the trust domain that it has there.
func (f *fleet) askExplain(d dice, s *specs, domains map[string]string) asking {
	mesh := s.meshes[d.IntN(len(s.meshes))]
	return asking{mesh.cluster, caller{domain: domains[mesh.cluster], namespace: d.one(namespaces...), account: d.one(names...)},
		s.services[d.IntN(len(s.services))].ref}
}

// certain leaves out the policies that are refused: while there is one, weft explain knows little for certain.
func (s *specs) certain(documents []string) (kept []string) {
	at := 0
	for _, document := range documents {
		if strings.Contains(document, "\nkind: AccessPolicy\n") {
			at++
			if !s.takes(s.policies[at-1]) {
				continue
			}
		}
		kept = append(kept, document)
	}
	return kept
}

// clarify holds some answers of weft explain about a fleet against those of istiod.
func (s *score) clarify(r *report, weft string, made *rendered, f *fleet, seed uint64, domains map[string]string) error {
	documents := made.specs.certain(f.documents)
	if len(documents) < len(f.documents) {
		var err error
		if made, err = render(weft, documents, domains); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp("", "weft-explain-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := os.Mkdir(filepath.Join(folder, "specs"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "specs", "fleet.yaml"), []byte(text(documents)), 0o644); err != nil {
		return err
	}
	if _, err := externalToo(folder); err != nil {
		return err
	}
	d := dice{rand.New(rand.NewPCG(seed, 1))}
	for range explainedEach {
		a := f.askExplain(d, made.specs, domains)
		said, err := explain(weft, folder, a)
		if err != nil {
			return err
		}
		before := r.failed
		if err := s.hold(r, made, a, said); err != nil {
			return err
		}
		if r.failed > before {
			quote(documents)
			return nil
		}
	}
	return nil
}

// hold counts one answer, or says how it differs.
func (s *score) hold(r *report, made *rendered, a asking, said explained) error {
	s.explained++
	if want, got := made.specs.led(a), said.way(); a.cluster != a.to.ClusterName && got != want && got != "unknown" {
		r.fail("weft explain %s says that a host leads there: %s; it is %s", strings.Join(a.words(), " "), got, want)
	}
	if said["policy"] == "unknown" {
		s.unsure++
		return nil
	}
	for _, aliases := range aliasesOf(map[string]string{"": a.from.domain}, made.enforcers[a.to.ClusterName].domain) {
		got, err := made.admitted(a, aliases)
		if err != nil {
			return err
		}
		if got != said["policy"] {
			r.fail("weft explain %s says %s of the policies; istiod with aliases %q admits of %s: %s", strings.Join(a.words(), " "),
				said["policy"], aliases, a.from.identity(), got)
			return nil
		}
	}
	return nil
}
