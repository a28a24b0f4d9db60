// The program in a pod: it answers on the ports of its container, and makes the calls
// that it is asked for through a socket, so that they leave from the pod's own network.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Ports of the container, one for each protocol.
const (
	httpPort  = 8080
	http2Port = 8085
	grpcPort  = 8090
	tcpPort   = 8379
)

// errand is a call that a pod is asked to make.
type errand struct {
	Protocol, Address, Host, Method, Path string
	Patience                              time.Duration
}

var byURI = regexp.MustCompile(`URI=spiffe://([^;,"]*)`)

// told is the server's answer to a call: its own name, and the identity of the caller that it saw.
func told(name, forwarded string) string {
	if found := byURI.FindStringSubmatch(forwarded); found != nil {
		return name + " " + found[1]
	}
	return name + " nobody"
}

func answerHTTP(name string) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		fmt.Fprintf(out, "HTTP/%d %s", in.ProtoMajor, told(name, in.Header.Get("X-Forwarded-Client-Cert")))
	})
}

func versions(two bool) *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!two)
	protocols.SetUnencryptedHTTP2(two)
	return protocols
}

// serveHTTP answers HTTP/1.1, or HTTP/2 alone.
func serveHTTP(name string, port int, two bool) {
	server := &http.Server{Handler: answerHTTP(name), Protocols: versions(two)}
	must(0, server.Serve(listen(port)))
}

func listen(port int) net.Listener {
	return must(net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port)))
}

func serveGRPC(name string) {
	server := grpc.NewServer(grpc.UnaryInterceptor(func(ctx context.Context, in any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		received, _ := metadata.FromIncomingContext(ctx)
		_ = grpc.SetHeader(ctx, metadata.Pairs("answered-by", told(name, strings.Join(received["x-forwarded-client-cert"], ","))))
		return next(ctx, in)
	}))
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	must(0, server.Serve(listen(grpcPort)))
}

// serveTCP greets first, then repeats each line.
func serveTCP(name string) {
	listener := listen(tcpPort)
	for {
		connection := must(listener.Accept())
		go func() {
			defer connection.Close()
			fmt.Fprintf(connection, "hello from %s\n", name)
			_, _ = io.Copy(connection, connection)
		}()
	}
}

func callHTTP(e errand, two bool) string {
	transport := &http.Transport{Protocols: versions(two), DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp4", e.Address)
	}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: e.Patience}
	request, err := http.NewRequest(e.Method, "http://"+e.Host+e.Path, nil)
	if err != nil {
		return "wrong call"
	}
	response, err := client.Do(request)
	if err != nil {
		return "no answer"
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Sprint(response.StatusCode)
	}
	return "200 " + string(body)
}

func callGRPC(e errand) string {
	connection, err := grpc.NewClient("passthrough:///"+e.Address, grpc.WithAuthority(e.Host), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "wrong call"
	}
	defer connection.Close()
	ctx, done := context.WithTimeout(context.Background(), e.Patience)
	defer done()
	var header metadata.MD
	_, err = grpc_health_v1.NewHealthClient(connection).Check(ctx, &grpc_health_v1.HealthCheckRequest{}, grpc.Header(&header))
	if err != nil && status.Code(err) != codes.OK {
		return status.Code(err).String()
	}
	return "OK " + strings.Join(header["answered-by"], " ")
}

// callTCP tells how far the talk comes: the greeting, then the echo.
func callTCP(e errand) string {
	connection, err := net.DialTimeout("tcp4", e.Address, e.Patience)
	if err != nil {
		return "no connection"
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(e.Patience))
	in := bufio.NewReader(connection)
	greeting, err := in.ReadString('\n')
	if err != nil {
		return "no greeting"
	}
	if _, err = connection.Write([]byte("ping\n")); err == nil {
		var echo string
		if echo, err = in.ReadString('\n'); err == nil && echo == "ping\n" {
			return "echo from " + strings.TrimPrefix(strings.TrimSpace(greeting), "hello from ")
		}
	}
	return "greeting, no echo"
}

// callTLS asks a gateway for a name, and tells whose certificate comes.
func callTLS(e errand) string {
	seen := "no certificate"
	dialer := &net.Dialer{Timeout: e.Patience}
	connection, err := tls.DialWithDialer(dialer, "tcp4", e.Address, &tls.Config{
		ServerName: e.Host, InsecureSkipVerify: true, NextProtos: []string{"istio"},
		VerifyConnection: func(state tls.ConnectionState) error {
			if uris := state.PeerCertificates[0].URIs; len(uris) == 1 {
				seen = "certificate of " + uris[0].Host + uris[0].Path
			}
			return nil
		},
	})
	if err == nil {
		connection.Close()
	}
	return seen
}

func (e errand) run() string {
	switch e.Protocol {
	case "http":
		return callHTTP(e, false)
	case "http2":
		return callHTTP(e, true)
	case "grpc":
		return callGRPC(e)
	case "tcp":
		return callTCP(e)
	case "sni":
		return callTLS(e)
	}
	return "no such protocol"
}

// takeErrands serves the socket: a line with the errand, a line with what came of it.
func takeErrands(listener net.Listener) {
	for {
		connection := must(listener.Accept())
		go func() {
			defer connection.Close()
			var e errand
			if json.NewDecoder(connection).Decode(&e) == nil {
				fmt.Fprintln(connection, e.run())
			}
		}()
	}
}

// podMain is `bed pod NAME SOCKET`.
func podMain(name, socket string) {
	go serveHTTP(name, httpPort, false)
	go serveHTTP(name, http2Port, true)
	go serveGRPC(name)
	go serveTCP(name)
	listener := must(net.Listen("unix", socket))
	if err := os.Chmod(socket, 0o600); err != nil {
		listener.Close()
	}
	takeErrands(listener)
}
