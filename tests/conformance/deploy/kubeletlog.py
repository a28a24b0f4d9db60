#!/usr/bin/env python3
"""Answers "kubectl logs" as the kubelet would, of the pod that kubelet.py executed last: kubeletlog.py FOLDER CERT KEY

Prints its port.  Ends with its standard input.
"""
import http.server
import os
import ssl
import sys
import threading

FOLDER, CERT, KEY = sys.argv[1:4]


class Kubelet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith("/containerLogs/"):
            self.send_error(404)
            return
        with open(os.path.join(FOLDER, "log"), "rb") as log:
            text = log.read()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERT, KEY)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Kubelet)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready")
print("port", server.server_port, flush=True)
sys.stdin.read()
