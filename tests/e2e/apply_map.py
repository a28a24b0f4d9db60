#!/usr/bin/env python3
"""apply_map.py MANIFEST MAPS - what a GitOps tool does with a ConfigMap of the output branch: its data come into MAPS, a JSON file of
ConfigMaps by NAMESPACE/NAME.  Reads the YAML that weft writes: plain and quoted scalars, and literal blocks."""
import json
import os
import sys


def scalar(text):
    return json.loads(text) if text.startswith('"') else text.strip("'")


def read(lines):
    metadata, data, where, block = {}, {}, None, None
    for line in lines:
        if block and (line.startswith("    ") or not line.strip()):
            data[block] += line[4:] + "\n"
            continue
        block = None
        if line and line[0] not in " #":
            where = line.split(":")[0]
            continue
        key, _, value = line.strip().partition(": ")
        if where == "metadata" and line.startswith("  ") and line[2] != " ":
            metadata[key] = scalar(value)
        elif where == "data" and value.startswith("|"):
            block, data[key] = key, ""
        elif where == "data":
            data[key] = scalar(value)
    return metadata, data


def main():
    manifest, path = sys.argv[1:]
    with open(manifest) as file:
        metadata, data = read(file.read().splitlines())
    maps = {}
    if os.path.exists(path):
        with open(path) as file:
            maps = json.load(file)
    name = f"{metadata['namespace']}/{metadata['name']}"
    maps[name] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": metadata["namespace"], "name": metadata["name"]},
                  "data": data}
    with open(path, "w") as file:
        json.dump(maps, file)


main()
