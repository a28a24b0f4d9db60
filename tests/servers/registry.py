#!/usr/bin/env python3
"""registry.py FOLDER - a registry on the loopback by the OCI distribution spec 1.1, for the tests: blobs, uploads, manifests, tags.

FOLDER/auth     absent: open; "basic USER PASSWORD"; "bearer USER PASSWORD" (its own token server); "bearer-at URL" (another one)
FOLDER/mode     absent: good; what it does wrong otherwise:
                wrong-digest  says another digest of what it took         endless     a manifest without end
                elsewhere     uploads go to the URL of FOLDER/elsewhere   redirect    every answer leads there
                loop          401 whatever it is sent                     swallow     takes manifests and keeps none
                changed       gives other bytes than it took              silent      takes requests and says nothing
FOLDER/faults   lines "STATUS[:SECONDS] PATTERN": the next request that contains PATTERN gets that status (with Retry-After), once
FOLDER/tls.pem  certificate and key: then it speaks TLS
FOLDER/port, FOLDER/log   written: its port, and a line "METHOD path STATUS AUTHORIZATION HOST" for each request
FOLDER/blobs/DIGEST, FOLDER/manifests/REPOSITORY:TAG (with / as +)   what was pushed

It ends with the process that started it."""
import base64, hashlib, http.server, json, os, ssl, sys, threading, time, urllib.parse

folder = sys.argv[1]
lock = threading.Lock()
for name in ("blobs", "manifests"):
    os.makedirs(os.path.join(folder, name), exist_ok=True)


def read(name):
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def fault(line):
    with lock:
        rows = read("faults").split("\n")
        for i, row in enumerate(rows):
            status, _, pattern = row.partition(" ")
            if pattern and pattern in line:
                with open(os.path.join(folder, "faults"), "w", encoding="utf-8") as file:
                    file.write("\n".join(rows[:i] + rows[i + 1:]))
                return status
    return None


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, data=b"", headers={}):
        with lock, open(os.path.join(folder, "log"), "a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.path} {status} {self.headers.get('Authorization', '-')} {self.headers['Host']}\n")
        self.send_response(status)
        for name, text in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def refuse(self, status, code, message, headers={}):
        self.answer(status, json.dumps({"errors": [{"code": code, "message": message}]}).encode(), headers)

    def here(self):
        scheme = "https" if os.path.exists(os.path.join(folder, "tls.pem")) else "http"
        return f"{scheme}://{self.headers['Host']}"

    def allowed(self):
        kind, *rest = (read("auth") or "open").split(" ")
        given = self.headers.get("Authorization", "")
        if read("mode") == "loop":
            self.refuse(401, "UNAUTHORIZED", "again", {"WWW-Authenticate": f'Bearer realm="{self.here()}/token",service="s"'})
            return False
        if kind == "open":
            return True
        if kind == "basic":
            if given == "Basic " + base64.b64encode(":".join(rest).encode()).decode():
                return True
            self.refuse(401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": 'Basic realm="here"'})
            return False
        repository = self.path.split("/v2/", 1)[-1].rsplit("/manifests/", 1)[0].rsplit("/blobs/", 1)[0]
        if given == "Bearer token-for-" + repository:
            return True
        realm = rest[0] if kind == "bearer-at" else self.here() + "/token"
        self.refuse(401, "UNAUTHORIZED", "authentication required",
                    {"WWW-Authenticate": f'Bearer realm="{realm}",service="registry",scope="repository:{repository}:pull"'})
        return False

    def token(self, query):
        kind, *rest = (read("auth") or "open").split(" ")
        scope = query.get("scope", [""])[0].split(":")
        given = self.headers.get("Authorization", "")
        if read("mode") != "loop" and given != "Basic " + base64.b64encode(":".join(rest).encode()).decode():
            return self.refuse(401, "DENIED", "wrong password")
        if len(scope) != 3 or scope[2] != "pull,push":
            return self.refuse(400, "UNSUPPORTED", "odd scope")
        return self.answer(200, json.dumps({"token": "token-for-" + scope[1]}).encode())

    def handle_all(self):
        path, _, query = self.path.partition("?")
        query = urllib.parse.parse_qs(query)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        mode = read("mode")
        if mode == "silent":
            return time.sleep(30)
        status = fault(f"{self.command} {self.path}")
        if status:
            number, _, seconds = status.partition(":")
            return self.refuse(int(number), "TOOMANYREQUESTS", "slow down", {"Retry-After": seconds} if seconds else {})
        if mode == "redirect":
            return self.answer(307, b"", {"Location": read("elsewhere") + self.path})
        if path == "/token":
            return self.token(query)
        if not self.allowed():
            return None
        parts = path.removeprefix("/v2/")
        if "/manifests/" in parts:
            return self.manifest(*parts.rsplit("/manifests/", 1), body, mode)
        if parts.endswith("/blobs/uploads/") and self.command == "POST":
            base = read("elsewhere") if mode == "elsewhere" else ""
            return self.answer(202, b"", {"Location": f"{base}{path}session-1?state=a%20b"})
        if "/blobs/uploads/" in parts and self.command == "PUT":
            return self.upload(query["digest"][0], body, mode)
        if "/blobs/" in parts and self.command in ("GET", "HEAD"):
            file = os.path.join(folder, "blobs", parts.rsplit("/", 1)[1])
            if not os.path.exists(file):
                return self.refuse(404, "BLOB_UNKNOWN", "blob unknown")
            with open(file, "rb") as data:
                return self.answer(200, data.read())
        return self.refuse(404, "UNSUPPORTED", "no such thing")

    def upload(self, digest, body, mode):
        if digest_of(body) != digest:
            return self.refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        with open(os.path.join(folder, "blobs", digest), "wb") as file:
            file.write(body)
        return self.answer(201, b"", {"Docker-Content-Digest": digest_of(b"x") if mode == "wrong-digest" else digest, "Location": "/x"})

    def manifest(self, repository, tag, body, mode):
        file = os.path.join(folder, "manifests", f"{repository}:{tag}".replace("/", "+"))
        if self.command == "PUT":
            known = [layer["digest"] for layer in json.loads(body)["layers"] + [json.loads(body)["config"]]]
            if not all(os.path.exists(os.path.join(folder, "blobs", digest)) for digest in known):
                return self.refuse(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown")
            if mode != "swallow":
                with open(file, "wb") as out:
                    out.write(body)
            return self.answer(201, b"", {"Docker-Content-Digest": digest_of(body), "Location": "/x"})
        if mode == "endless":
            self.answer(200, b"{", {"Content-Length": str(1 << 40)})
            for _ in range(1 << 14):
                self.wfile.write(b" " * 65536)
            return None
        if not os.path.exists(file):
            return self.refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
        with open(file, "rb") as data:
            return self.answer(200, data.read() + (b" " if mode == "changed" else b""), {"Content-Type": "application/vnd.oci.image.manifest.v1+json"})

    do_GET = do_HEAD = do_POST = do_PUT = handle_all


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
server.daemon_threads = True
server.handle_error = lambda *args: None
if os.path.exists(os.path.join(folder, "tls.pem")):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "tls.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(os.path.join(folder, "port.new"), "w", encoding="utf-8") as file:
    file.write(str(server.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.2)
