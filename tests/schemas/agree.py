#!/usr/bin/env python3
"""tests/schemas/agree.py WEFT TREE - the JSON Schemas agree with the decoder: they take each document of the examples and golden
cases in which weft finds no mistake, refuse those with an unknown field or a wrong type, and refuse each such change to a document
that has every field.  The CRDs are structural and take the same documents; an API server checks them in tests/conformance/deploy.
Without jsonschema and yaml the test is skipped."""
import copy
import glob
import json
import os
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"SKIP: {error}; scripts/setup --for ci installs it")
    sys.exit(77)

WEFT, TREE = sys.argv[1:3]
KINDS = {"VirtualMesh", "AccessPolicy", "Settings", "Mesh", "Workload", "Destination", "KubernetesCluster"}
# What a schema can know by itself.
BY_TYPE = re.compile(r"[^ ]+: (unknown field|must be (a string|a list|a map|true or false|a whole number|a number)\b|is not one of|"
                     r"only one of .* may be set)")
FREE_MAPS = {"labels", "podLabels", "workloadSelectorLabels", "ports", "metadata"}
failures = []


def loader():
    """Plain scalars as YAML 1.2 reads them, but for what Kubernetes' reader takes for booleans: no dates."""
    class Loader(yaml.SafeLoader):
        pass
    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    return Loader


def schema(name):
    with open(os.path.join(TREE, "schemas", name), encoding="utf-8") as file:
        found = json.load(file)
    jsonschema.Draft7Validator.check_schema(found)
    return jsonschema.Draft7Validator(found)


def documents(path):
    """(first line, last line, object) of each document that YAML can read."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    starts = [0] + [i + 1 for i, line in enumerate(lines) if line.startswith("---")] + [len(lines) + 1]
    for start, end in zip(starts, starts[1:]):
        try:
            value = yaml.load("\n".join(lines[start:end - 1]), loader())
        except (yaml.YAMLError, ValueError):
            continue
        if isinstance(value, dict) and value.get("kind") in KINDS:
            yield start + 1, end, value


def mistakes(folder):
    """What weft says of a folder of specs: (file, line, text), warnings left out."""
    run = subprocess.run([WEFT, "validate", "--specs", folder], capture_output=True, text=True, check=False)
    for line in run.stdout.split("\n") + run.stderr.split("\n"):
        found = re.match(r"(?:[!-] )?(.+?):(\d+):\d+: (.*)", line.strip())
        if found and "warning:" not in line:
            yield os.path.basename(found[1]), int(found[2]), found[3]


def compare(specs, folder):
    """Documents of a folder; returns how many were taken and refused."""
    said = list(mistakes(folder))
    taken = refused = 0
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.y*ml"), recursive=True)):
        for first, last, value in documents(path):
            texts = [text for file, line, text in said if file == os.path.basename(path) and first <= line <= last]
            errors = [error.message for error in specs.iter_errors(value)]
            if not texts and errors:
                failures.append(f"{path}:{first}: refused by the schema alone: {errors[0][:200]}")
            if any(BY_TYPE.match(text) for text in texts) and not errors:
                failures.append(f"{path}:{first}: taken by the schema, but {texts[0]}")
            taken += not errors
            refused += bool(errors)
    return taken, refused


def nodes(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from nodes(value[key], path + (key,))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from nodes(value[index], path + (index,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def spoil(specs, document):
    """Each value in turn gets a wrong type, each map an unknown field."""
    count = 0
    for path in [("spec",) + path for path in nodes(document["spec"])]:
        wrong = copy.deepcopy(document)
        value = at(wrong, path)
        at(wrong, path[:-1])[path[-1]] = "wrong" if isinstance(value, (dict, list)) else []
        count += 1
        if specs.is_valid(wrong):
            failures.append(f"{document['kind']} {path}: a wrong type is taken")
        if isinstance(value, dict) and path[-1] not in FREE_MAPS:
            wrong = copy.deepcopy(document)
            at(wrong, path)["quux"] = 1
            count += 1
            if specs.is_valid(wrong):
                failures.append(f"{document['kind']} {path}: an unknown field is taken")
    return count


def structural(where, node):
    """The rules of apiextensions.k8s.io/v1 that a schema written by tables could break."""
    if not isinstance(node.get("type"), str) and not node.get("x-kubernetes-preserve-unknown-fields"):
        failures.append(f"{where}: has no type")
    if "properties" in node and "additionalProperties" in node or node.get("type") == "array" and "items" not in node:
        failures.append(f"{where}: is not structural")
    for key in ("$ref", "default", "const", "allOf", "anyOf", "if", "deprecated"):
        if key in node:
            failures.append(f"{where}: has {key}")
    inside = list(node.get("properties", {}).items())
    inside += [(key, node[key]) for key in ("items", "additionalProperties") if isinstance(node.get(key), dict)]
    for key, value in inside:
        structural(f"{where}.{key}", value)


def crds():
    """kind -> validator of its CRD."""
    found = {}
    for path in glob.glob(os.path.join(TREE, "k8s-job", "deploy", "kustomize", "crd", "*.yaml")):
        with open(path, encoding="utf-8") as file:
            value = yaml.safe_load(file)
        if value["kind"] != "CustomResourceDefinition":
            continue
        names, version = value["spec"]["names"], value["spec"]["versions"][0]
        structural(names["kind"], version["schema"]["openAPIV3Schema"])
        assert value["metadata"]["name"] == f'{names["plural"]}.{value["spec"]["group"]}'
        found[names["kind"]] = jsonschema.Draft7Validator(version["schema"]["openAPIV3Schema"])
    return found


def typos(config):
    """Changes to the example of the configuration, and to values of the chart, that nobody can have meant."""
    with open(os.path.join(TREE, "examples", "weft.yaml"), encoding="utf-8") as file:
        value = yaml.load(file, loader())
    with open(os.path.join(TREE, "k8s-job", "deploy", "chart", "weft", "values.schema.json"), encoding="utf-8") as file:
        chart = jsonschema.Draft7Validator(json.load(file)["properties"]["config"])
    for name, validator in (("config.json", config), ("values.schema.json", chart)):
        failures.extend(f"examples/weft.yaml, {name}: {error.message}" for error in validator.iter_errors(value))
        for path in [("specs",), ("output", "author"), ("clusters", 0), ()]:
            wrong = copy.deepcopy(value)
            at(wrong, path)["quux"] = 1
            if validator.is_valid(wrong):
                failures.append(f"{name} {path}: an unknown key is taken")
    for values in ({"management": None}, {"specs": {"url": None}}, {"management": {"inCluster": False, "kubeconfig": "/x"}}):
        failures.extend(f"values {values}: {error.message}" for error in chart.iter_errors(values))
    if not chart.is_valid({"management": {"inCluster": True}}) or config.is_valid({"specs": {}}):
        failures.append("values need not be complete, a configuration must be")


def main():
    specs, config, by_crd = schema("specs.json"), schema("config.json"), crds()
    kinds = {kind: schema(f"{kind}.json") for kind in KINDS}
    folders = [os.path.join(TREE, "examples", "specs")] + sorted(glob.glob(os.path.join(TREE, "tests", "golden", "*", "in")))
    taken = refused = changes = 0
    for folder in folders:
        more = compare(specs, folder)
        taken, refused = taken + more[0], refused + more[1]
    rich = os.path.join(TREE, "tests", "unit", "api", "rich.yaml")
    for _, _, value in documents(rich):
        for validator in (specs, kinds[value["kind"]], by_crd[value["kind"]]):
            for error in validator.iter_errors(value):
                failures.append(f"{rich}: {value['kind']}: {error.message[:200]}")
        changes += spoil(kinds[value["kind"]], value)
    typos(config)
    for failure in failures[:30]:
        print(failure)
    print(f"{len(folders)} folders: {taken} documents taken, {refused} refused; {changes} changes refused; {len(failures)} failures")
    return 1 if failures or taken < 500 or changes < 200 else 0


sys.exit(main())
