#!/usr/bin/env python3
"""vault.py FOLDER - a Vault on the loopback for the tests: the PKI calls that weft makes, signed by openssl.

FOLDER/issuers/<id>.pem, .key, .chain   issuers; <id>.chain holds the certificates above
FOLDER/default                          id of the default issuer
FOLDER/tokens                           valid tokens, one a line
FOLDER/jwts, FOLDER/secrets             what the Kubernetes and the AppRole login take, one a line
FOLDER/mode                             good (or no file), sealed, standby, leaf, other-key, html, giant, short, slow
FOLDER/tls.pem                          certificate and key: then it speaks TLS
FOLDER/port, FOLDER/requests            written: its port, and a line "METHOD path" for each request

It ends with the process that started it."""
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time

folder = sys.argv[1]
lock = threading.Lock()


def read(name, default=""):
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return default


def lines(name):
    return read(name).split("\n")


def issuer(ref):
    ref = read("default") if ref == "default" else ref
    pem = read(f"issuers/{ref}.pem")
    if not pem:
        return None
    chain = read(f"issuers/{ref}.chain")
    blocks = [block + "-----END CERTIFICATE-----" for block in chain.split("-----END CERTIFICATE-----") if "BEGIN" in block]
    return {"issuer_id": ref, "issuer_name": "", "certificate": pem, "ca_chain": [pem] + [block.strip() for block in blocks]}


def sign(ref, ask, mode):
    ref = read("default") if ref == "default" else ref
    with tempfile.TemporaryDirectory() as work:

        def put(name, text):
            with open(os.path.join(work, name), "w", encoding="utf-8") as file:
                file.write(text)

        ca = "CA:FALSE" if mode == "leaf" else f"CA:TRUE,pathlen:{ask['max_path_length']}"
        put("index", "")
        put("ca.cnf", "\n".join([
            "[ca]", "default_ca=here", "[here]", "database=index", "new_certs_dir=.", "rand_serial=yes", "default_md=sha256",
            "policy=any", "unique_subject=no", "x509_extensions=v3", "[any]", "organizationName=optional", "commonName=supplied",
            "[v3]", f"basicConstraints=critical,{ca}", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash",
            "authorityKeyIdentifier=keyid", f"subjectAltName=URI:{ask['uri_sans']}"]) + "\n")
        put("csr.pem", ask["csr"])
        if mode == "other-key":
            subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-subj",
                            "/CN=x", "-out", "csr.pem"], cwd=work, check=True, capture_output=True)
        end = ask["not_after"].replace("-", "").replace(":", "").replace("T", "")
        if mode == "short":
            end = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400))
        begin = time.time() - int(ask["not_before_duration"].rstrip("s"))
        start = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(begin))
        path = os.path.join(os.path.abspath(folder), "issuers", ref)
        issued = subprocess.run(["openssl", "x509", "-in", path + ".pem", "-noout", "-startdate"], check=True, capture_output=True, text=True)
        if begin < ssl.cert_time_to_seconds(issued.stdout.strip().removeprefix("notBefore=")):
            return None
        subprocess.run(["openssl", "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", path + ".pem", "-keyfile", path + ".key", "-in",
                        "csr.pem", "-out", "out.pem", "-startdate", start, "-enddate", end, "-subj",
                        f"/O={ask['organization']}/CN={ask['common_name']}"], cwd=work, check=True, capture_output=True)
        with open(os.path.join(work, "out.pem"), encoding="utf-8") as file:
            return {"certificate": file.read().strip(), "issuing_ca": read(f"issuers/{ref}.pem")}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json", **headers):
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, text):
        self.answer(status, {"errors": [text]})

    def signed(self, ref, ask, mode):
        data = sign(ref, ask, mode)
        return self.answer(200, {"data": data}) if data else self.refuse(400, "notBefore before signer's notBefore")

    def login(self, ask):
        known, given = ("jwts", ask.get("jwt")) if "jwt" in ask else ("secrets", ask.get("secret_id"))
        if given not in lines(known):
            return self.refuse(403, "permission denied")
        with lock, open(os.path.join(folder, "tokens"), "a", encoding="utf-8") as file:
            file.write("hvs.of-a-login\n")
        return self.answer(200, {"auth": {"client_token": "hvs.of-a-login", "lease_duration": 600}})

    def serve(self):
        mode = read("mode", "good")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        ask = json.loads(body) if body else {}
        path = self.path.removeprefix("/v1/")
        with lock, open(os.path.join(folder, "requests"), "a", encoding="utf-8") as file:
            file.write(f"{self.command} {path}\n")
        if mode == "sealed":
            return self.refuse(503, "Vault is sealed")
        if mode == "standby":
            return self.answer(473, {"errors": []}, Retry_After="0")
        if mode == "html":
            return self.answer(200, "<html><body>Sign in</body></html>", "text/html")
        if mode == "giant":
            return self.answer(200, {"data": {"certificate": "x" * 700000}})
        if path.endswith("/login"):
            return self.login(ask)
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in lines("tokens"):
            return self.refuse(403, "permission denied")
        if path == "auth/token/revoke-self":
            return self.answer(204, "")
        if path == "auth/token/lookup-self":
            time.sleep(3 if mode == "slow" else 0)
            return self.answer(200, {"data": {"ttl": 0}})
        parts = path.split("/")
        if path == "pki/issuers" and self.command == "LIST":
            return self.answer(200, {"data": {"keys": sorted(n[:-4] for n in os.listdir(folder + "/issuers") if n.endswith(".pem"))}})
        if parts[:2] == ["pki", "issuer"] and parts[3:] == ["json"] and issuer(parts[2]):
            return self.answer(200, {"data": issuer(parts[2])})
        if path == "pki/root/sign-intermediate":
            return self.signed("default", ask, mode)
        if parts[:2] == ["pki", "issuer"] and parts[3:] == ["sign-intermediate"] and issuer(parts[2]):
            return self.signed(parts[2], ask, mode)
        return self.refuse(404, "no handler for route")

    do_GET = do_POST = do_LIST = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that ends its connection


server = Server(("127.0.0.1", 0), Handler)
if os.path.exists(os.path.join(folder, "tls.pem")):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "tls.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(os.path.join(folder, "port.new"), "w", encoding="utf-8") as port:
    port.write(str(server.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
parent = os.getppid()
threading.Thread(target=server.serve_forever, daemon=True).start()
while os.getppid() == parent:
    time.sleep(0.5)
