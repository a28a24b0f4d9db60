"""Two clusters' leaves in a real Envoy: which steps of a rotation get on with each
other, and whether a rotation under load loses a request.

    drive.py matrix ENVOY A B      A and B hold a folder of leaf material for each step
    drive.py rotation ENVOY A B    steps are exchanged one after the other, under load
    drive.py jump ENVOY A B        the last step at once: the load must notice
    drive.py crls ENVOY LEAVES F   which leaves a server takes with each list of F/sets; F/taken has what openssl takes
    drive.py strangers ENVOY A B   what strategy NONE leaves of trust: each step knows itself alone

A folder of leaf material holds chain.pem, key.pem and roots.pem.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

import envoy

failed = 0


def say(good, text):
    global failed
    failed += not good
    print(f"{'ok  ' if good else 'FAIL'} envoy: {text}", flush=True)


def steps(folder):
    return sorted(os.listdir(folder))


def reach(program, clients, servers, distance):
    """Clients of one cluster, servers of another: steps at this distance at most get on; others must not."""
    names = steps(clients)
    with envoy.Envoy(
        program,
        {n: envoy.context(f"{clients}/{n}") for n in names},
        {n: envoy.context(f"{servers}/{n}") for n in names},
    ) as proxy:
        for i, client in enumerate(names):
            came = [server for server in names if proxy.call(client, server)]
            want = [server for j, server in enumerate(names) if abs(i - j) <= distance]
            say(came == want, f"{label(clients)}'s client at {client} reaches {label(servers)}'s servers at {' '.join(came) or 'no step'}"
                + ("" if came == want else f"; should reach {' '.join(want) or 'none'}"))


def label(folder):
    return os.path.basename(folder)


def matrix(program, a, b):
    reach(program, a, b, 1)
    reach(program, b, a, 1)


def strangers(program, a, b):
    reach(program, a, b, 0)
    reach(program, b, a, 0)


class Place:
    """A cluster's mounted Secret: `data` points to the step, and is exchanged in one go."""

    def __init__(self, root, name, material):
        self.folder, self.material = f"{root}/{name}", material
        os.mkdir(self.folder)

    def take(self, step):
        fresh = f"{self.folder}/data.new"
        os.symlink(os.path.abspath(f"{self.material}/{step}"), fresh)
        os.rename(fresh, f"{self.folder}/data")

    def serial(self, step):
        """The leaf's serial number as Envoy's admin interface writes it."""
        text = subprocess.check_output(["openssl", "x509", "-noout", "-serial", "-in", f"{self.material}/{step}/chain.pem"], text=True)
        return text.strip().split("=")[1].lower().lstrip("0")


class Load:
    """Requests in both directions without pause, counted."""

    def __init__(self, proxy):
        self.proxy, self.sent, self.lost, self.stop = proxy, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while not self.stop.is_set():
            for client, server in (("a", "b"), ("b", "a")):
                self.sent += 1
                self.lost += not self.proxy.call(client, server)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def await_loaded(proxy, serial):
    for _ in range(100):
        if serial in proxy.ask("/certs")[1]:
            return
        time.sleep(0.05)
    raise SystemExit(f"Envoy did not load the leaf {serial} within 5 s")


def exchange(program, a, b, plan):
    """Walks through the plan of (place, step) under load: (requests sent, requests lost)."""
    with tempfile.TemporaryDirectory() as root:
        places = {"a": Place(root, "a", a), "b": Place(root, "b", b)}
        for place in places.values():
            place.take(steps(a)[0])
        contexts = {name: envoy.watched_context(place.folder) for name, place in places.items()}
        with envoy.Envoy(program, contexts, contexts) as proxy, Load(proxy) as load:
            time.sleep(0.5)
            for name, step in plan:
                places[name].take(step)
                await_loaded(proxy, places[name].serial(step))
                time.sleep(0.5)
    return load.sent, load.lost


def rotation(program, a, b):
    """Forward to the last step and back to the first; which cluster is first changes each time."""
    names = steps(a)
    plan = []
    for i, step in enumerate(names[1:] + names[-2::-1]):
        plan += [(place, step) for place in ("ab" if i % 2 else "ba")]
    sent, lost = exchange(program, a, b, plan)
    say(sent > 100 and lost == 0, f"{len(plan)} exchanges of files under load: {sent} requests, {lost} lost")


def jump(program, a, b):
    last = steps(a)[-1]
    sent, lost = exchange(program, a, b, [("a", last), ("b", last)])
    say(lost > 0, f"a root exchanged at once {'does lose' if lost else 'should lose'} requests: {lost} of {sent}")


# Once Envoy has a list it needs one of every signer of every chain: it refuses each signer without one, also those that come later.
CRLS = {
    "none": ["later", "leaked", "other", "replaced"],
    "of-the-root": [],
    "without-the-replacement": ["other"],
    "complete": ["other", "replaced"],
    "empty": ["leaked", "other", "replaced"],
}


def crls(program, leaves, folder):
    servers = {}
    for name in CRLS:
        servers[name] = envoy.context(f"{leaves}/other")
        if name != "none":
            servers[name]["validation_context"]["crl"] = {"filename": f"{folder}/sets/{name}"}
    with open(f"{folder}/taken", encoding="ascii") as file:
        judged = [tuple(line.split()) for line in file]
    with envoy.Envoy(program, {n: envoy.context(f"{leaves}/{n}") for n in steps(leaves)}, servers) as proxy:
        for name, want in CRLS.items():
            came = [leaf for leaf in steps(leaves) if proxy.call(leaf, name)]
            say(came == want, f"with lists {name} a server takes leaves of {' '.join(came) or 'no intermediate'}"
                + ("" if came == want else f"; should take {' '.join(want) or 'none'}"))
            if name != "none":
                say([leaf for of, leaf in judged if of == name] == came, f"and openssl judges the lists {name} alike")


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("matrix", "rotation", "jump", "strangers", "crls"):
        sys.exit(__doc__)
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.exit(failed > 0)


main()
