#!/usr/bin/env python3
"""leaks.py KEYS PATH... - whether a secret of KEYS is in a file, in whatever form.

KEYS has a line "NAME PART HEX" for each secret: PART is "der" of the PKCS#8 of a key, "number" of one of its secret numbers, "raw" of other
bytes, such as a state key.  Each is looked for as bytes, in hex and in base64 at its three offsets (both alphabets), with and without what
stands between digits or at the ends of lines; PKCS#8 also as PEM in base64, as a Kubernetes Secret has it.  A PATH is a file or a folder; of
a Git repository every object is inflated, whether anything refers to it or not.  Prints a line for each finding; exits with 1 if there is
one, with 2 if there is nothing to look for or in."""
import base64
import os
import re
import subprocess
import sys

PIECE = 24  # no public text has as many bytes of a secret by chance


def offsets(data):
    """Base64 of data at each offset, without the digits that depend on what stands before and after."""
    for skip in range(3):
        piece = data[skip:]
        text = base64.b64encode(piece[:len(piece) // 3 * 3])
        yield text
        yield text.translate(bytes.maketrans(b"+/", b"-_"))


def pieces(data):
    """The beginning, the middle and the end of a secret: what was cut, or is in several pages of a file, is found by one of them."""
    if len(data) <= 2 * PIECE:
        return [data]
    middle = len(data) // 2
    return [data[:PIECE], data[middle:middle + PIECE], data[-PIECE:]]


def needles_of(data):
    for piece in pieces(data):
        yield "bytes", piece
        yield "hex", piece.hex().encode()
        for text in offsets(piece):
            yield "base64", text


def pem_lines(der, numbers):
    """Lines of the PEM that hold a good part of a secret number: the others are as public as the public key."""
    for at in range(0, len(der), 48):
        line = der[at:at + 48]
        for number in numbers:
            start = der.find(number)
            if start >= 0 and min(at + 48, start + len(number)) - max(at, start) >= 16:
                yield base64.b64encode(line)
                break


def read_keys(path):
    secrets, needles = {}, {}
    with open(path, encoding="ascii") as file:
        for name, part, text in (line.split() for line in file):
            secrets.setdefault(name, []).append((part, bytes.fromhex(text)))
    for name, parts in secrets.items():
        numbers = [data for part, data in parts if part == "number"]
        for part, data in parts:
            if part == "der":
                for line in pem_lines(data, numbers):
                    for text in offsets(line):
                        needles[text] = (name, "PEM in base64")
                continue
            for form, needle in needles_of(data):
                needles[needle] = (name, form)
    return needles


def forms(data):
    """The bytes, and the bytes without what stands between digits: ends of lines, also escaped ones, indentation, quotes, colons."""
    yield data
    squeezed = re.sub(rb'\\[nrtx]|[\s:"\',]', b"", data)
    yield squeezed
    yield squeezed.lower()


class Search:
    def __init__(self, needles):
        self.needles, self.found, self.searched = needles, set(), 0

    def data(self, data, where):
        self.searched += 1
        for form in forms(data):
            for needle, (name, how) in self.needles.items():
                if needle in form:
                    self.found.add((where, name, how))

    def file(self, path):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                self.data(file.read(), path)

    def objects(self, repository):
        out = subprocess.run(["git", "-C", repository, "cat-file", "--batch", "--batch-all-objects"], check=True, capture_output=True).stdout
        at = 0
        while at < len(out):
            head, _, _ = out[at:at + 200].partition(b"\n")
            oid, kind, size = head.split()
            start = at + len(head) + 1
            self.data(out[start:start + int(size)], f"{repository} {kind.decode()} {oid.decode()}")
            at = start + int(size) + 1

    def path(self, path):
        if not os.path.isdir(path):
            self.file(path)
            return
        for folder, _, files in os.walk(path):
            if "objects" in os.listdir(folder) and os.path.exists(os.path.join(folder, "HEAD")):
                self.objects(folder)
            for name in files:
                self.file(os.path.join(folder, name))


def main():
    search = Search(read_keys(sys.argv[1]))
    for path in sys.argv[2:]:
        search.path(path)
    for where, name, how in sorted(search.found):
        print(f"{where}: {name} as {how}")
    if not search.needles or not search.searched:
        print("nothing was searched")
        return 2
    return 1 if search.found else 0


sys.exit(main())
