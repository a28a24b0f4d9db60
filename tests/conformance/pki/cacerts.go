// A cacerts folder as istiod loads, reloads and uses it.
package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"istio.io/istio/security/pkg/pki/util"
)

const identity = "spiffe://cluster.local/ns/bookinfo/sa/reviews"

// loaded is what istiod holds of one folder.
type loaded struct{ bundle *util.KeyCertBundle }

func files(dir string) (cert, key string, chain []string, root string) {
	at := func(name string) string { return filepath.Join(dir, name) }
	return at("ca-cert.pem"), at("ca-key.pem"), []string{at("cert-chain.pem")}, at("root-cert.pem")
}

// load does what istiod does at its start: verify all, and insist on a CA.
func load(dir string) (loaded, error) {
	cert, key, chain, root := files(dir)
	bundle, err := util.NewVerifiedKeyCertBundleFromFile(cert, key, chain, root, "")
	if err != nil {
		return loaded{}, err
	}
	signer, _, _, _ := bundle.GetAll()
	if !signer.IsCA {
		return loaded{}, fmt.Errorf("ca-cert.pem is no CA certificate")
	}
	return loaded{bundle}, nil
}

// certificates lists a bundle's certificates by their bytes.
func certificates(text []byte) map[string]bool {
	found := map[string]bool{}
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return found
		}
		if _, err := x509.ParseCertificate(block.Bytes); err == nil {
			found[string(block.Bytes)] = true
		}
		text = rest
	}
}

func within(small, large map[string]bool) bool {
	for one := range small {
		if !large[one] {
			return false
		}
	}
	return true
}

// mayFollow is istiod's rule for a change of root-cert.pem with multi-root on:
// before 1.30 one file contains the other, since then one set contains the other.
func mayFollow(old, new []byte) error {
	a, b := certificates(old), certificates(new)
	if !within(a, b) && !within(b, a) {
		return fmt.Errorf("istiod 1.30 and later drops the update: neither bundle contains the other")
	}
	if !bytes.Contains(new, old) && !bytes.Contains(old, new) {
		return fmt.Errorf("istiod before 1.30 drops the update: neither file's bytes contain the other's")
	}
	return nil
}

func (l loaded) reload(dir string) error {
	cert, key, chain, root := files(dir)
	next, err := os.ReadFile(root)
	if err != nil {
		return err
	}
	if err := mayFollow(l.bundle.GetRootCertPem(), next); err != nil {
		return err
	}
	return l.bundle.UpdateVerifiedKeyCertBundleFromFile(cert, key, chain, root, "")
}

// workload is a leaf as istiod hands it out, with the chain that it is sent with.
type workload struct{ chain, key []byte }

func (l loaded) leaf(name string) (workload, error) {
	signer, key, chain, roots := l.bundle.GetAll()
	cert, leafKey, err := util.GenCertKeyFromOptions(util.CertOptions{
		Host: name, TTL: time.Hour, NotBefore: time.Now().Add(-time.Minute), Org: "cluster.local",
		IsServer: true, IsClient: true, SignerCert: signer, SignerPriv: *key,
		ECSigAlg: util.EcdsaSigAlg, ECCCurve: util.P256Curve,
	})
	if err != nil {
		return workload{}, err
	}
	out := workload{append(append([]byte{}, cert...), chain...), leafKey}
	return out, out.under(roots, name)
}

// under verifies the leaf as a proxy that trusts these roots does.
func (w workload) under(roots []byte, name string) error {
	return util.VerifyCertificate(w.key, w.chain, roots, &util.VerifyFields{
		Host: name, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	})
}

func verifies(from, to string) error {
	signer, err := load(from)
	if err != nil {
		return err
	}
	leaf, err := signer.leaf(identity)
	if err != nil {
		return err
	}
	roots, err := os.ReadFile(filepath.Join(to, "root-cert.pem"))
	if err != nil {
		return err
	}
	return leaf.under(roots, identity)
}

// writeLeaf leaves what a proxy gets from istiod in answer to its request.
func writeLeaf(dir, out, name string) error {
	signer, err := load(dir)
	if err != nil {
		return err
	}
	leaf, err := signer.leaf(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"chain.pem": leaf.chain, "key.pem": leaf.key, "roots.pem": signer.bundle.GetRootCertPem(),
	} {
		if err := os.WriteFile(filepath.Join(out, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
