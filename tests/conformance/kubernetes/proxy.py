#!/usr/bin/env python3
"""A proxy in front of an API server that spoils what it is told to: proxy.py FOLDER PORT

FOLDER is that of `server up`: its CA and its server certificate serve the proxy, too, so a kubeconfig needs only
another port.  PORT is the API server's.  Prints its own port and serves until its standard input ends.

FOLDER/rules.json is a list of rules, read anew when it changes; the first that fits a request and is not used up acts:
  method, path    regular expressions (path with its query)
  times           how often it acts; 0 = always; default 1
  fault           reset     the connection breaks; with "after" once the server has done the work
                  answer    answers itself: code, reason, message (a Status), or body and type; headers
                  slow      the answer comes in pieces, over `seconds`
                  cut       the connection ends in the middle of the body
                  page      another limit= goes to the server
                  run       runs the shell command first, then forwards
FOLDER/proxy.log has a line for each request: METHOD PATH FAULT STATUS.
"""
import http.client
import http.server
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

FOLDER, PORT = sys.argv[1], int(sys.argv[2])


class Rules:
    """The rules of the file, with how often each has acted."""

    def __init__(self, path):
        self.path, self.lock, self.stamp, self.rules = path, threading.Lock(), None, []

    def find(self, method, path):
        with self.lock:
            stamp = os.stat(self.path).st_mtime_ns if os.path.exists(self.path) else None
            if stamp != self.stamp:
                self.stamp = stamp
                with open(self.path, encoding="utf-8") as file:
                    self.rules = [dict(rule, left=rule.get("times", 1) or -1) for rule in json.load(file)]
            for rule in self.rules:
                if rule["left"] and re.fullmatch(rule.get("method", ".*"), method) and re.search(rule["path"], path):
                    rule["left"] -= 1
                    return rule
        return {"fault": "-"}


RULES = Rules(os.path.join(FOLDER, "rules.json"))
LOG = open(os.path.join(FOLDER, "proxy.log"), "a", encoding="utf-8", buffering=1)
TRUST = ssl.create_default_context(cafile=os.path.join(FOLDER, "ca.crt"))
NOT_FORWARDED = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream = None

    def ask(self, method, path, body):
        """The server's answer; its connection is kept, and made anew when it has gone."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        for last in (False, True):
            if not self.upstream:
                self.upstream = http.client.HTTPSConnection("127.0.0.1", PORT, context=TRUST, timeout=60)
            try:
                self.upstream.request(method, path, body, headers)
                return self.upstream.getresponse()
            except (http.client.HTTPException, OSError):
                self.upstream = None
                if last:
                    raise
        return None

    def reset(self):
        """Breaks the connection so that the client sees a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def tell(self, code, headers, body, rule):
        self.send_response_only(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if rule["fault"] == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.reset()
        elif rule["fault"] == "slow":
            size = len(body) // 10 + 1
            for start in range(0, len(body), size):
                time.sleep(rule["seconds"] / 10)
                self.wfile.write(body[start : start + size])
                self.wfile.flush()
        else:
            self.wfile.write(body)

    def answer(self, rule):
        if "body" in rule:
            body, kind = rule["body"], rule.get("type", "text/html")
        else:
            status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
            body, kind = json.dumps(status | {name: rule[name] for name in ("code", "reason", "message") if name in rule}), "application/json"
        headers = [("Content-Type", kind)] + list(rule.get("headers", {}).items())
        self.tell(rule["code"], headers, body.encode(), rule)
        return rule["code"]

    def forward(self, rule, body):
        path = self.path
        if rule["fault"] == "page":
            path = re.sub(r"limit=\d+", "limit=%d" % rule["limit"], path)
        if rule["fault"] == "run":
            subprocess.run(rule["command"], shell=True, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        response = self.ask(self.command, path, body)
        content = response.read()
        if rule["fault"] == "reset":
            self.reset()
        else:
            self.tell(response.status, [(n, v) for n, v in response.getheaders() if n.lower() not in NOT_FORWARDED], content, rule)
        return response.status

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        rule = RULES.find(self.command, self.path)
        status = 0
        try:
            if rule["fault"] == "reset" and not rule.get("after"):
                self.reset()
            elif rule["fault"] == "answer":
                status = self.answer(rule)
            else:
                status = self.forward(rule, body)
        finally:
            LOG.write("%s %s %s %d\n" % (self.command, self.path, rule["fault"], status))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(FOLDER, "server.crt"), os.path.join(FOLDER, "server.key"))

    def finish_request(self, request, client_address):
        """The hello in the connection's own thread: a client that is silent stops nobody else."""
        try:
            request = self.tls.wrap_socket(request, server_side=True)
            Handler(request, client_address, self)
        except OSError:
            pass  # the client went away, or was sent away

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except OSError:
            pass


def main():
    server = Server()
    print("port %d\nready" % server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
