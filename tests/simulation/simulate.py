"""Random passes with random faults, one seed for each sequence, judged by invariants.py after each pass."""
import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

import api_server
import damage
from clusters import ALLOWANCE, Violation
from invariants import Watch
from world import TORTURE, WEFT, Certificates, Daemon, World, KILLED

RESTING = ("", "NOT_ROTATING", "FINISHED")
MINUTE, HOUR, DAY = 60, 3600, 86400
KINDS = ("memory", "disk", "net")
JUMPS = (-800 * DAY, -2 * DAY, -HOUR, -5 * MINUTE, 5 * MINUTE, HOUR, 20 * HOUR, 3 * DAY, 500 * DAY)
REQUESTS = ("hold", "resume", "resume", "resume", "rollback")
STEPS = (MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR)


class Sequence:
    def __init__(self, seed, options, certificates, daemon, served, folder):
        self.random, self.options = random.Random(f"weft {seed}"), options
        self.world = World(folder, served, f"s{seed}", certificates, daemon)
        self.watch = Watch(self.world, certificates, lambda: self.random.randrange(ALLOWANCE))
        self.faults, self.rotations, self.settled, self.rolled_back = {}, 0, True, False

    def close(self):
        self.watch.close()
        self.world.close()

    def run(self):
        self.one_pass()
        while self.world.ran < self.options.passes:
            self.people()
            self.world.now += self.random.choice(STEPS)
            self.watch.fleet.until(self.world.now)
            self.one_pass(self.draw_fault() if self.random.random() < self.options.share else None)
        self.settle()

    # --- what happens between passes ---

    def people(self):
        chance = self.random.random()
        row = self.watch.rotation()
        resting = self.settled and (row is None or row[0] in RESTING)
        if self.rolled_back or (resting and self.watch.tip and chance < 0.3):
            self.ask_for_root()
        elif chance < 0.05:
            self.world.move_port()
        elif self.options.kinds is None and chance < 0.07:
            self.world.revert()
            self.watch.branch()
        elif self.options.kinds is None and chance < 0.09:
            shutil.rmtree(self.world.folder / "state/cache", ignore_errors=True)
        elif self.options.kinds is None and chance < 0.11:
            self.world.weft("rotation", self.random.choice(REQUESTS), "gloo-mesh/bookinfo", "--reason", "x")

    def ask_for_root(self):
        self.watch.wishes += 1
        self.rotations += 1
        self.world.ask_for_root()
        self.rolled_back = False

    # --- faults ---

    def draw_fault(self):
        names = ["kill at a point", "git", "api", "clock"] + ["call"] * 4 + ["kill at a call"] * 3
        if self.options.kinds:
            names = [name for name in names if name in self.options.kinds]
        name = self.random.choice(names)
        self.faults[name] = self.faults.get(name, 0) + 1
        return name

    def call_fault(self, kill):
        kind = self.random.choice(KINDS)
        most = self.world.last_count.get(kind, 400 if kind == "net" else 3000)
        number = self.random.randrange(1, most + 1)
        out = {"TORTURE": f"{kind}:{number}"}
        if kill:
            out["TORTURE_KILLS"] = "1"
        elif self.random.random() < 0.25:
            out["TORTURE_GOES_ON"] = "1"
        return out

    def count_calls(self):
        """Now and then a pass without a fault counts its calls, so that faults are spread over all of them."""
        kind = self.random.choice(KINDS)
        file = self.world.folder / "tmp/count"
        status, said = self.world.run({"TORTURE": f"{kind}:0", "TORTURE_COUNT": str(file)})
        if file.exists():
            self.world.last_count[kind] = max(int(file.read_text()), 10)
        return status, said

    def git_fault(self):
        mode = self.random.choice(("refused", "raced", "lost"))
        if mode == "lost":
            (self.world.output / "lost").touch()
        else:
            (self.world.output / "mode").write_text(mode)

    def heal(self):
        self.world.server.fault = "ok"
        for name in ("mode", "lost"):
            (self.world.output / name).unlink(missing_ok=True)

    def one_pass(self, fault=None):
        env, local = None, None
        if fault == "kill at a point":
            env = {"WEFT_FAULT": f"{self.random.choice(self.world.points)}:{self.random.choice((1, 1, 1, 2, 3, 5, 9))}"}
        elif fault == "call":
            env = self.call_fault(kill=False)
        elif fault == "kill at a call":
            env = self.call_fault(kill=True)
        elif fault == "git":
            self.git_fault()
        elif fault == "api":
            self.world.server.fault = self.random.choice(api_server.FAULTS if self.random.random() < 0.2 else api_server.QUICK_FAULTS)
        elif fault == "clock":
            local = self.world.now + self.random.choice(JUMPS)
        if fault is None and self.random.random() < 0.1:
            status, said = self.count_calls()
        else:
            status, said = self.world.run(env, local)
        what = f"{env or fault or ''}{self.world.server.fault if fault == 'api' else ''}{local - self.world.now if local else ''}"
        self.heal()
        if status == KILLED and not env:
            raise Violation(f"killed without being told to ({what})")
        if self.world.crashes:
            self.faults["falls of libraries without memory"] = self.world.crashes
        if status in (1, 3) and not said.strip():
            raise Violation(f"exit {status} without a reason ({what})")
        self.rolled_back = status == 3 and b"(R35)" in said # the spec asks for a root that was taken back: a person's turn
        if fault is None and status != 0 and self.settled and not self.rolled_back:
            raise Violation(f"exit {status} without a fault: {said.decode(errors='replace')}")
        self.settled = fault is None
        self.watch.after_pass(said)

    def settle(self):
        """Without faults everything comes to its end."""
        self.world.weft("rotation", "resume", "gloo-mesh/bookinfo")
        before = None
        for _ in range(40):
            self.world.now += HOUR
            self.watch.fleet.until(self.world.now)
            status, said = self.world.run()
            self.watch.after_pass(said)
            if status == 3 and b"(R35)" in said:
                self.ask_for_root()
            now = (self.watch.tip, self.watch.rotation())
            if status == 0 and now == before and (now[1] is None or now[1][0] in RESTING):
                break
            before = now
        else:
            raise Violation(f"does not come to rest: {self.watch.rotation()}, exit {status}: {said.decode(errors='replace')}")
        self.watch.at_rest()


def play(seed, options, certificates, daemon, served):
    """One sequence; a text that says what was violated, or "", the passes, the rotations, the faults."""
    folder = Path(tempfile.mkdtemp(prefix=f"seed{seed}-", dir=options.folder))
    sequence, problem = None, ""
    try:
        sequence = Sequence(seed, options, certificates, daemon, served, folder)
        sequence.run()
    except Violation as violation:
        problem = f"seed {seed}: {violation}\nthe last passes:\n  " + "\n  ".join(sequence.world.log[-12:])
    except Exception: # pylint: disable=broad-exception-caught # a worker reports everything
        problem = f"seed {seed}: {traceback.format_exc()}" + "\n  ".join(sequence.world.log[-12:] if sequence else [])
    finally:
        if sequence:
            sequence.close()
    if not problem or not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(Path(served) / f"s{seed}", ignore_errors=True)
    else:
        problem += f"\nkept in {folder} and {served}/s{seed}"
    return (problem, sequence.world.ran, sequence.rotations, sequence.faults, sequence.watch.fleet.checks) if sequence else (problem, 0, 0, {}, 0)


def worker(options, seeds, results):
    served = tempfile.mkdtemp(prefix="served-", dir=options.folder)
    daemon = Daemon(served)
    try:
        certificates = Certificates(tempfile.mkdtemp(prefix="certs-", dir=options.folder))
        for seed in iter(seeds.get, None):
            results.put(play(seed, options, certificates, daemon, served))
    finally:
        daemon.close()
        results.put(None)


def feed(options, seeds, results):
    """Hands out seeds until enough passes are done or the time is over; the number of sequences that failed."""
    began, failed, handed, done, finished = time.monotonic(), 0, 0, {"passes": 0, "rotations": 0, "checks": 0, "sequences": 0}, 0
    faults = {}
    more = lambda: (handed == 0 if options.seed_only else # pylint: disable=unnecessary-lambda-assignment
                    time.monotonic() - began < options.hours * HOUR if options.hours else handed * options.passes < options.count)
    for _ in range(options.jobs):
        if more():
            seeds.put(options.seed + handed)
            handed += 1
        else:
            seeds.put(None)
    while finished < options.jobs:
        result = results.get()
        if result is None:
            finished += 1
            continue
        problem, passes, rotations, told, checks = result
        for name, value in (("passes", passes), ("rotations", rotations), ("checks", checks), ("sequences", 1)):
            done[name] += value
        for name, value in told.items():
            faults[name] = faults.get(name, 0) + value
        if problem:
            failed += 1
            print(f"FAILED {problem}\nagain: .ci/simulate {options.again} --seed {problem.split(':')[0].split()[1]}", flush=True)
        if more():
            seeds.put(options.seed + handed)
            handed += 1
        else:
            seeds.put(None)
    seconds = time.monotonic() - began
    print(f"{done['passes']} passes in {done['sequences']} sequences, {done['rotations']} rotations, {done['checks']} pairs looked at, "
          f"{done['passes'] / max(seconds, 1):.1f} passes a second")
    print("faults: " + ", ".join(f"{value} {name}" for name, value in sorted(faults.items())))
    print(f"{done['sequences'] - failed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser(prog=".ci/simulate", description=__doc__)
    parser.add_argument("--hours", type=float, help="until then")
    parser.add_argument("--count", type=int, default=2000, help="so many passes in all")
    parser.add_argument("--seed", type=int, help="only the sequence of this seed; what it made is kept when it fails")
    parser.add_argument("--from", type=int, dest="first", default=1, help="the first seed")
    parser.add_argument("--passes", type=int, default=100, help="of each sequence")
    parser.add_argument("--kills", action="store_true", help="no other fault than kills, in nearly every pass, and one rotation after the other")
    parser.add_argument("--damage", action="store_true", help="instead: a bit in each column of the state, at each step of a rotation")
    parser.add_argument("--share", type=float, default=0.5, help="of the passes that have a fault")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.seed_only, options.keep = options.seed is not None, options.seed is not None
    options.seed = options.seed if options.seed_only else options.first
    options.kinds = None
    if options.kills:
        options.share, options.kinds = 0.7, ("kill at a point", "kill at a call")
    if options.seed_only or options.jobs < 1:
        options.jobs = 1
    options.again = f"--passes {options.passes}" + (" --kills" if options.kills else "")
    for name, file in (("WEFT", WEFT), ("TORTURE_LIBRARY", TORTURE)):
        if not os.access(file, os.R_OK):
            sys.exit(f"{file} is not there: scripts/build dev, or name another one in {name}")
    context = multiprocessing.get_context("fork")
    seeds, results = context.Queue(), context.Queue()
    options.folder = tempfile.mkdtemp(prefix="weft-simulate-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    if options.damage:
        failed = damage.run(options.folder, options.seed)
        shutil.rmtree(options.folder, ignore_errors=True)
        print(f"{1 - failed} passed, {failed} failed")
        sys.exit(failed)
    workers = [context.Process(target=worker, args=(options, seeds, results)) for _ in range(options.jobs)]
    for process in workers:
        process.start()
    failed = feed(options, seeds, results)
    for process in workers:
        process.join()
    if not failed or not options.keep:
        shutil.rmtree(options.folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
