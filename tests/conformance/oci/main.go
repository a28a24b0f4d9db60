// Two real programs for weft's artifacts, in one: the reference registry, and Flux's client.
//
//	oci registry CONFIG.yml        serves until it is killed (github.com/distribution/distribution)
//	oci pull URL DIR               what Flux's client gets: the files in DIR, metadata as JSON (github.com/fluxcd/pkg/oci)
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	"github.com/fluxcd/pkg/oci"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/crane"
)

func serve(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	config, err := configuration.Parse(file)
	if err != nil {
		return err
	}
	server, err := registry.NewRegistry(context.Background(), config)
	if err != nil {
		return err
	}
	return server.ListenAndServe()
}

func pull(url, folder string) error {
	login := crane.WithAuth(&authn.Basic{Username: os.Getenv("REGISTRY_USER"), Password: os.Getenv("REGISTRY_PASSWORD")})
	client := oci.NewClient(append(oci.DefaultOptions(), login))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	metadata, err := client.Pull(ctx, url, folder)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(metadata)
}

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "registry":
		err = serve(os.Args[2])
	case len(os.Args) == 4 && os.Args[1] == "pull":
		err = pull(os.Args[2], os.Args[3])
	default:
		err = fmt.Errorf("usage: oci registry CONFIG | oci pull URL DIR")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "oci:", err)
		os.Exit(1)
	}
}
