// A SealedSecret as the controller in the cluster opens it.
package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	sealed "github.com/bitnami-labs/sealed-secrets/pkg/apis/sealedsecrets/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// privateKey reads PKCS#1 or PKCS#8.
func privateKey(path string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM block", path)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rsaKey, isRSA := key.(*rsa.PrivateKey)
	if !isRSA {
		return nil, fmt.Errorf("%s: not an RSA key", path)
	}
	return rsaKey, nil
}

// open refuses unknown fields, then decrypts as the controller does.
func open(keyFile, file string) (*corev1.Secret, error) {
	key, err := privateKey(keyFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var object sealed.SealedSecret
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		return nil, err
	}
	if object.Kind != "SealedSecret" || object.APIVersion != "bitnami.com/v1alpha1" {
		return nil, fmt.Errorf("%s %s is not a SealedSecret", object.APIVersion, object.Kind)
	}
	return object.Unseal(scheme.Codecs, map[string]*rsa.PrivateKey{"here": key})
}

func unseal(keyFile, file, out string) error {
	secret, err := open(keyFile, file)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		return err
	}
	for name, value := range secret.Data {
		if err := os.WriteFile(filepath.Join(out, name), value, 0o600); err != nil {
			return err
		}
	}
	meta := fmt.Sprintf("%s %s/%s\n", secret.Type, secret.Namespace, secret.Name)
	return os.WriteFile(filepath.Join(out, "SECRET"), []byte(meta), 0o600)
}
