"""One world of a simulation: real repositories behind a real git daemon, a state, a configuration, and passes of the real program."""
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import api_server
from clusters import Violation
from sealed import Opener

ROOT = Path(__file__).resolve().parent.parent.parent
WEFT = os.environ.get("WEFT", str(ROOT / "build/dev/app/weft"))
TORTURE = os.environ.get("TORTURE_LIBRARY", str(ROOT / "build/dev/tests/torture/libtorture.so"))
BEGIN = 1800000000
CLUSTERS = ("cluster-1", "cluster-2")
KILLED, ABORTED, CRASHED = 137, 134, 139
PLAIN_GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
             "GIT_AUTHOR_NAME": "Mesh Team", "GIT_AUTHOR_EMAIL": "mesh@example.com",
             "GIT_COMMITTER_NAME": "Mesh Team", "GIT_COMMITTER_EMAIL": "mesh@example.com", "LC_ALL": "C.UTF-8"}
CONFIG = """\
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {{url: {url}/specs.git, ref: main, path: specs}}
output: {{url: {url}/output.git, branch: rendered, author: {{name: weft, email: weft@example.com}}}}
state: {{path: state/state.db, keyFile: state.key}}
delivery: {{mode: sealed-secret}}
pki: {{keyType: ec-p256}}
evidence: {{leafTTL: 1h, syncAllowance: 10m}}
management: {{kubeconfig: management.kubeconfig, allowInsecure: true}}
clusters:
- {{name: cluster-1, sealingCertificate: cluster-1.pem}}
- {{name: cluster-2, sealingCertificate: cluster-2.pem}}
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: c
contexts: [{{name: c, context: {{cluster: c, user: u, namespace: gloo-mesh}}}}]
clusters: [{{name: c, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: u, user: {{token: t}}}}]
"""
# Run by the server for each push: what the file "mode" says happens once.  Git forbids to move refs
# there; a second writer is another process in truth.
PRE_RECEIVE = """\
#!/bin/sh
mode=$(cat mode 2>/dev/null); rm -f mode
foreign() {
    unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    blob=$(echo "$1" | git hash-object -w --stdin)
    export GIT_INDEX_FILE=foreign.index
    git read-tree rendered 2>/dev/null || git read-tree --empty
    git update-index --add --cacheinfo "100644,$blob,foreign/$1.txt"
    tree=$(git write-tree); rm -f foreign.index
    git update-ref refs/heads/rendered "$(git commit-tree ${2:+-p "$2"} -m "another writer" "$tree")"
}
case $mode in
refused) echo "the hook says no" >&2; exit 1 ;;
raced) foreign "race$$" "$(git rev-parse -q --verify rendered)" ;;
esac
"""
# The push is done, and the answer never comes.
POST_RECEIVE = """\
#!/bin/sh
if [ -e lost ]; then rm -f lost; kill -9 $PPID; fi
"""


def fault_points():
    """Every point that the sources name, but those that need clusters or another command."""
    found = set()
    for folder in ("base", "api", "sync", "translate", "state", "pki", "app"):
        for file in (ROOT / folder).rglob("*.c"):
            found |= set(re.findall(r'FAULT\("([a-z._-]+)"\)', file.read_text()))
    return sorted(point for point in found if not point.startswith(("pass.direct", "inbox.add")))


class Certificates:
    """Keys of sealed-secrets controllers: slow to make, so all worlds of a worker share them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name in CLUSTERS:
            subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=sealed-secrets", "-days", "7300",
                            "-keyout", str(self.folder / (name + ".key")), "-out", str(self.folder / (name + ".pem"))],
                           check=True, capture_output=True)
        self.openers = {name: Opener(self.folder / (name + ".key")) for name in CLUSTERS}


def end_with_parent(parent):
    """What a child runs before its program, so that it ends with its parent however that ends: prctl(PR_SET_PDEATHSIG)."""
    prctl = ctypes.CDLL(None).prctl # found before the fork

    def enter():
        prctl(1, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent: # it ended before
            os._exit(1)
    return enter


class Daemon:
    """git daemon over one folder."""

    def __init__(self, folder):
        program = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip() + "/git-daemon"
        for attempt in range(30):
            self.port = 20000 + (os.getpid() * 31 + attempt * 7) % 12000
            # pylint: disable=consider-using-with # it lives as long as this object
            self.process = subprocess.Popen([program, "--reuseaddr", "--listen=127.0.0.1", f"--port={self.port}", f"--base-path={folder}",
                                             "--export-all", "--enable=receive-pack", "--init-timeout=30", "--timeout=60", str(folder)],
                                            preexec_fn=end_with_parent(os.getpid()),
                                            env={**os.environ, **PLAIN_GIT}, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self.answers():
                return
        raise RuntimeError("git daemon does not start")

    def answers(self):
        for _ in range(200):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                time.sleep(0.1)
                return self.process.poll() is None
            except OSError:
                time.sleep(0.02)
        return False

    def close(self):
        self.process.terminate()
        self.process.wait()


class World:
    def __init__(self, folder, served, name, certificates, daemon):
        self.folder, self.server = Path(folder), api_server.Server()
        self.output, self.specs_git = Path(served) / name / "output.git", Path(served) / name / "specs.git"
        self.now = self.server.now = BEGIN
        self.ran, self.last_count, self.points, self.log = 0, {}, fault_points(), []
        self.extra, self.crashes = [], 0
        self.make(f"git://127.0.0.1:{daemon.port}/{name}", certificates)

    def make(self, url, certificates):
        for path, branch in ((self.specs_git, "main"), (self.output, "rendered")):
            self.git("init", "-q", "--bare", "-b", branch, str(path))
            self.git("-C", str(path), "config", "core.fsync", "none")
            self.git("-C", str(path), "config", "gc.auto", "0")
            self.git("-C", str(path), "config", "receive.autogc", "false")
        for hook, text in (("pre-receive", PRE_RECEIVE), ("post-receive", POST_RECEIVE)):
            (self.output / "hooks").mkdir(exist_ok=True)
            (self.output / "hooks" / hook).write_text(text)
            (self.output / "hooks" / hook).chmod(0o755)
        for name in CLUSTERS:
            shutil.copy(certificates.folder / (name + ".pem"), self.folder)
        (self.folder / "weft.yaml").write_text(CONFIG.format(url=url))
        (self.folder / "management.kubeconfig").write_text(KUBECONFIG.format(port=self.server.port))
        (self.folder / "management.kubeconfig").chmod(0o600)
        (self.folder / "tmp").mkdir()
        subprocess.run([WEFT, "keygen", "--quiet", "state.key"], cwd=self.folder, check=True)
        self.git("init", "-q", "-b", "main", str(self.folder / "specs"))
        shutil.copytree(ROOT / "examples/specs", self.folder / "specs/specs")
        self.days, self.node_port = 1825, 32001
        self.edit("specs/virtualmesh.yaml", "    shared:\n", "    rotationVerificationMethod: {none: {}}\n    shared:\n")
        self.push("the book shop")
        for kind in ("virtualmeshes", "accesspolicies"):
            group = "networking.mesh.gloo.solo.io/v1"
            self.server.store(f"/apis/{group}/namespaces/gloo-mesh/{kind}/bookinfo",
                              {"apiVersion": group, "kind": "VirtualMesh", "metadata": {"name": "bookinfo", "namespace": "gloo-mesh"}})

    def close(self):
        self.server.close()

    # --- what people do ---

    def git(self, *words, check=True):
        return subprocess.run(["git", *words], cwd=self.folder, env={**os.environ, **PLAIN_GIT}, check=check, capture_output=True,
                              text=True).stdout.strip()

    def edit(self, name, old, new):
        path = self.folder / "specs" / name
        text = path.read_text()
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1))

    def push(self, message):
        for words in (("add", "-A"), ("commit", "-q", "--allow-empty", "-m", message), ("push", "-q", str(self.specs_git), "HEAD:main")):
            self.git("-C", "specs", *words)

    def ask_for_root(self):
        self.edit("specs/virtualmesh.yaml", f"ttlDays: {self.days}", f"ttlDays: {self.days - 1}")
        self.days -= 1
        self.push("another root")

    def move_port(self):
        self.edit("specs/cluster-1/gateway.yaml", f"nodePort: {self.node_port}", f"nodePort: {self.node_port + 1}")
        self.node_port += 1
        self.push("another node port")

    def revert(self):
        """A person takes the last commit of the output branch back."""
        if int(self.git("-C", str(self.output), "rev-list", "--count", "rendered", check=False) or 0) > 1:
            shutil.rmtree(self.folder / "reverting", ignore_errors=True)
            self.git("clone", "-q", "-b", "rendered", str(self.output), "reverting")
            self.git("-C", "reverting", "revert", "--no-edit", "HEAD", check=False)
            self.git("-C", "reverting", "push", "-q", "origin", "HEAD:rendered", check=False)
            self.extra = ["--overwrite-drift"] # what a person who wants weft's files again adds

    # --- passes ---

    def weft(self, *words, env=None, local=None):
        began = time.monotonic()
        told = subprocess.run([WEFT, *words, "-c", "weft.yaml"], cwd=self.folder, capture_output=True, check=False, timeout=600,
                              env={**os.environ, **PLAIN_GIT, "TMPDIR": str(self.folder / "tmp"), "POD_NAMESPACE": "gloo-mesh",
                                   "LD_PRELOAD": TORTURE, "TORTURE_CLOCK": str(local or self.now), **(env or {})})
        status = told.returncode if told.returncode >= 0 else 128 - told.returncode
        said = told.stdout + told.stderr
        self.log.append(f"{' '.join(words)} {env or ''} at {(local or self.now) - BEGIN} (true {self.now - BEGIN}): {status}, "
                        f"{time.monotonic() - began:.1f} s{', ' + self.server.fault if self.server.fault != 'ok' else ''}")
        return status, said

    def run(self, env=None, local=None):
        self.ran += 1
        self.server.now = self.now
        status, said = self.weft("run", "--log-format", "lines", *self.extra, env=env, local=local)
        # Libraries may fall when they get no memory while they begin; weft's own code must not.
        starved = "memory" in (env or {}).get("TORTURE", "")
        if starved and b"Assertion" not in said and (status in (ABORTED, CRASHED) or (status == 1 and not said)):
            self.crashes += 1
            return KILLED, said
        if status == 2 and env and b"read the configuration" in said: # the fault met the file of the configuration itself
            return 1, said
        if status not in (0, 1, 3, KILLED):
            raise Violation(f"exit status {status}: {said.decode(errors='replace')}")
        return status, said

    def tip(self):
        try:
            return (self.output / "refs/heads/rendered").read_text().strip()
        except FileNotFoundError:
            return self.git("-C", str(self.output), "rev-parse", "-q", "--verify", "refs/heads/rendered", check=False)
