#!/usr/bin/env python3
"""Runs one Pod as the kubelet and a container runtime would: kubelet.py NAMESPACE POD ROOTFS FOLDER

Asks the API server (by $KUBECTL, words separated by blanks) for the Pod, its ConfigMaps, Secrets and its account's
token, writes the volumes with the owners and modes that the kubelet gives them, enters ROOTFS read-only as the Pod's
user without capabilities, waits, and writes the Pod's status back.  Volume claims are folders of FOLDER/claims that
stay.  FOLDER/log has the container's log; printed is one JSON object: exitCode, message, identity, peak (KiB).

To be called by root in a mount and PID namespace of its own: unshare --mount --pid --fork.  Not done: seccomp,
cgroups, the network.
"""
import base64
import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
import time

KUBECTL = os.environ["KUBECTL"].split()
NAMESPACE, NAME, ROOTFS, FOLDER = sys.argv[1:5]
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
FALLBACK_BYTES, FALLBACK_LINES = 2048, 80
libc = ctypes.CDLL(None, use_errno=True)


def kubectl(*words, text=None):
    return subprocess.run(KUBECTL + ["-n", NAMESPACE, *words], input=text, check=True, capture_output=True, text=True).stdout


def read(kind, name):
    return json.loads(kubectl("get", kind, name, "-o", "json"))


def mount(*words):
    subprocess.run(["mount", *words], check=True)


class Pod:
    def __init__(self):
        self.object = read("pod", NAME)
        self.spec, self.meta = self.object["spec"], self.object["metadata"]
        self.container = self.spec["containers"][0]
        self.security = self.spec.get("securityContext", {}) | self.container.get("securityContext", {})
        self.uid, self.gid, self.group = (self.security[key] for key in ("runAsUser", "runAsGroup", "fsGroup"))
        self.home = os.path.join(FOLDER, "pods", self.meta["uid"])
        os.makedirs(self.home)
        os.chmod(self.home, 0o755)

    # Volumes.  What the kubelet's atomic writer leaves: files in a folder with a time for a name, "..data" that points
    # at it, and a link for each file, so that all of them change at once.
    def write_files(self, name, files, uid=0):
        folder = os.path.join(self.home, name)
        data = os.path.join(folder, "..2026_11_23_00_00_00.1")
        os.makedirs(data)
        for path, content, mode in files:
            target = os.path.join(data, path)
            with open(target, "wb") as file:
                file.write(content)
            # With fsGroup everything belongs to that group, which may read it, too.
            os.chmod(target, mode | 0o440)
            os.chown(target, uid, self.group)
            os.symlink(os.path.join("..data", path), os.path.join(folder, path))
        os.symlink(os.path.basename(data), os.path.join(folder, "..data"))
        for each in (folder, data):
            os.chown(each, 0, self.group)
            os.chmod(each, 0o750 | stat.S_ISGID if uid else 0o2755)
        return folder

    def writable(self, folder):
        os.makedirs(folder, exist_ok=True)
        os.chown(folder, 0, self.group)
        os.chmod(folder, 0o2775)
        return folder

    def items(self, source, data):
        mode = source.get("defaultMode", 0o644)
        chosen = source.get("items") or [{"key": key, "path": key} for key in data]
        return [(item["path"], data[item["key"]], item.get("mode", mode)) for item in chosen]

    def field(self, path):
        value = {"metadata.name": NAME, "metadata.namespace": NAMESPACE, "metadata.uid": self.meta["uid"],
                 "spec.serviceAccountName": self.spec["serviceAccountName"]}
        return value[path]

    def config_map(self, source):
        live = read("configmap", source["name"])
        data = {key: value.encode() for key, value in live.get("data", {}).items()}
        return self.items(source, data)

    def secret(self, source):
        data = {key: base64.b64decode(value) for key, value in read("secret", source.get("secretName") or source["name"]).get("data", {}).items()}
        return self.items(source, data)

    def projected(self, source):
        files = []
        for part in source["sources"]:
            if "serviceAccountToken" in part:
                token = kubectl("create", "token", self.spec["serviceAccountName"], "--bound-object-kind", "Pod", "--bound-object-name", NAME,
                                "--bound-object-uid", self.meta["uid"], "--duration", "%ds" % part["serviceAccountToken"]["expirationSeconds"])
                files.append((part["serviceAccountToken"]["path"], token.strip().encode(), 0o600))
            elif "configMap" in part:
                files += self.config_map(part["configMap"])
            elif "secret" in part:
                files += self.secret(part["secret"])
            else:
                files += [(item["path"], self.field(item["fieldRef"]["fieldPath"]).encode(), 0o644) for item in part["downwardAPI"]["items"]]
        return files

    def volume(self, volume):
        name = volume["name"]
        if "configMap" in volume:
            return self.write_files(name, self.config_map(volume["configMap"]))
        if "secret" in volume:
            return self.write_files(name, self.secret(volume["secret"]))
        if "projected" in volume:
            return self.write_files(name, self.projected(volume["projected"]), self.uid)
        if "emptyDir" in volume:
            folder = self.writable(os.path.join(self.home, name))
            os.chmod(folder, 0o2777)
            return folder
        return self.writable(os.path.join(FOLDER, "claims", volume["persistentVolumeClaim"]["claimName"]))

    # The container.
    def environment(self):
        host, port = os.environ["API_HOST"], os.environ["API_PORT"]
        values = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": NAME,
                  "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port, "KUBERNETES_PORT": "tcp://%s:%s" % (host, port)}
        for item in self.container.get("env", []):
            source = item.get("valueFrom")
            values[item["name"]] = self.field(source["fieldRef"]["fieldPath"]) if source else item.get("value", "")
        return values

    def place(self, root, target, source, read_only):
        """A mount; where it goes is made before the root becomes read-only."""
        at = root + target
        if os.path.isdir(source):
            os.makedirs(at, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(at), exist_ok=True)
            with open(at, "a", encoding="utf-8"):
                pass
        mount("--bind", source, at)
        mount("-o", "remount,bind,nosuid,%s" % ("ro" if read_only else "rw"), at)

    def root(self):
        root = os.path.join(self.home, "root")
        shutil.copytree(ROOTFS, root, symlinks=True)
        mount("--bind", root, root)
        volumes = {volume["name"]: self.volume(volume) for volume in self.spec["volumes"]}
        for item in self.container["volumeMounts"]:
            self.place(root, item["mountPath"], volumes[item["name"]], item.get("readOnly", False))
        self.message = os.path.join(self.home, "termination-log")
        with open(self.message, "w", encoding="utf-8"):
            os.chmod(self.message, 0o666)
        self.place(root, self.container["terminationMessagePath"], self.message, False)
        for device in ("null", "zero", "random", "urandom"):
            self.place(root, "/dev/" + device, "/dev/" + device, False)
        os.makedirs(root + "/proc", exist_ok=True)
        mount("-t", "proc", "proc", root + "/proc")
        if self.security.get("readOnlyRootFilesystem"):
            mount("-o", "remount,bind,ro,nosuid", root)
        return root

    def enter(self, root, identity):
        """In the child: what a container runtime does last."""
        os.chroot(root)
        os.chdir("/")
        if "ALL" in self.security["capabilities"]["drop"]:
            for capability in range(64):
                libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.setgroups([self.group])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)
        if not self.security.get("allowPrivilegeEscalation", True):
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        with open("/proc/self/status", encoding="utf-8") as status:
            lines = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
        try:
            os.close(os.open("/written", os.O_WRONLY | os.O_CREAT))
            lines["root"] = "writable"
        except OSError as error:
            lines["root"] = os.strerror(error.errno)
        text = " ".join("%s=%s" % (key, "/".join(lines[key].split())) for key in ("Uid", "Gid", "Groups", "CapEff", "CapBnd", "CapInh", "NoNewPrivs", "root"))
        os.write(identity, text.encode())
        os.close(identity)

    def run(self):
        root = self.root()
        ours, theirs = os.pipe()
        command = (self.container.get("command") or ["/usr/bin/weft"]) + self.container.get("args", [])
        with open(os.path.join(FOLDER, "log"), "wb") as log:
            started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            child = os.fork()
            if child == 0:
                try:
                    os.close(ours)
                    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
                    os.dup2(log.fileno(), 1)
                    os.dup2(log.fileno(), 2)
                    self.enter(root, theirs)
                    os.execvpe(command[0], command, self.environment())
                except BaseException as error:  # pylint: disable=broad-except
                    os.write(2, ("cannot start the container: %s\n" % error).encode())
                    os._exit(128)
            os.close(theirs)
            identity = os.read(ours, 4096).decode()
            _, status, usage = os.wait4(child, 0)
        return self.report(os.waitstatus_to_exitcode(status), identity, usage.ru_maxrss, started)

    def termination_message(self, code):
        with open(self.message, encoding="utf-8", errors="replace") as file:
            text = file.read(4096)
        if text or not code or self.container["terminationMessagePolicy"] != "FallbackToLogsOnError":
            return text
        with open(os.path.join(FOLDER, "log"), encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-FALLBACK_LINES:])[-FALLBACK_BYTES:]

    def report(self, code, identity, peak, started):
        code = code if code >= 0 else 128 - code
        message = self.termination_message(code)
        state = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "message": message,
                                "startedAt": started, "finishedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}
        status = {"phase": "Failed" if code else "Succeeded",
                  "containerStatuses": [{"name": self.container["name"], "image": self.container["image"], "imageID": "", "ready": False,
                                         "restartCount": 0, "state": state}]}
        kubectl("patch", "pod", NAME, "--subresource", "status", "--type", "merge", "-p", json.dumps({"status": status}))
        return {"exitCode": code, "message": message, "identity": identity, "peak": peak}


print(json.dumps(Pod().run()))
