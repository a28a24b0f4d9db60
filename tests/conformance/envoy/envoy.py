"""Envoy with mutual TLS from files: its configuration, its life, requests through it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

LOOPBACK = "127.0.0.1"


def free_port():
    with socket.socket() as s:
        s.bind((LOOPBACK, 0))
        return s.getsockname()[1]


def address(port):
    return {"socket_address": {"address": LOOPBACK, "port_value": port}}


def typed(message, /, **fields):
    return {"@type": "type.googleapis.com/envoy." + message, **fields}


def material(folder, watched=None):
    """The leaf and the trusted roots of one folder, as SDS secrets."""
    watch = {"watched_directory": {"path": watched}} if watched else {}
    return {
        "leaf": {
            "certificate_chain": {"filename": f"{folder}/chain.pem"},
            "private_key": {"filename": f"{folder}/key.pem"},
            **watch,
        },
        "roots": {
            "trusted_ca": {"filename": f"{folder}/roots.pem"},
            "match_typed_subject_alt_names": [
                {"san_type": "URI", "matcher": {"prefix": "spiffe://cluster.local/"}}
            ],
            **watch,
        },
    }


def context(folder, watched=None):
    """Istio's part of a TLS context: TLS 1.3 at most, peers known by their SPIFFE name."""
    files = material(folder, watched)
    return {
        "tls_params": {"tls_maximum_protocol_version": "TLSv1_3"},
        "tls_certificates": [files["leaf"]],
        "validation_context": files["roots"],
    }


def secret_file(folder, kind):
    """A watched secret lies in a file of its own, which names the files beside it."""
    key = {"leaf": "tls_certificate", "roots": "validation_context"}[kind]
    path = f"{folder}/{kind}.json"
    secret = typed(
        "extensions.transport_sockets.tls.v3.Secret",
        name=f"{os.path.basename(folder)}-{kind}",
        **{key: material(f"{folder}/data", folder)[kind]},
    )
    with open(path, "w", encoding="ascii") as out:
        json.dump({"resources": [secret]}, out)
    return {"name": secret["name"], "sds_config": {"path_config_source": {"path": path}}}


def watched_context(folder):
    """The same, read again whenever the link `data` of the folder is exchanged."""
    return {
        "tls_params": {"tls_maximum_protocol_version": "TLSv1_3"},
        "tls_certificate_sds_secret_configs": [secret_file(folder, "leaf")],
        "validation_context_sds_secret_config": secret_file(folder, "roots"),
    }


def http_listener(name, port, routes, tls=None):
    manager = typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        route_config={"virtual_hosts": [{"name": name, "domains": ["*"], "routes": routes}]},
        http_filters=[
            {
                "name": "router",
                "typed_config": typed("extensions.filters.http.router.v3.Router"),
            }
        ],
    )
    chain = {"filters": [{"name": "http", "typed_config": manager}]}
    if tls:
        chain["transport_socket"] = {
            "name": "tls",
            "typed_config": typed(
                "extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                common_tls_context=tls,
                require_client_certificate=True,
                disable_stateless_session_resumption=True,
                disable_stateful_session_resumption=True,
            ),
        }
    return {"name": name, "address": address(port), "filter_chains": [chain]}


def answer():
    return [{"match": {"prefix": "/"}, "direct_response": {"status": 200}}]


def cluster(name, port, tls):
    """A client's side: each request makes a full handshake of its own."""
    return {
        "name": name,
        "connect_timeout": "2s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(port)}}]}],
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
                "extensions.upstreams.http.v3.HttpProtocolOptions",
                common_http_protocol_options={"max_requests_per_connection": 1},
                explicit_http_config={"http_protocol_options": {}},
            )
        },
        "transport_socket": {
            "name": "tls",
            "typed_config": typed(
                "extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                common_tls_context=tls,
                max_session_keys=0,
            ),
        },
    }


class Envoy:
    """One Envoy: clients and servers by name; GET /<client>/<server> calls one from the other."""

    def __init__(self, program, clients, servers):
        self.admin, self.entry = free_port(), free_port()
        ports = {name: free_port() for name in servers}
        self.routes = [(c, s) for c in clients for s in servers]
        self.config = {
            "admin": {"address": address(self.admin)},
            "node": {"id": "conformance", "cluster": "conformance"},
            "static_resources": {
                "listeners": [http_listener(f"server-{n}", ports[n], answer(), t) for n, t in servers.items()]
                + [http_listener("entry", self.entry, [self._route(c, s) for c, s in self.routes])],
                "clusters": [cluster(f"{c}-{s}", ports[s], clients[c]) for c, s in self.routes],
            },
        }
        self.program, self.process, self.log = program, None, None

    @staticmethod
    def _route(client, server):
        return {"match": {"path": f"/{client}/{server}"}, "route": {"cluster": f"{client}-{server}"}}

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(self.config, file)
            file.flush()
            self.process = subprocess.Popen(
                [self.program, "-c", file.name, "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"],
                stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )
            self._await_ready()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _await_ready(self):
        for _ in range(150):
            try:
                if self.ask("/ready") == (200, "LIVE\n"):
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit("Envoy does not start:\n" + self.log.read()[-3000:])

    def ask(self, path):
        """The admin interface."""
        return get(self.admin, path)

    def call(self, client, server):
        """True when the client's request came through to the server."""
        return get(self.entry, f"/{client}/{server}")[0] == 200


def get(port, path):
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
