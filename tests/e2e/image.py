#!/usr/bin/env python3
"""image.py PID FOLDER - what a core of a process would hold, as files: its memory without the pages that are left out of cores, its
arguments and its environment."""
import os
import re
import sys

pid, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
ranges, flags = [], re.compile(r"^VmFlags:(.*)$")
with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
    for line in smaps:
        if match := re.match(r"^([0-9a-f]+)-([0-9a-f]+) (....)", line):
            region = (int(match[1], 16), int(match[2], 16), match[3])
        elif match := flags.match(line):
            if "r" in region[2] and "w" in region[2] and "dd" not in match[1].split():
                ranges.append(region)
with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(os.path.join(folder, "core"), "wb") as out:
    for start, end, _ in ranges:
        memory.seek(start)
        while start < end and (data := memory.read(min(end - start, 1 << 20))):
            out.write(data)
            start += len(data)
for name in ("cmdline", "environ"):
    with open(f"/proc/{pid}/{name}", "rb") as file, open(os.path.join(folder, name), "wb") as out:
        out.write(file.read())
print(sum(end - start for start, end, _ in ranges))
