// What an API server and Istio's webhook would say to each object, and what
// Istio's analyzers say about a cluster's folder as a whole.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/crd"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/collections"
	schemaresource "istio.io/istio/pkg/config/schema/resource"
)

// foreign are the kinds that a cluster's folder may hold besides Istio's.
var foreign = map[string]bool{"SealedSecret": true, "Secret": true, "Namespace": true}

// ignored lists the analyzer messages that do not count, and why.
var ignored = []struct {
	code, text *regexp.Regexp
	why        string
}{
	{regexp.MustCompile(`^IST0134$`), regexp.MustCompile(` exports/`),
		"an exported ServiceEntry is for the gateway's SNI routes; no client dials an address of it"},
}

// schemas is one line of Istio: a name and the validator made of its CRDs.
type schemas struct {
	name      string
	validator *crd.Validator
}

func newLines(raw []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(raw)) }

func loadSchemas(argument string) (schemas, error) {
	name, file, found := strings.Cut(argument, "=")
	if !found {
		return schemas{}, fmt.Errorf("-crds wants NAME=FILE, not %q", argument)
	}
	validator, err := crd.NewValidatorFromFilesWithOptions([]string{file}, crd.WithoutCRDValidation())
	return schemas{name, validator}, err
}

// lintSchema: the API server's part - structure, enums, CEL rules, no unknown field.
func lintSchema(r *report, d document, all []schemas) {
	for _, one := range all {
		if err := one.validator.ValidateCustomResource(d.object.DeepCopy()); err != nil {
			r.fail("%s: CRD of Istio %s: %v", d, one.name, err)
		}
	}
}

// lintWebhook: the part of istiod's validating webhook.
func lintWebhook(r *report, d document) {
	config, err := d.config()
	if err != nil {
		r.fail("%s: %v", d, err)
		return
	}
	gvk := d.object.GroupVersionKind()
	schema, found := collections.PilotGatewayAPI().FindByGroupKind(schemaresource.FromKubernetesGVK(&gvk))
	if !found {
		r.fail("%s: kind unknown to istiod", d)
		return
	}
	warning, err := schema.ValidateConfig(config)
	if err != nil {
		r.fail("%s: istiod's webhook refuses it: %v", d, err)
	}
	if warning != nil {
		r.fail("%s: istiod's webhook warns: %v", d, warning)
	}
}

func whyIgnored(m diag.Message) string {
	for _, one := range ignored {
		if one.code.MatchString(m.Type.Code()) && one.text.MatchString(m.String()) {
			return one.why
		}
	}
	return ""
}

// lintFolder: istioctl analyze without a cluster.
func lintFolder(r *report, documents []document) {
	analyzer := local.NewSourceAnalyzer(analyzers.AllCombined(), "", resource.Namespace("istio-system"), nil)
	var sources []local.ReaderSource
	for _, d := range documents {
		sources = append(sources, local.ReaderSource{Name: d.file, Reader: bytes.NewReader(d.text)})
	}
	if err := analyzer.AddReaderKubeSource(sources); err != nil {
		r.fail("analyzers cannot read the folder: %v", err)
		return
	}
	cancel := make(chan struct{})
	defer close(cancel)
	result, err := analyzer.Analyze(cancel)
	if err != nil {
		r.fail("analyzers: %v", err)
		return
	}
	aside := map[string]int{}
	for _, m := range result.Messages {
		if why := whyIgnored(m); why != "" {
			aside[m.Type.Code()+", "+why]++
		} else if m.Type.Level() != diag.Info {
			r.fail("analyzer: %s", m.String())
		} else {
			r.note("analyzer: %s", m.String())
		}
	}
	for why, count := range aside {
		r.note("%d analyzer message(s) set aside: %s", count, why)
	}
}

// lintNames: an object is in one file of its cluster, once.
func lintNames(r *report, documents []document) {
	places := map[string]string{}
	for _, d := range documents {
		o := d.object
		key := fmt.Sprintf("%s %s %s/%s", o.GroupVersionKind().Group, o.GetKind(), o.GetNamespace(), o.GetName())
		if file, found := places[key]; found {
			r.fail("%s is in %s and in %s", key, file, d.file)
		}
		places[key] = d.file
	}
}

// lintAdmission: each object is taken by API servers, with the CRDs of these lines, and by istiod's webhook.
func lintAdmission(r *report, documents []document, all []schemas) {
	lintNames(r, documents)
	for _, d := range documents {
		lintSchema(r, d, all)
		lintWebhook(r, d)
	}
}

func lintCluster(r *report, one clusterFolder, all []schemas) {
	before, istio := r.failed, []document{}
	for _, d := range one.documents {
		if !d.isIstio() {
			if !foreign[d.object.GetKind()] {
				r.fail("%s: neither Istio's nor a Secret", d)
			}
			continue
		}
		istio = append(istio, d)
	}
	lintAdmission(r, istio, all)
	if len(istio) > 0 {
		lintFolder(r, istio)
	}
	r.summary(before, "%d objects pass schema, webhook and analyzers", len(istio))
}
