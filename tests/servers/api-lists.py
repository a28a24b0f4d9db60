#!/usr/bin/env python3
# tests/servers/api-lists.py - API servers of clusters that only list: each answers from the JSON files in the folder of its cluster, which
# a test may change between passes.
#
#     api-lists.py FOLDER KUBECONFIGS CLUSTER...
#
# FOLDER/CLUSTER/RESOURCE.json is a list as "kubectl get --raw" prints it, a Status, or {"kind": "Absent"}; without a file the list is empty.  While there is
# FOLDER/CLUSTER/down, connections are reset.  Requests go to FOLDER/CLUSTER/requests, a line each.  A PATCH changes the annotations of a
# pod template, which is rolled out at once; of a Secret it is a server-side apply with its managers of keys, and secrets.json has the result:
# while there is FOLDER/CLUSTER/hold it waits, and makes FOLDER/CLUSTER/held.
# A PATCH of a ConfigMap stores it in maps.json, by NAMESPACE/NAME, from which single ones are read.  A POST for a token of a service account
# is signed with the server's own key (ES256, at the time in FOLDER/CLUSTER/now when there is such a file).
# KUBECONFIGS gets a kubeconfig CLUSTER.yaml and the keys of tokens CLUSTER.jwks for each server, and the certificate that they share.
import base64
import functools
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

LISTS = ("namespaces mutatingwebhookconfigurations services deployments daemonsets statefulsets configmaps endpointslices nodes gateways "
         "serviceexports pods").split()
CHANGES = threading.Lock()


def selected(item, selector):
    """By one label: "key" or "key=value"."""
    key, _, value = selector.partition("=")
    labels = item["metadata"].get("labels", {})
    return key in labels and (not value or labels[key] == value)


@functools.lru_cache(maxsize=64)
def parsed(path, _changed):
    with open(path) as file:
        return json.load(file)


def load(path, changed):
    return dict(parsed(path, changed))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def folder(self):
        return self.server.folder

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def fail(self, code, reason, **more):
        self.answer(code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code, "message": reason, **more})

    def secrets(self):
        path = os.path.join(self.folder(), "secrets.json")
        if not os.path.exists(path):
            return {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}
        with open(path) as file:
            return json.load(file)

    def secret(self, namespace, name):
        found = [item for item in self.secrets()["items"] if item["metadata"]["name"] == name and item["metadata"]["namespace"] == namespace]
        return found[0] if found else None

    def apply_secret(self, namespace, name, wanted, query):
        """Server-side apply: a key of data that another manager owns is a conflict, or with force its owner loses it."""
        body, manager = self.secrets(), query["fieldManager"][0]
        live = self.secret(namespace, name) or {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}}
        entries, keys = live["metadata"].get("managedFields", []), ["f:" + key for key in wanted["data"]]
        version = wanted["metadata"].pop("resourceVersion", None)
        if version and version != live["metadata"].get("resourceVersion"):
            self.fail(409, "Conflict")
            return
        for entry in entries:
            taken = [key for key in keys if key in entry["fieldsV1"]["f:data"]] if entry["manager"] != manager else []
            if taken and query.get("force") != ["true"]:
                self.fail(409, "Conflict", details={"causes": [{"reason": "FieldManagerConflict", "message": f'conflict with "{entry["manager"]}" using v1'}]})
                return
            for key in taken:
                del entry["fieldsV1"]["f:data"][key]
        others = [entry for entry in entries if entry["manager"] != manager and entry["fieldsV1"]["f:data"]]
        live["metadata"].update(wanted["metadata"])
        live["metadata"]["resourceVersion"] = str(int(live["metadata"].get("resourceVersion", "0")) + 1)
        live["metadata"]["managedFields"] = others + [{"manager": manager, "operation": "Apply", "fieldsV1": {"f:data": {key: {} for key in keys}}}]
        live.update(type=wanted["type"], data=wanted["data"])
        rest = [item for item in body["items"] if item["metadata"]["name"] != name or item["metadata"]["namespace"] != namespace]
        with open(os.path.join(self.folder(), "secrets.json"), "w") as file:
            json.dump({**body, "items": rest + [live]}, file)
        self.answer(200, live)

    def maps(self):
        path = os.path.join(self.folder(), "maps.json")
        if not os.path.exists(path):
            return {}
        with open(path) as file:
            return json.load(file)

    def apply_map(self, namespace, name, wanted):
        with open(os.path.join(self.folder(), "maps.tmp"), "w") as file:
            json.dump({**self.maps(), f"{namespace}/{name}": wanted}, file)
        os.rename(os.path.join(self.folder(), "maps.tmp"), os.path.join(self.folder(), "maps.json"))
        self.answer(200, wanted)

    def do_POST(self):
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(os.path.join(self.folder(), "requests"), "a") as log:
            log.write("POST " + self.path + "\n")
        *_, namespace, resource, account, verb = urllib.parse.urlsplit(self.path).path.split("/")
        if resource != "serviceaccounts" or verb != "token":
            self.fail(404, "NotFound")
            return
        now, clock = int(time.time()), os.path.join(self.folder(), "now")
        if os.path.exists(clock):
            with open(clock) as file:
                now = int(file.read())
        claims = {"aud": wanted["spec"]["audiences"], "exp": now + wanted["spec"]["expirationSeconds"], "iat": now, "nbf": now,
                  "iss": "https://kubernetes.default.svc.cluster.local", "sub": f"system:serviceaccount:{namespace}:{account}"}
        self.answer(201, {**wanted, "status": {"token": signed(self.server.token_key, claims)}})

    def do_PATCH(self):
        patch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(os.path.join(self.folder(), "requests"), "a") as log:
            log.write("PATCH " + self.path + "\n")
        *_, namespace, resource, name = urllib.parse.urlsplit(self.path).path.split("/")
        path = os.path.join(self.folder(), resource + ".json")
        with CHANGES:
            while resource == "secrets" and os.path.exists(os.path.join(self.folder(), "hold")):
                open(os.path.join(self.folder(), "held"), "w").close()
                time.sleep(0.05)
                if not os.path.exists(os.path.join(self.folder(), "hold")):
                    self.close_connection = True
                    return
            if resource == "configmaps":
                self.apply_map(namespace, name, patch)
            elif resource == "secrets":
                self.apply_secret(namespace, name, patch, urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query))
            else:
                self.patch(path, namespace, name, patch)

    def patch(self, path, namespace, name, patch):
        with open(path) as file:
            body = json.load(file)
        found = [item for item in body["items"] if item["metadata"]["name"] == name and item["metadata"]["namespace"] == namespace]
        if not found:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": name})
            return
        found[0]["spec"]["template"].setdefault("metadata", {}).setdefault("annotations", {}).update(
            patch["spec"]["template"]["metadata"]["annotations"])
        with open(path, "w") as file:
            json.dump(body, file)
        self.answer(200, found[0])

    def do_GET(self):
        if os.path.exists(os.path.join(self.folder(), "down")):
            self.close_connection = True
            self.connection.close()
            return
        with open(os.path.join(self.folder(), "requests"), "a") as log:
            log.write(self.path + "\n")
        url = urllib.parse.urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        resource = parts[-1]
        if len(parts) > 1 and parts[-2] == "secrets":
            with CHANGES:
                secret = self.secret(parts[-3], resource)
            if secret:
                self.answer(200, secret)
            else:
                self.fail(404, "NotFound")
            return
        if len(parts) > 1 and parts[-2] == "configmaps" and f"{parts[-3]}/{resource}" in self.maps():
            self.answer(200, self.maps()[f"{parts[-3]}/{resource}"])
            return
        if resource not in LISTS:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                              "message": "not served here"})
            return
        self.list(resource, parts, urllib.parse.parse_qs(url.query))

    def list(self, resource, parts, query):
        path = os.path.join(self.folder(), resource + ".json")
        body = {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}
        if os.path.exists(path):
            body = load(path, os.stat(path).st_mtime_ns)
        if body["kind"] == "Absent":  # an API that this server does not have
            self.send_response(404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", "19")
            self.end_headers()
            self.wfile.write(b"404 page not found\n")
            return
        if body["kind"] == "Status":
            self.answer(body["code"], body)
            return
        namespace = parts[parts.index("namespaces") + 1] if "namespaces" in parts[:-1] else None
        fields = query.get("fieldSelector", [""])[0].split(",")
        names = [field.split("=", 1)[1] for field in fields if field.startswith("metadata.name=")]
        items = [item for item in body["items"] or []
                 if (not namespace or item["metadata"].get("namespace") == namespace)
                 and (not names or item["metadata"]["name"] in names)]
        if resource in ("pods", "deployments") and "labelSelector" in query:
            items = [item for item in items if selected(item, query["labelSelector"][0])]
        if resource == "pods":
            body["kind"] = "PodList"
        limit, start = int(query.get("limit", ["0"])[0]), int(query.get("continue", ["0"])[0])
        if limit and start + limit < len(items):
            body["metadata"] = {**body["metadata"], "continue": str(start + limit)}
        self.answer(200, {**body, "items": items[start:start + limit] if limit else items})


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *arguments], input=given, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def raw(der):
    """r and s of an ECDSA signature, 32 bytes each (RFC 7518, 3.4)."""
    length = der[3]
    r, s = der[4:4 + length], der[6 + length:]
    return r.lstrip(b"\0").rjust(32, b"\0") + s.lstrip(b"\0").rjust(32, b"\0")


def signed(key, claims):
    header = url64(json.dumps({"alg": "ES256", "kid": "one"}).encode())
    text = f"{header}.{url64(json.dumps(claims).encode())}"
    return f"{text}.{url64(raw(openssl('dgst', '-sha256', '-sign', key, given=text.encode())))}"


def make_token_key(key, keys):
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    point = openssl("ec", "-in", key, "-pubout", "-outform", "DER")[-64:]
    with open(keys, "w") as file:
        json.dump({"keys": [{"use": "sig", "kty": "EC", "kid": "one", "crv": "P-256", "x": url64(point[:32]), "y": url64(point[32:])}]}, file)


def main():
    folder, kubeconfigs, clusters = sys.argv[1], sys.argv[2], sys.argv[3:]
    os.makedirs(kubeconfigs, exist_ok=True)
    certificate, key = os.path.join(kubeconfigs, "ca.pem"), os.path.join(kubeconfigs, "ca.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    for cluster in clusters:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.folder = os.path.join(folder, cluster)
        server.token_key = os.path.join(kubeconfigs, cluster + ".token.key")
        make_token_key(server.token_key, os.path.join(kubeconfigs, cluster + ".jwks"))
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = os.path.join(kubeconfigs, cluster + ".yaml")
        with open(config, "w") as file:
            file.write(f"""apiVersion: v1
kind: Config
current-context: c
clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:{server.server_port}", certificate-authority: ca.pem}}}}]
users: [{{name: u, user: {{token: t}}}}]
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
""")
        os.chmod(config, 0o600)
    print("ready", flush=True)
    sys.stdin.read()  # until the test ends


main()
