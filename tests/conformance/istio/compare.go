// The oracle against istiod: random fleets, rendered by weft, the same questions to both.
package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	fleetCount     = 80
	questionsEach  = 25
	refusedStatus  = 3 /* weft render: some specs were refused, the rest is written */
	differencesMax = 3
	journeyEvery   = 8 /* starting istiods takes longer than all the rest */
)

// rendered is a fleet as specs and as what istiod of each cluster enforces.
type rendered struct {
	specs     *specs
	folders   map[string]clusterFolder
	enforcers map[string]*enforcer
}

// run renders the documents in a folder of its own; use reads the output before it goes.
func run(weft string, documents []string, use func(out string) error) error {
	folder, err := os.MkdirTemp("", "weft-oracle-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	in, out := filepath.Join(folder, "specs"), filepath.Join(folder, "out")
	if err := os.Mkdir(in, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(in, "fleet.yaml"), []byte(text(documents)), 0o644); err != nil {
		return err
	}
	config, err := externalToo(folder)
	if err != nil {
		return err
	}
	said, err := exec.Command(weft, "render", "-c", config, "--specs", in, "--output", out).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == refusedStatus) {
		return fmt.Errorf("weft render: %w: %s", err, said)
	}
	return use(out)
}

func text(documents []string) string { return strings.Join(documents, "\n---\n") + "\n" }

// render reads specs and output of a fleet.
func render(weft string, documents []string, domains map[string]string) (*rendered, error) {
	r := &rendered{folders: map[string]clusterFolder{}, enforcers: map[string]*enforcer{}}
	var err error
	if r.specs, err = readSpecs(text(documents)); err != nil {
		return nil, err
	}
	return r, run(weft, documents, func(out string) error { return r.enforce(out, domains) })
}

// renderAny reads whatever came out.
func renderAny(weft string, documents []string) (folders []clusterFolder, err error) {
	err = run(weft, documents, func(out string) error {
		if !exists(filepath.Join(out, "clusters")) {
			return nil
		}
		var err error
		folders, err = readTree(out)
		return err
	})
	return folders, err
}

func (r *rendered) enforce(out string, domains map[string]string) error {
	for _, mesh := range r.specs.meshes {
		folder, err := clusterFolder{}, error(nil)
		if path := filepath.Join(out, "clusters", mesh.cluster); exists(path) {
			folder, err = readCluster(path)
		}
		if err != nil {
			return err
		}
		r.folders[mesh.cluster] = folder
		if r.enforcers[mesh.cluster], err = newEnforcer(folder, mesh.root, domains[mesh.cluster]); err != nil {
			return err
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// aliasesOf: the settings under which a mesh may run.  With one trust domain in the
// fleet, an alias is one that no caller has; with several, none or those of the others.
func aliasesOf(domains map[string]string, own string) [][]string {
	var others []string
	for _, domain := range domains {
		if domain != own && !slices.Contains(others, domain) {
			others = append(others, domain)
		}
	}
	slices.Sort(others)
	settings := [][]string{nil, {"former.example"}}
	if len(others) > 0 {
		settings = append(settings, others[:1], append(slices.Clone(others), "stranger.example", "cluster.local"))
	}
	return settings
}

// difference: what istiod answers under some setting, when it is not what the specs say.
func (r *rendered) difference(q question, domains map[string]string) (string, bool, error) {
	want, service, enforcer := r.specs.permits(q), r.specs.service(q.to), r.enforcers[q.to.ClusterName]
	for _, aliases := range aliasesOf(domains, enforcer.domain) {
		rules, err := enforcer.rules(q.to.Namespace, service.pods[0].Labels, aliases, q.ask.method != "")
		if err != nil {
			return "", want, err
		}
		got, err := answers(rules, connection{q.from, q.ask})
		if err != nil {
			return "", want, err
		}
		if got != want {
			return fmt.Sprintf("%s: the specs say %v, istiod with trust domain %s and aliases %q says %v",
				q, want, enforcer.domain, aliases, got), want, nil
		}
	}
	return "", want, nil
}

// shrink leaves out what the difference does not need.
func shrink(weft string, documents []string, q question, domains map[string]string) []string {
	for i := 0; i < len(documents); {
		fewer := slices.Delete(slices.Clone(documents), i, i+1)
		r, err := render(weft, fewer, domains)
		if err == nil && r.specs.service(q.to) != nil && r.enforcers[q.to.ClusterName] != nil {
			if said, _, err := r.difference(q, domains); err == nil && said != "" {
				documents = fewer
				continue
			}
		}
		i++
	}
	return documents
}

func tell(r *report, weft string, f *fleet, q question, domains map[string]string) {
	documents := shrink(weft, f.documents, q, domains)
	small, err := render(weft, documents, domains)
	if err == nil {
		var told string
		told, _, err = small.difference(q, domains)
		r.fail("%s", told)
	}
	if err != nil {
		r.fail("%v", err)
	}
	quote(documents)
}

func quote(documents []string) {
	for _, line := range strings.Split(text(documents), "\n") {
		fmt.Println("     |", line)
	}
}

// score is what a run has seen so far.
type score struct{ objects, asked, permitted, journeys, arrived, hostile, explained, unsure int }

// admit: whatever a fleet is, each of its objects must be taken by whom it is sent to.
func (s *score) admit(r *report, made *rendered, all []schemas) {
	fleet := r.place
	for cluster, folder := range made.folders {
		r.place = fleet + " " + cluster
		lintAdmission(r, folder.documents, all)
		s.objects += len(folder.documents)
	}
	r.place = fleet
}

// one asks about the fleet of a seed until there is a difference.
func (s *score) one(r *report, weft string, seed uint64, all []schemas) {
	d := dice{rand.New(rand.NewPCG(seed, 0))}
	f, domains := makeFleet(d), map[string]string{}
	for i, cluster := range f.clusters {
		domains[cluster] = f.domains[i]
	}
	maps.Copy(domains, f.beside)
	made, err := render(weft, f.documents, domains)
	if err != nil {
		r.fail("%v", err)
		return
	}
	s.admit(r, made, all)
	s.harass(r, weft, f, seed, all)
	if before := r.failed; seed%journeyEvery == 0 {
		if err := s.travel(r, made); err != nil {
			r.fail("istiod: %v", err)
		}
		if r.failed > before {
			quote(f.documents)
			return
		}
	}
	if err := s.clarify(r, weft, made, f, seed, domains); err != nil {
		r.fail("%v", err)
		return
	}
	for range questionsEach {
		q := f.ask(d, made.specs)
		said, want, err := made.difference(q, domains)
		if err != nil {
			r.fail("%v", err)
			return
		}
		if said != "" {
			tell(r, weft, f, q, domains)
			return
		}
		s.asked++
		if want {
			s.permitted++
		}
	}
}

// compare asks about `count` fleets from `seed` on.
func compare(r *report, weft string, seed uint64, count int, all []schemas) {
	var s score
	for at := range uint64(count) {
		r.place = "fleet " + strconv.FormatUint(seed+at, 10)
		s.one(r, weft, seed+at, all)
		if r.failed >= differencesMax {
			return
		}
	}
	r.place = fmt.Sprintf("fleets %d to %d", seed, seed+uint64(count)-1)
	if share := 100 * s.permitted / max(s.asked, 1); count >= fleetCount && (share < 15 || share > 85) {
		r.fail("%d%% of %d calls may be made: too lopsided to show much", share, s.asked)
	}
	r.summary(0, "%d objects are admitted; istiod answers %d calls as the specs do, %d of them permitted",
		s.objects, s.asked, s.permitted)
	if 3*s.unsure > s.explained && count >= fleetCount {
		r.fail("weft explain knows the policies of %d of %d calls only", s.explained-s.unsure, s.explained)
	}
	r.summary(0, "weft explain says of %d callers and Services what istiod does; of %d the specs do not tell", s.explained, s.unsure)
	r.summary(0, "%d calls between clusters lead where the specs say, %d of them to pods", s.journeys, s.arrived)
	r.summary(0, "%d objects of %d fleets with a hostile value are admitted", s.hostile, count*hostileEach)
}
