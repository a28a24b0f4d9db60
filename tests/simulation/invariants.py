"""What must hold after each pass, read by programs that are not weft: git, SQLite, OpenSSL."""
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from clusters import Fleet, Material, Violation
from world import CLUSTERS

CACERTS = "clusters/{}/trust/istio-system.cacerts.yaml"


class Watch:
    def __init__(self, world, certificates, lag):
        self.world, self.openers, self.lag = world, certificates.openers, lag
        self.fleet, self.wishes = Fleet(CLUSTERS), 0
        self.seen, self.tip, self.commits, self.counters = {}, "", [], []
        self.issued, self.serials, self.needles, self.plain = set(), {}, [], {}
        self.roots = set()
        self.replaced = set()
        self.cat = None

    def close(self):
        if self.cat:
            self.cat.stdin.close()
            self.cat.wait()

    # --- reading ---

    def blob(self, name):
        """An object of the output repository by a name that git understands; None: there is none."""
        if not self.cat:
            # pylint: disable=consider-using-with # closed with this object
            self.cat = subprocess.Popen(["git", "-C", str(self.world.output), "cat-file", "--batch"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.cat.stdin.write(name.encode() + b"\n")
        self.cat.stdin.flush()
        head = self.cat.stdout.readline().split()
        if len(head) < 3:
            return None
        text = self.cat.stdout.read(int(head[2]))
        self.cat.stdout.read(1)
        return text

    def rows(self, sql):
        """From a copy: after a kill there may be a journal, and rolling it back is weft's business."""
        path, copy = self.world.folder / "state/state.db", self.world.folder / "tmp/copy.db"
        if not path.exists() or path.stat().st_size == 0:
            return []
        shutil.copy(path, copy)
        for ending in ("-journal", "-wal"):
            if Path(f"{path}{ending}").exists():
                shutil.copy(f"{path}{ending}", f"{copy}{ending}")
        base = sqlite3.connect(copy)
        try:
            return base.execute(sql).fetchall()
        except sqlite3.DatabaseError as error:
            if "no such table" in str(error):
                return []
            raise Violation(f"the state cannot be read: {error}") from error
        finally:
            base.close()
            for ending in ("", "-journal", "-wal", "-shm"):
                Path(f"{copy}{ending}").unlink(missing_ok=True)

    # --- the invariants ---

    def after_pass(self, said):
        self.state()
        self.branch()
        self.fleet.until(self.world.now)
        self.no_key(said, "what the pass said")
        path = self.world.folder / "state/state.db"
        if path.exists():
            self.no_key(path.read_bytes(), "the state")
        for body in self.world.server.bodies:
            self.no_key(body, "a request to the API server")
        self.world.server.bodies.clear()

    def state(self):
        check = self.rows("PRAGMA integrity_check")
        if check and check != [("ok",)]:
            raise Violation(f"the state is damaged: {check}")
        roots = {row[0] for row in self.rows("SELECT id FROM roots")}
        self.roots |= roots
        if len(self.roots) > 1 + self.wishes:
            raise Violation(f"{len(self.roots)} roots were made, {1 + self.wishes} were asked for")
        issued = set(self.rows("SELECT serial, id FROM intermediates"))
        for serial, name in issued:
            if self.serials.setdefault(serial, name) != name:
                raise Violation(f"serial {serial} was given twice")
        serials = [serial for serial, _ in issued]
        if len(serials) != len(set(serials)):
            raise Violation("the state has a serial twice")

    def branch(self):
        tip = self.world.tip()
        if tip == self.tip:
            return
        span = f"{self.tip}..{tip}" if self.tip else tip
        log = self.world.git("-C", str(self.world.output), "log", "--reverse", "--format=%H %T %P|%(trailers:key=Weft-Counter,valueonly,separator=)",
                             "--first-parent", span)
        for line in filter(None, log.split("\n")):
            self.commit(*line.split("|"))
        if self.commits and tip not in (c[0] for c in self.commits):
            raise Violation("the branch was moved by force")
        self.tip = tip
        self.trust(tip, watch=True)

    def commit(self, names, counter):
        commit, tree, *parents = names.split()
        before = self.trees.get(parents[0]) if parents else None
        self.trees[commit] = tree
        self.commits.append((commit, counter))
        if not counter.strip():
            self.replaced |= {name for name, (text, _) in self.plain.items() if self.blob(f"{commit}:{CACERTS.format(name)}") != text}
            return
        if tree == before:
            raise Violation(f"commit {commit} changes nothing")
        self.counters.append(int(counter))
        if self.counters != list(range(1, len(self.counters) + 1)):
            raise Violation(f"the counters of weft's commits are {self.counters[-5:]}: one was made twice, or one is missing")
        self.trust(commit, watch=False)

    @property
    def trees(self):
        return self.seen

    def trust(self, commit, watch):
        """What the clusters get of a commit; a new text is a new content.  Except where another author changed the file, by a revert
        for example: weft takes over only its own last text, so what it wants there may be encrypted a second time."""
        for name in CLUSTERS:
            text = self.blob(f"{commit}:{CACERTS.format(name)}")
            if text is None:
                if name in self.plain:
                    raise Violation(f"{name} has lost its cacerts in {commit}")
                continue
            self.no_key(text, commit)
            before = self.plain.get(name)
            if before and before[0] == text:
                material = before[1]
            else:
                material = self.open(name, text)
                if before and before[1].name == material.name and not watch and name not in self.replaced:
                    raise Violation(f"{name} got the same certificates again, encrypted a second time, in {commit}")
                self.plain[name] = (text, material)
            if not watch:
                self.replaced.discard(name)
            else:
                self.fleet.clusters[name].sees(material, self.world.now, self.lag())

    def open(self, name, text):
        files = self.openers[name].manifest(text.decode())
        material = Material(files, self.world.folder / "tmp")
        fresh = material.private_parts()
        self.needles += [needle for needle in fresh if needle not in self.needles]
        owner = self.serials_of_certs.setdefault(material.serial, files["ca-cert.pem"])
        if owner != files["ca-cert.pem"]:
            raise Violation(f"two certificates have the serial {material.serial}")
        return material

    @property
    def serials_of_certs(self):
        return self.__dict__.setdefault("_serials_of_certs", {})

    def no_key(self, text, where):
        if b"PRIVATE KEY-----" in text:
            raise Violation(f"a private key in {where}")
        for needle in self.needles[-40:]:
            if needle in text:
                raise Violation(f"bytes of a private key in {where}")

    def rotation(self):
        rows = self.rows("SELECT state, step FROM rotations")
        return rows[0] if rows else None

    def at_rest(self):
        """After passes without faults: nothing is left to do, and all is whole."""
        told = self.world.git("-C", str(self.world.output), "fsck", "--strict", "--no-dangling")
        if re.search("error|missing|bad", told):
            raise Violation(told)
        status, said = self.world.weft("state", "check")
        if status != 0:
            raise Violation(f"the state is not authentic: {said.decode(errors='replace')}")
        before, issued = self.tip, self.rows("SELECT serial, id FROM intermediates ORDER BY 1")
        status, said = self.world.run()
        self.after_pass(said)
        if status != 0 or self.tip != before or issued != self.rows("SELECT serial, id FROM intermediates ORDER BY 1"):
            raise Violation(f"at rest the next pass did something ({status}): {said.decode(errors='replace')}")
