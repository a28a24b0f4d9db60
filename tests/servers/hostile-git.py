#!/usr/bin/env python3
"""A server that says it speaks Git's smart HTTP and means harm: the first part of a path names how.

    hostile-git.py FOLDER

Prints its url and "ready", and serves until its standard input ends.  FOLDER/requests gets a line for each request: main or other (the
host to which redirects lead), method, path, "yes" when credentials came along.
"""
import http.server
import os
import struct
import sys
import threading
import zlib

folder = sys.argv[1]
ID = b"0123456789abcdef0123456789abcdef01234567"
EVIL = b"\x1b[2J\x1b]0;title\x07\n::error::pwned\n\xc2\x9b31m\xe2\x80\xae"
ENOUGH = 64 << 20  # of what has no end; a client that takes all of it has no limit


def pkt(line):
    return b"%04x" % (len(line) + 4) + line


def band(number, text):
    return pkt(bytes([number]) + text)


def refs(lines=((ID, b"refs/heads/main"),)):
    first, *rest = lines
    return (pkt(b"# service=git-upload-pack\n") + b"0000"
            + pkt(first[0] + b" " + first[1] + b"\0side-band-64k ofs-delta shallow agent=git/2\n")
            + b"".join(pkt(i + b" " + n + b"\n") for i, n in rest) + b"0000")


def pack(count, objects=b"", trailer=b"\0" * 20):
    return b"PACK" + struct.pack(">II", 2, count) + objects + trailer


def in_bands(bytes_):
    return b"0008NAK\n" + b"".join(band(1, bytes_[i:i + 65000]) for i in range(0, len(bytes_), 65000)) + b"0000"


def zeros(length):
    """The head of a blob of so many zeros, and its deflated bytes piece by piece."""
    size, head, first = length >> 4, [], 0x30 | (length & 15)
    while True:
        head.append(first | (0x80 if size else 0))
        if not size:
            break
        first, size = size & 0x7F, size >> 7
    packer = zlib.compressobj(9)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, zlib.DEFLATED, -15)
    again.compress(bytes(1 << 20))
    again.flush(zlib.Z_FULL_FLUSH)
    repeated = again.compress(bytes(1 << 20)) + again.flush(zlib.Z_FULL_FLUSH)
    return bytes(head) + block + repeated * (length // (1 << 20) - 1)


def endless(piece):
    sent = 0
    while sent < ENOUGH:
        yield piece
        sent += len(piece)


def many_refs():
    yield refs()[:-4]
    for i in range(2000):
        yield pkt(ID + b" refs/heads/b%08d\n" % i)
    yield b"0000"


def gzip_zeros():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(ENOUGH >> 20):
        yield packer.compress(bytes(1 << 20))
    yield packer.flush()


# What the list of refs is, and what a request for a pack gets, where that is not the honest answer.
LISTS = {
    "many-refs": many_refs,
    "long-names": lambda: [refs()[:-4]] + [pkt(ID + b" refs/heads/" + b"x" * 60000 + b"\n")] * (ENOUGH // 60000),
    "same-ref": lambda: endless(pkt(ID + b" refs/heads/main\n")),
    "length-3": lambda: [b"0003"],
    "length-letters": lambda: [b"zzzz" + b"x" * 100],
    "length-beyond": lambda: [pkt(b"# service=git-upload-pack\n") + b"0000fff0short"],
    "length-sign": lambda: [b"-001" + b"x" * 100],
    "no-flush": lambda: [refs()[:-4]],
    "error-words": lambda: [pkt(b"# service=git-upload-pack\n") + b"0000" + pkt(b"ERR " + EVIL)],
    "names": lambda: [refs([(ID, b"refs/heads/x" + EVIL.replace(b"\n", b"")), (ID, b"refs/heads/../../etc/passwd"),
                            (ID, b"refs/heads/-option")])],
}
PACKS = {
    "progress": lambda: endless(band(2, b"counting objects\r")),
    "acknowledges": lambda: endless(b"0008NAK\n"),
    "band-words": lambda: [b"0008NAK\n" + band(3, EVIL)],
    "band-9": lambda: [b"0008NAK\n" + band(9, b"x")],
    "too-many": lambda: [in_bands(pack(0xFFFFFFFF))],
    "cut": lambda: [in_bands(pack(3)[:12])],
    "sum": lambda: [in_bands(pack(0))],
    "empty": lambda: [b""],
    "inflates": lambda: [in_bands(pack(1, zeros(8 << 30)))],
}


class Hostile(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    who = "main"

    def log_message(self, *args):
        pass

    def note(self):
        with open(os.path.join(folder, "requests"), "a") as log:
            log.write(f"{self.who} {self.command} {self.path} {'yes' if self.headers.get('Authorization') else 'no'}\n")

    def answer(self, status, kind, pieces, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)

    def special(self, kind, posts):
        """What is no answer of Git at all; True: it was given."""
        away = f"http://127.0.0.1:{other.server_address[1]}{self.path}"
        if kind == "redirect" or (kind == "redirect-post" and posts):
            self.answer(307, "text/plain", [], [("Location", away)])
        elif kind == "login":
            self.answer(401, "text/plain", [EVIL], [("WWW-Authenticate", 'Basic realm="x"'), ("WWW-Authenticate", "Negotiate")])
        elif kind == "page-words":
            self.answer(500, "text/plain", [EVIL])
        elif kind == "status-words":
            self.wfile.write(b"HTTP/1.0 403 " + EVIL.split(b"\n")[0] + b"\r\n\r\n")
        elif kind == "headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            for piece in endless(b"X-Filler: " + b"x" * 1000 + b"\r\n"):
                self.wfile.write(piece)
        elif kind == "gzip":
            self.answer(200, "application/x-git-upload-pack-advertisement", gzip_zeros(), [("Content-Encoding", "gzip")])
        else:
            return False
        return True

    def handle_one(self):
        self.note()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, posts = self.path.split("/")[1], self.command == "POST"
        try:
            if self.special(kind, posts):
                return
            if posts:
                self.answer(200, "application/x-git-upload-pack-result", PACKS[kind]())
            else:
                self.answer(200, "application/x-git-upload-pack-advertisement", LISTS.get(kind, lambda: [refs()])())
        except (BrokenPipeError, ConnectionResetError):
            pass # the client had enough

    do_GET = do_POST = handle_one


class Other(Hostile):
    who = "other"

    def special(self, kind, posts):
        self.answer(401, "text/plain", [], [("WWW-Authenticate", 'Basic realm="x"')])
        return True


main = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
for server in (main, other):
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"url http://127.0.0.1:{main.server_address[1]}\nready", flush=True)
sys.stdin.read()
