// Rendered trees as they lie on disk: every document with the file it is from.
package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// document is one YAML document; file is relative to its cluster's folder.
type document struct {
	file   string
	text   []byte
	object *unstructured.Unstructured
}

// clusterFolder is one folder below clusters/.
type clusterFolder struct {
	name      string
	documents []document
}

func (d document) String() string {
	return fmt.Sprintf("%s: %s %s/%s", d.file, d.object.GetKind(), d.object.GetNamespace(), d.object.GetName())
}

// isIstio tells Istio's kinds from what else a folder may hold (SealedSecret).
func (d document) isIstio() bool {
	return strings.HasSuffix(d.object.GroupVersionKind().Group, ".istio.io")
}

// config is the document as istiod holds it, decoded strictly.
func (d document) config() (config.Config, error) {
	raw, err := yaml.YAMLToJSON(d.text)
	if err != nil {
		return config.Config{}, err
	}
	var kind crd.IstioKind
	if err := yaml.Unmarshal(raw, &kind); err != nil {
		return config.Config{}, err
	}
	gvk := d.object.GroupVersionKind()
	schema, found := collections.PilotGatewayAPI().FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&gvk))
	if !found {
		return config.Config{}, fmt.Errorf("Istio does not serve %v", gvk)
	}
	out, err := crd.ConvertObject(schema, &kind, "cluster.local")
	if err != nil {
		return config.Config{}, err
	}
	return *out, nil
}

// decode refuses duplicate keys and keeps whole numbers whole, as an API server does.
func decode(text []byte) (map[string]any, error) {
	raw, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	var content map[string]any
	return content, json.Unmarshal(raw, &content)
}

func readFile(path, relative string) ([]document, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var documents []document
	reader := kubeyaml.NewYAMLReader(newLines(raw))
	for {
		text, err := reader.Read()
		if err == io.EOF {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", relative, err)
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		content, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", relative, err)
		}
		if len(content) == 0 {
			continue
		}
		documents = append(documents, document{relative, text, &unstructured.Unstructured{Object: content}})
	}
}

func readCluster(folder string) (clusterFolder, error) {
	out := clusterFolder{name: filepath.Base(folder)}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if extension := filepath.Ext(path); extension != ".yaml" && extension != ".yml" && extension != ".json" {
			return nil
		}
		relative, _ := filepath.Rel(folder, path)
		documents, err := readFile(path, relative)
		out.documents = append(out.documents, documents...)
		return err
	})
	return out, err
}

// readTree lists the clusters of one rendered tree, sorted by name.
func readTree(tree string) ([]clusterFolder, error) {
	folders, err := filepath.Glob(filepath.Join(tree, "clusters", "*"))
	if err != nil {
		return nil, err
	}
	sort.Strings(folders)
	var clusters []clusterFolder
	for _, folder := range folders {
		one, err := readCluster(folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.name, err)
		}
		clusters = append(clusters, one)
	}
	if len(clusters) == 0 {
		return nil, fmt.Errorf("no folder clusters/<cluster> here")
	}
	return clusters, nil
}
