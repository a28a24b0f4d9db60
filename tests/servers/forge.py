#!/usr/bin/env python3
"""The parts of a forge's API that weft uses, as GitHub, GitLab and Gitea publish them.

    forge.py KIND FOLDER [GIT]        KIND: github, gitlab, gitea; GIT: the repository of pull requests

Prints its port, serves until its standard input ends, and keeps in FOLDER:
    log             a line for each request: method, path, status
    comments.json   [{"id", "author", "body"}]      may be there before; "pull" where it is not 7
    statuses.json   [{"state", "context", "description", "url"}], the oldest first; "commit" where it is not COMMIT
    pulls.json      [{"number", "head", "base", "title", "body", "state", "draft", "labels", "reviewers"}]
    faults          lines "STATUS[:SECONDS] PATTERN": the next request that contains PATTERN gets that
                    status (with Retry-After), once
    app.pem         public key of a GitHub App 4711 that is installed as 99: its token is then "of-app-N", once for each N
The token is "good"; "app" is one of a pipeline, which has no account.
"""
import base64, http.server, json, os, re, subprocess, sys, tempfile, threading, time, urllib.parse

kind, folder = sys.argv[1:3]
repository = (sys.argv[3:] + [None])[0]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOGINS = {"good": "weft-bot", "app": {"github": "github-actions[bot]", "gitea": "gitea-actions"}.get(kind, "")}


def path_of(name):
    return os.path.join(folder, name)


def load(name):
    return json.load(open(path_of(name))) if os.path.exists(path_of(name)) else []


def save(name, value):
    json.dump(value, open(path_of(name), "w"))


def fault(line):
    lines = open(path_of("faults")).read().splitlines() if os.path.exists(path_of("faults")) else []
    for i, row in enumerate(lines):
        status, pattern = row.split(" ", 1)
        if pattern in line:
            open(path_of("faults"), "w").write("\n".join(lines[:i] + lines[i + 1:]))
            return status
    return None


class Forge(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, status, value, headers={}):
        body = json.dumps(value).encode()
        with open(path_of("log"), "a") as log:
            log.write(f"{self.command} {self.path} {status}\n")
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(text))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, words):
        self.answer(status, {"message": words} if kind != "gitlab" else {"message": {"base": [words]}})

    def handle_one(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        spoiled = fault(f"{self.command} {self.path}")
        if spoiled:
            status, _, seconds = spoiled.partition(":")
            return self.answer(int(status), {"message": "slow down"}, {"Retry-After": seconds} if seconds else {})
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token.count(".") == 2:
            return self.app(token, url.path, body)
        if token not in LOGINS:
            return self.refuse(401, "Bad credentials")
        if not self.headers.get("User-Agent") or (body is not None and self.headers["Content-Type"] != "application/json"):
            return self.refuse(400, "Bad request")
        if kind == "github" and self.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            return self.refuse(400, "no API version")
        if url.path == "/api/user":
            if token == "app":
                return self.refuse(403, "Resource not accessible by integration")
            return self.answer(200, {"username" if kind == "gitlab" else "login": LOGINS[token]})
        base = "/api/projects/platform%2Fmesh" if kind == "gitlab" else "/api/repos/platform/mesh"
        if kind == "gitlab" and url.path == "/api/users":
            return self.answer(200, [{"id": 42, "username": query["username"]}] if query["username"] != "nobody" else [])
        if not url.path.startswith(base + "/"):
            return self.refuse(404, "Not Found")
        return self.route(url.path[len(base):], query, body, token)

    def app(self, token, path, body):
        """What a GitHub App may ask with a statement that its key signed."""
        def part(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        statement, _, signature = token.rpartition(".")
        with tempfile.NamedTemporaryFile() as file:
            file.write(part(signature))
            file.flush()
            good = subprocess.run(["openssl", "dgst", "-sha256", "-verify", path_of("app.pem"), "-signature", file.name], input=statement.encode(),
                                  capture_output=True).returncode == 0
        claims = json.loads(part(statement.split(".")[1]))
        now = time.time()
        if not good or claims["iss"] != "4711" or claims["iat"] > now or claims["exp"] < now or claims["exp"] - claims["iat"] > 600:
            return self.refuse(401, "A JSON web token could not be decoded")
        if (self.command, path) == ("GET", "/api/repos/platform/mesh/installation"):
            return self.answer(200, {"id": 99})
        if (self.command, path) != ("POST", "/api/app/installations/99/access_tokens"):
            return self.refuse(404, "Not Found")
        if body != {"repositories": ["mesh"], "permissions": {"pull_requests": "write", "statuses": "write"}}:
            return self.refuse(422, "The permissions requested are not granted to this installation.")
        name = f"of-app-{len(LOGINS)}"
        LOGINS[name] = "weft[bot]"
        return self.answer(201, {"token": name, "expires_at": "2026-12-01T00:00:00Z"})

    def route(self, path, query, body, token):
        gitlab = kind == "gitlab"
        listed = re.fullmatch(r"/repository/commits/([0-9a-f]{40})/statuses" if gitlab else r"/commits/([0-9a-f]{40})/statuses", path)
        if listed and self.command == "GET":
            key, state = ("name", "status") if gitlab else ("context", "state" if kind == "github" else "status")
            found = [{"id": i + 1, key: s["context"], state: s["state"], "description": s["description"]}
                     for i, s in enumerate(load("statuses.json")) if s.get("commit", COMMIT) == listed[1]]
            return self.answer(200, found if kind == "gitea" else found[::-1])  # what Gitea has of one second comes in any order
        status = re.fullmatch(r"/statuses/([0-9a-f]{40})", path)
        if status and self.command == "POST":
            allowed = ["pending", "running", "success", "failed", "canceled"] if gitlab else ["error", "failure", "pending", "success"]
            if body["state"] not in allowed or len(body["description"]) > 140:
                return self.refuse(422, "Validation Failed")
            save("statuses.json", load("statuses.json") + [
                {"state": body["state"], "context": body["name" if gitlab else "context"],
                 "description": body["description"], "url": body.get("target_url", ""),
                 **({"commit": status[1]} if status[1] != COMMIT else {})}])
            return self.answer(201, {"id": 1})
        if self.pulls(path, query, body):
            return None
        comments = load("comments.json")
        listing = re.fullmatch(r"/merge_requests/(\d+)/notes" if gitlab else r"/issues/(\d+)/comments", path)
        number = int(listing[1]) if listing else 7
        if listing and self.command == "GET":
            comments = [c for c in comments if c.get("pull", 7) == number]
            if kind != "gitea":
                size, page = int(query["per_page"]), int(query["page"])
                comments = comments[size * (page - 1):size * page]
            return self.answer(200, [self.comment(c) for c in comments])
        if (listing and self.command == "POST") or self.command in ("PATCH", "PUT"):
            if len(body["body"]) > (1000000 if gitlab else 65536):
                return self.refuse(422, "Body is too long")
        if listing and self.command == "POST":
            comments.append({"id": 1000 + len(comments), "author": LOGINS[token], "body": body["body"],
                             **({"pull": number} if number != 7 else {})})
            save("comments.json", comments)
            return self.answer(201, self.comment(comments[-1]))
        one = re.fullmatch(r"/merge_requests/\d+/notes/(\d+)" if gitlab else r"/issues/comments/(\d+)", path)
        if one and self.command == ("PUT" if gitlab else "PATCH"):
            for comment in comments:
                if comment["id"] == int(one[1]):
                    comment["body"] = body["body"]
                    save("comments.json", comments)
                    return self.answer(200, self.comment(comment))
        return self.refuse(404, "Not Found")

    # --- pull requests ---

    def git(self, *arguments):
        done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else None

    def pull(self, pull):
        if kind == "gitlab":
            return {"iid": pull["number"], "source_branch": pull["head"], "target_branch": pull["base"], "title": pull["title"],
                    "description": pull["body"], "source_project_id": pull.get("from", 1), "target_project_id": 1,
                    "web_url": f"https://git.example.com/platform/mesh/-/merge_requests/{pull['number']}"}
        return {"number": pull["number"], "head": {"ref": pull["head"], "repo": {"full_name": pull.get("from", "platform/mesh")}},
                "base": {"ref": pull["base"]}, "title": pull["title"], "body": pull["body"],
                "html_url": f"https://git.example.com/platform/mesh/pulls/{pull['number']}"}

    def open_pull(self, pulls, body):
        head, base, text = (body[k] for k in (("source_branch", "target_branch", "description") if kind == "gitlab" else ("head", "base", "body")))
        if any(p["state"] == "open" and (p["head"], p["base"]) == (head, base) and "from" not in p for p in pulls):
            return self.refuse(422 if kind == "github" else 409, "A pull request already exists")
        if not self.git("rev-parse", f"refs/heads/{base}") or not self.git("rev-list", "-1", f"{base}..{head}"):
            return self.refuse(422, f"No commits between {base} and {head}")
        if len(text) > 65536 or len(body["title"]) > 255:
            return self.refuse(422, "body is too long")
        pulls.append({"number": len(pulls) + 1, "head": head, "base": base, "title": body["title"], "body": text, "state": "open",
                      "draft": body.get("draft", False), "labels": [], "reviewers": []})
        save("pulls.json", pulls)
        return self.answer(201, self.pull(pulls[-1]))

    def pulls(self, path, query, body):
        """Whether the request was about pull requests; then it is answered."""
        name = "merge_requests" if kind == "gitlab" else "pulls"
        pulls = load("pulls.json")
        if path == f"/{name}":
            if self.command == "POST":
                self.open_pull(pulls, body)
            else:
                size, page = int(query.get("per_page") or query["limit"]), int(query["page"])
                found = [p for p in pulls if p["state"] == "open"]
                assert query["state"] == ("opened" if kind == "gitlab" else "open")
                self.answer(200, [self.pull(p) for p in found[size * (page - 1):size * page]])
            return True
        one = re.fullmatch(rf"/(?:{name}|issues)/(\d+)(|/labels|/requested_reviewers)", path)
        if not one or self.command not in ("POST", "PATCH", "PUT") or int(one[1]) > len(pulls):
            return False
        pull = pulls[int(one[1]) - 1]
        if one[2] and kind != "gitlab" and self.command == "POST":
            key = one[2].removeprefix("/requested_").removeprefix("/")
            pull[key] += body[key]
        elif self.command == ("PUT" if kind == "gitlab" else "PATCH"):
            pull["title"] = body.get("title", pull["title"])
            pull["body"] = body.get("description" if kind == "gitlab" else "body", pull["body"])
            pull["labels"] += body.get("add_labels", "").split(",") if "add_labels" in body else []
            pull["reviewers"] += body.get("reviewer_ids", [])
            if body.get("state") == "closed" or body.get("state_event") == "close":
                pull["state"] = "closed"
        else:
            return False
        save("pulls.json", pulls)
        self.answer(200, self.pull(pull))
        return True

    def comment(self, comment):
        who = {"username": comment["author"]} if kind == "gitlab" else {"login": comment["author"]}
        return {"id": comment["id"], "author" if kind == "gitlab" else "user": who, "body": comment["body"]}

    do_GET = do_POST = do_PATCH = do_PUT = handle_one


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forge)
print(server.server_address[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
