"""Clusters that load what the output branch holds, late, and whose old leaves live on: do all that may be alive accept each other?
It knows nothing of weft's state or rules; libcrypto's own program verifies the chains."""
import base64
import hashlib
import re
import subprocess
from pathlib import Path

PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n(.*?)-----END CERTIFICATE-----\n?", re.S)
LEAF, ALLOWANCE = 3600, 600


def fingerprints(pem):
    return [hashlib.sha256(base64.b64decode(body)).hexdigest() for body in PEM.findall(pem)]


def openssl(*words, **options):
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=False, **options)


class Violation(Exception):
    """What must never be."""


class Material:
    """What one istiod works with: its CA certificate, the chain above it, the roots that it trusts."""

    def __init__(self, files, folder):
        self.files = files
        self.roots = fingerprints(files["root-cert.pem"])
        self.anchor = fingerprints(files["cert-chain.pem"])[-1]
        self.name = hashlib.sha256("\0".join(files[name] for name in sorted(files)).encode()).hexdigest()[:16]
        self.place = Path(folder) / self.name
        self.place.mkdir(exist_ok=True)
        for name in ("ca-cert.pem", "cert-chain.pem", "root-cert.pem"):
            (self.place / name).write_text(files[name])
        told = openssl("x509", "-noout", "-serial", "-startdate", "-enddate", "-in", str(self.place / "ca-cert.pem"),
                       "-dateopt", "iso_8601").stdout
        facts = dict(line.split("=", 1) for line in told.splitlines())
        self.serial, self.begins, self.ends = facts["serial"], facts["notBefore"], facts["notAfter"]

    def private_parts(self):
        """What must be nowhere in the clear: each line of the key, and its scalar as bytes and in hex."""
        lines = self.files["ca-key.pem"].splitlines()[1:-1]
        told = openssl("pkey", "-noout", "-text", input=self.files["ca-key.pem"]).stdout
        scalar = bytes.fromhex(re.sub(r"[^0-9a-f]", "", re.search(r"priv:\n((?:    .*\n)+)", told).group(1)))[-32:]
        return [line.encode() for line in lines if len(line) > 40] + [scalar, scalar.hex().encode()]


class Cluster:
    def __init__(self, name):
        self.name, self.holds, self.old, self.coming, self.arrives = name, None, [], None, 0

    def sees(self, material, now, lag):
        """The branch holds this for it now."""
        last = self.coming or self.holds
        if last is None or last.name != material.name:
            self.coming, self.arrives = material, now + lag

    def load(self):
        if self.holds and self.holds.name != self.coming.name:
            self.old.append((self.holds, self.arrives + LEAF))
        self.holds, self.coming = self.coming, None

    def alive(self, now):
        self.old = [(material, until) for material, until in self.old if until > now]
        return ([self.holds] if self.holds else []) + [material for material, _ in self.old]


class Fleet:
    def __init__(self, names):
        self.clusters, self.verified, self.checks = {name: Cluster(name) for name in names}, {}, 0

    def until(self, now):
        """Lets time go by: everything that arrives before then is loaded, in its order."""
        while True:
            due = [c for c in self.clusters.values() if c.coming and c.arrives <= now]
            if not due:
                break
            cluster = min(due, key=lambda c: c.arrives)
            cluster.load()
            self.check(cluster.arrives)
        self.check(now)

    def check(self, now):
        alive = {name: cluster.alive(now) for name, cluster in self.clusters.items()}
        for name, cluster in self.clusters.items():
            if cluster.holds:
                iso = stamp(now)
                if not cluster.holds.begins <= iso or not cluster.holds.ends > stamp(now + LEAF):
                    raise Violation(f"{name} works with a CA of {cluster.holds.begins} to {cluster.holds.ends} at {iso}")
        for client, mine in alive.items():
            for server, theirs in alive.items():
                for a in mine:
                    for b in theirs:
                        self.accepts(a, b, now, f"{client} and {server}")

    def accepts(self, a, b, now, names):
        self.checks += 1
        if b.anchor not in a.roots:
            raise Violation(f"trust between {names} is broken at {stamp(now)}: {b.anchor[:12]} is not of {[r[:12] for r in a.roots]}")
        if (a.name, b.name) not in self.verified:
            told = openssl("verify", "-attime", str(now), "-CAfile", str(a.place / "root-cert.pem"), "-untrusted",
                           str(b.place / "cert-chain.pem"), str(b.place / "ca-cert.pem"))
            if told.returncode:
                raise Violation(f"{names}: {told.stdout}{told.stderr}")
            self.verified[a.name, b.name] = True


def stamp(seconds):
    import datetime
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
