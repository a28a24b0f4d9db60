// Certificates of the proxies by SDS, as istio-agent serves them: leaves that were signed
// from weft's cacerts, exchanged while traffic flows.
package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secrets "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

const secretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"

// authority has the leaves of all steps; each cluster is at one of them.
type authority struct {
	secrets.UnimplementedSecretDiscoveryServiceServer
	leaves  string
	lock    sync.Mutex
	step    map[int]string
	streams map[*stream]bool
}

// stream is one secret of one proxy.
type stream struct {
	pod   *pod
	name  string // default or ROOTCA
	fresh chan struct{}
	sent  string // the step that was sent, and that the proxy has confirmed
	taken string
}

func serveSecrets(leaves, socket string, step string) *authority {
	a := &authority{leaves: leaves, step: map[int]string{1: step, 2: step}, streams: map[*stream]bool{}}
	server := grpc.NewServer()
	secrets.RegisterSecretDiscoveryServiceServer(server, a)
	listener := must(openSocket(socket))
	go func() { must(0, server.Serve(listener)) }()
	return a
}

// openSocket listens where proxies, who are another user, may connect.
func openSocket(path string) (net.Listener, error) {
	listener, err := net.Listen("unix", path)
	if err == nil {
		err = os.Chmod(path, 0o666)
	}
	return listener, err
}

func inline(text []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: text}}
}

// secret of a pod as it is at a step.
func (a *authority) secret(s *stream, step string) (*tls.Secret, error) {
	folder := filepath.Join(a.leaves, step, s.pod.identity())
	var texts [3][]byte
	for i, name := range []string{"chain.pem", "key.pem", "roots.pem"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	if s.name == "ROOTCA" {
		return &tls.Secret{Name: s.name, Type: &tls.Secret_ValidationContext{ValidationContext: &tls.CertificateValidationContext{TrustedCa: inline(texts[2])}}}, nil
	}
	return &tls.Secret{Name: s.name, Type: &tls.Secret_TlsCertificate{TlsCertificate: &tls.TlsCertificate{
		CertificateChain: inline(texts[0]), PrivateKey: inline(texts[1])}}}, nil
}

// send answers with the step that the cluster is at now.
func (a *authority) send(s *stream, to secrets.SecretDiscoveryService_StreamSecretsServer) error {
	a.lock.Lock()
	step := a.step[s.pod.cluster]
	a.lock.Unlock()
	one, err := a.secret(s, step)
	if err != nil {
		return err
	}
	content, err := anypb.New(proto.Message(one))
	if err != nil {
		return err
	}
	s.sent = step
	return to.Send(&discovery.DiscoveryResponse{VersionInfo: step, Nonce: step, TypeUrl: secretType, Resources: []*anypb.Any{content}})
}

func (a *authority) enter(first *discovery.DiscoveryRequest) (*stream, error) {
	p := podNamed(first.GetNode().GetMetadata().GetFields()["POD"].GetStringValue())
	if p == nil || len(first.ResourceNames) != 1 {
		return nil, fmt.Errorf("an unknown proxy, or not one secret: %v", first)
	}
	s := &stream{pod: p, name: first.ResourceNames[0], fresh: make(chan struct{}, 1)}
	a.lock.Lock()
	defer a.lock.Unlock()
	a.streams[s] = true
	return s, nil
}

func (a *authority) leave(s *stream) {
	a.lock.Lock()
	defer a.lock.Unlock()
	delete(a.streams, s)
}

// confirm notes what a proxy has loaded; a refusal repeats the version before.
func (a *authority) confirm(s *stream, request *discovery.DiscoveryRequest) {
	if request.ErrorDetail != nil {
		fmt.Fprintf(os.Stderr, "%s refuses %s: %s\n", s.pod.name, s.name, request.ErrorDetail.Message)
		return
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	s.taken = request.VersionInfo
}

func (a *authority) StreamSecrets(to secrets.SecretDiscoveryService_StreamSecretsServer) error {
	first, err := to.Recv()
	if err != nil {
		return err
	}
	s, err := a.enter(first)
	if err != nil {
		return err
	}
	defer a.leave(s)
	gone := make(chan error, 1)
	go func() {
		for {
			request, err := to.Recv()
			if err != nil {
				gone <- err
				return
			}
			a.confirm(s, request)
		}
	}()
	for {
		if err := a.send(s, to); err != nil {
			return err
		}
		select {
		case <-s.fresh:
		case err := <-gone:
			return err
		}
	}
}

func (a *authority) loaded(cluster int, step string) bool {
	a.lock.Lock()
	defer a.lock.Unlock()
	for s := range a.streams {
		if s.pod.cluster == cluster && s.taken != step {
			return false
		}
	}
	return true
}

// exchange gives all proxies of a cluster another step; it returns when they have loaded it.
func (a *authority) exchange(cluster int, step string) error {
	a.lock.Lock()
	a.step[cluster] = step
	for s := range a.streams {
		if s.pod.cluster == cluster {
			select {
			case s.fresh <- struct{}{}:
			default:
			}
		}
	}
	a.lock.Unlock()
	for range 500 {
		if a.loaded(cluster, step) {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("proxies of %s did not load %s within 10 s", clusterName(cluster), step)
}
