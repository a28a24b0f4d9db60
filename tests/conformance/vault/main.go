// A Vault server for the conformance tests: Vault's own core, HTTP handler, PKI secrets engine and AppRole, in memory, with TLS on the
// loopback.  Vault's program would bring every cloud's plugins with it, which take most of the time to compile and are of no use here.
//
//	vault CERTIFICATE KEY
//
// prints {"address": ..., "token": ..., "unseal": ...} when it is unsealed, and serves until it is killed.
package main

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/pki"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

var (
	engines = map[string]logical.Factory{"pki": pki.Factory}
	methods = map[string]logical.Factory{"approle": approle.Factory}
)

// registry is the list of plugins that are built in.
type registry struct{}

func factories(kind consts.PluginType) map[string]logical.Factory {
	switch kind {
	case consts.PluginTypeSecrets:
		return engines
	case consts.PluginTypeCredential:
		return methods
	}
	return nil
}

func (registry) Contains(name string, kind consts.PluginType) bool { return factories(kind)[name] != nil }

func (registry) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	factory, ok := factories(kind)[name]
	return func() (interface{}, error) { return factory, nil }, ok
}

func (registry) Keys(kind consts.PluginType) []string {
	var names []string
	for name := range factories(kind) {
		names = append(names, name)
	}
	return names
}

func (registry) DeprecationStatus(string, consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, true
}

func (registry) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }

func open() (*vault.Core, *vault.InitResult, error) {
	logger := hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Warn})
	storage, err := inmem.NewInmem(nil, logger)
	if err != nil {
		return nil, nil, err
	}
	core, err := vault.NewCore(&vault.CoreConfig{Physical: storage, Logger: logger, LogicalBackends: engines, CredentialBackends: methods,
		BuiltinRegistry: registry{}, DisableMlock: true, NumRollbackWorkers: 4})
	if err != nil {
		return nil, nil, err
	}
	result, err := core.Initialize(context.Background(), &vault.InitParams{
		BarrierConfig:  &vault.SealConfig{SecretShares: 1, SecretThreshold: 1, StoredShares: 1},
		RecoveryConfig: &vault.SealConfig{}})
	if err != nil {
		return nil, nil, err
	}
	_, err = core.Unseal(result.SecretShares[0])
	return core, result, err
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: vault CERTIFICATE KEY")
	}
	pair, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	core, result, err := open()
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	said, _ := json.Marshal(map[string]string{"address": "https://" + listener.Addr().String(), "token": result.RootToken,
		"unseal": base64.StdEncoding.EncodeToString(result.SecretShares[0])})
	fmt.Println(string(said))
	handler := vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core,
		ListenerConfig: &configutil.Listener{MaxRequestSize: vaulthttp.DefaultMaxRequestSize}})
	log.Fatal(http.Serve(tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), handler))
}
