"""A management cluster's API server on the loopback: objects by path, the true time as Date, and answers that go wrong on demand."""
import email.utils
import http.server
import json
import re
import socket
import struct
import threading

# What it does to the requests of a pass; "ok" is none of these.  weft repeats a request after those that are not quick.
QUICK_FAULTS = ("403", "html", "empty", "wrong kind", "items of a wrong kind", "endless list", "no date")
FAULTS = QUICK_FAULTS + ("500", "503", "429", "reset", "cut")
ITEM = re.compile(r"^(/api/v1|/apis/[^/]+/[^/]+)(/namespaces/[^/]+)?/([^/]+)(?:/([^/]+))?(/status)?$")


class Server:
    def __init__(self):
        self.now, self.fault, self.objects, self.version, self.bodies = 0, "ok", {}, 0, []
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None # clients that are killed or cut off
        self.port = self.http.server_address[1]
        self.lock = threading.Lock()
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def handler(server):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return email.utils.formatdate(server.now, usegmt=True)

            def do(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with server.lock:
                    server.answer(self, body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do

        return Handler

    def send(self, request, status, value, kind="application/json", extra=()):
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        request.send_response_only(status)
        if self.fault != "no date":
            request.send_header("Date", request.date_time_string())
        for name, content in (("Content-Type", kind), ("Content-Length", str(len(text))), *extra):
            request.send_header(name, content)
        request.end_headers()
        request.wfile.write(text[:len(text) // 2] if self.fault == "cut" else text)
        if self.fault == "cut":
            request.close_connection = True

    def answer(self, request, body):
        self.bodies.append(body)
        fault = self.fault
        if fault in ("500", "503", "429", "403"):
            self.send(request, int(fault), status(int(fault)), extra=[("Retry-After", "1")] if fault == "429" else ())
        elif fault == "reset":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close_connection = True
            request.connection.close()
        elif fault == "html":
            self.send(request, 200, b"<html>sign in</html>", "text/html")
        elif fault == "empty":
            self.send(request, 200, b"")
        elif fault == "wrong kind":
            self.send(request, 200, {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "other"}})
        elif fault == "items of a wrong kind":
            self.send(request, 200, {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [1, "a", None, {}]})
        elif fault == "endless list":
            self.send(request, 200, {"kind": "List", "apiVersion": "v1", "metadata": {"continue": "same"}, "items": []})
        else:
            self.serve(request, body)

    def serve(self, request, body):
        path = request.path.split("?")[0]
        match = ITEM.match(path)
        method = request.command
        if not match:
            return self.send(request, 404, status(404))
        base, namespace, plural, name, _ = match.groups()
        key = "".join((base, namespace or "", "/", plural, "/", name or ""))
        sent = json.loads(body) if body else {}
        if method == "POST":
            sent.setdefault("metadata", {}).setdefault("name", sent["metadata"].get("generateName", "x") + str(self.version))
            key += sent["metadata"]["name"]
            if key in self.objects:
                return self.send(request, 409, status(409, "AlreadyExists"))
            return self.send(request, 201, self.store(key, sent))
        if method == "GET" and not name:
            found = [value for at, value in self.objects.items() if at.startswith(key)]
            return self.send(request, 200, {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": str(self.version)}, "items": found})
        there = self.objects.get(key)
        if there is None and method != "PATCH":
            return self.send(request, 404, status(404))
        if method == "GET":
            return self.send(request, 200, there)
        if method == "DELETE":
            return self.send(request, 200, self.objects.pop(key))
        if method == "PUT":
            if sent["metadata"].get("resourceVersion") not in (None, there["metadata"]["resourceVersion"]):
                return self.send(request, 409, status(409, "Conflict"))
            return self.send(request, 200, self.store(key, sent))
        if there is None:
            return self.send(request, 404, status(404))
        return self.send(request, 200, self.store(key, merged(there, sent)))

    def store(self, key, value):
        self.version += 1
        value["metadata"]["resourceVersion"] = str(self.version)
        value["metadata"].setdefault("uid", f"uid-{self.version}")
        self.objects[key] = value
        return value


def status(code, reason="Failure"):
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": "as the simulation wants it"}


def merged(old, new):
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
