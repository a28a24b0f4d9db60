"""One bit in each column of each table of the state, then a full pass, at each step of a rotation: it is refused, with table and row
named, or ends with the same tree as without the damage."""
import hashlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from clusters import Violation
from world import Certificates, Daemon, World

HOUR = 3600
PLACES = 1 # bits of one column that are tried at each step


def schema(path):
    base = sqlite3.connect(path)
    tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")]
    out = {table: [(row[1], row[2]) for row in base.execute(f"PRAGMA table_info({table})")] for table in tables}
    base.close()
    return out


def other(value, draw):
    """The value with one bit turned; a text stays one that SQLite takes."""
    if isinstance(value, int):
        return value ^ (1 << draw.randrange(16))
    if isinstance(value, bytes):
        at = draw.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << draw.randrange(8))]) + value[at + 1:]
    at = draw.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ (1 << draw.randrange(4))) + value[at + 1:]


def turn_bit(path, table, column, draw):
    """What was changed, or None: there is nothing in this column."""
    base = sqlite3.connect(path)
    rows = [(number, value) for number, value in base.execute(f"SELECT rowid, {column} FROM {table}") if value not in ("", b"", None)]
    changed = None
    if rows:
        number, value = draw.choice(rows)
        new = other(value, draw)
        try:
            base.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, number))
            base.commit()
            changed = f"{table}.{column} of row {number}"
        except (sqlite3.IntegrityError, sqlite3.OperationalError, UnicodeError):
            pass # a value that the schema does not allow cannot come from a bit either
    base.close()
    return changed


class Stage:
    """A world that can be put back to where it was."""

    def __init__(self, world):
        self.world, self.saved = world, Path(tempfile.mkdtemp(prefix="saved-", dir=world.folder.parent))

    def places(self):
        return ((self.world.folder / "state", self.saved / "state"), (self.world.output, self.saved / "output.git"))

    def save(self):
        self.objects = dict(self.world.server.objects)
        for place, copy in self.places():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(place, copy, symlinks=True)

    def restore(self):
        self.world.server.objects = dict(self.objects)
        for place, copy in self.places():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(copy, place, symlinks=True)


def tree(world):
    """Every file of the branch; what is encrypted or derived from what is random in this very pass is left to its own rule."""
    told = world.git("-C", str(world.output), "ls-tree", "-r", "rendered")
    return {line.split("\t")[1]: line.split()[2] for line in told.splitlines()}


def trial(stage, table, column, draw, before, wanted):
    world, path = stage.world, stage.world.folder / "state/state.db"
    stage.restore()
    changed = turn_bit(path, table, column, draw)
    if not changed:
        return None
    damaged = hashlib.sha256(path.read_bytes()).hexdigest()
    status, said = world.run()
    said = said.decode(errors="replace")
    after = tree(world)
    if status == 1:
        if after != before or hashlib.sha256(path.read_bytes()).hexdigest() != damaged:
            raise Violation(f"{changed}: refused, but something was written\n{said}")
        if not re.search(r"table |state", said):
            raise Violation(f"{changed}: refused without the state being named\n{said}")
        return "refused"
    fixed = {name for name in wanted if wanted.get(name) == before.get(name)} # what the pass of this step does not change
    if {name: after.get(name) for name in fixed} != {name: wanted[name] for name in fixed} or set(after) != set(wanted):
        raise Violation(f"{changed}: exit {status}, and another tree: "
                        f"{sorted(name for name in set(after) | fixed if name in fixed and after.get(name) != wanted[name])}\n{said}")
    if "SELECT" in said or status not in (0, 3):
        raise Violation(f"{changed}: exit {status}: {said}")
    return "the same tree"


def at_step(stage, name, draw, told):
    world = stage.world
    world.now += 5 * HOUR
    world.push("full pass at " + name)
    stage.save()
    before = tree(world)
    status, said = world.run()
    if status != 0:
        raise Violation(f"at {name} without damage: exit {status}: {said.decode(errors='replace')}")
    wanted = tree(world)
    for table, columns in schema(stage.saved / "state/state.db").items():
        for column, _ in columns:
            for _ in range(PLACES):
                result = trial(stage, table, column, draw, before, wanted)
                told[result] = told.get(result, 0) + 1
    stage.restore()
    status, _ = world.run()
    row = sqlite3.connect(f"file:{world.folder}/state/state.db?mode=ro", uri=True).execute("SELECT state, step FROM rotations").fetchone()
    return f"{row[0]} {row[1]}" if row else "no rotation"


def run(folder, seed):
    """All steps; the number of failures."""
    served = tempfile.mkdtemp(prefix="served-", dir=folder)
    certificates = Certificates(tempfile.mkdtemp(prefix="certs-", dir=folder))
    daemon, told, seen, draw = Daemon(served), {}, [], random.Random(seed)
    world = World(tempfile.mkdtemp(prefix="damage-", dir=folder), served, "damage", certificates, daemon)
    try:
        world.run()
        stage, name = Stage(world), "rest"
        for number in range(12):
            if number == 1:
                world.ask_for_root()
            name = at_step(stage, name, draw, told)
            seen.append(name)
            if number > 1 and name == "NOT_ROTATING 0":
                break
        told.pop(None, None)
        print(f"at {' -> '.join(seen)}: " + ", ".join(f"{count} {what}" for what, count in sorted(told.items())))
        if len(set(seen)) < 6 or not told.get("refused"):
            raise Violation(f"the rotation did not go its way: {seen}")
        return 0
    except (Violation, subprocess.SubprocessError) as problem:
        print(f"FAILED after {seen}: {problem}\nagain: .ci/simulate --damage --from {seed}")
        return 1
    finally:
        world.close()
        daemon.close()


if __name__ == "__main__":
    sys.exit("run .ci/simulate --damage")
