"""Holds quarry's JSON Schemas against the JSON Schema Test Suite, drafts 2020-12 and 7.

usage: suite_test.py SCHEMA_PROBLEMS SUITE

SUITE holds tests/draft2020-12 and tests/draft7. All required tests of both are run, and of the optional ones the
formats that are checked. Groups that are refused on purpose are named below: a test that fails, a group that is refused
without being named, and a named one that is not refused are failures.
"""
import json
import pathlib
import subprocess
import sys

NOT_FETCHED = "is in another document, which is never fetched"
UNKNOWN = "is not known"

# Groups whose schema is refused, by draft and file, with the error. Some references lead to documents that the suite
# has beside its tests, and some to the schema of schemas, which is one more document.
REFUSED = {
    "draft2020-12": {
        "anchor": {NOT_FETCHED: ["invalid anchors"]},
        "defs": {NOT_FETCHED: ["validate definition against metaschema"]},
        "dynamicRef": {
            NOT_FETCHED: [
                "strict-tree schema, guards against misspelled properties",
                "tests for implementation dynamic anchor and reference link",
                "$ref and $dynamicAnchor are independent of order - $defs first",
                "$ref and $dynamicAnchor are independent of order - $ref first",
            ]
        },
        "id": {
            NOT_FETCHED: [
                "Invalid use of fragments in location-independent $id",
                "Valid use of empty fragments in location-independent $id",
                "Unnormalized $ids are allowed but discouraged",
            ]
        },
        "ref": {NOT_FETCHED: ["remote ref, containing refs itself", "URN base URI with f-component"]},
        "refRemote": {
            NOT_FETCHED: [
                "remote ref",
                "fragment within remote ref",
                "anchor within remote ref",
                "ref within remote ref",
                "base URI change",
                "base URI change - change folder",
                "base URI change - change folder in subschema",
                "root ref in remote ref",
                "remote ref with ref to defs",
                "Location-independent identifier in remote ref",
                "retrieved nested refs resolve relative to their URI not $id",
                "remote HTTP ref with different $id",
                "remote HTTP ref with different URN $id",
                "remote HTTP ref with nested absolute ref",
            ]
        },
        "vocabulary": {
            UNKNOWN: [
                "schema that uses custom metaschema with with no validation vocabulary",
                "ignore unrecognized optional vocabulary",
            ]
        },
    },
    "draft7": {
        "definitions": {NOT_FETCHED: ["validate definition against metaschema"]},
        "ref": {NOT_FETCHED: ["remote ref, containing refs itself"]},
        "refRemote": {
            NOT_FETCHED: [
                "remote ref",
                "fragment within remote ref",
                "ref within remote ref",
                "base URI change",
                "base URI change - change folder",
                "base URI change - change folder in subschema",
                "root ref in remote ref",
                "remote ref with ref to definitions",
                "Location-independent identifier in remote ref",
                "retrieved nested refs resolve relative to their URI not $id",
            ]
        },
    },
}
OPTIONAL = ["format/date", "format/time", "format/date-time"]


def files_of(suite, draft):
    folder = suite / "tests" / draft
    for path in sorted(folder.glob("*.json")):
        yield path.stem, json.loads(path.read_text())
    for name in OPTIONAL:
        yield f"optional/{name}", json.loads((folder / "optional" / f"{name}.json").read_text())
    if draft == "draft2020-12":
        yield "dynamicRef, bundled", bundled(suite, json.loads((folder / "dynamicRef.json").read_text()))


def bundled(suite, groups):
    """The groups that refer to documents, with these in their $defs."""
    names = ["tree.json", "extendible-dynamic-ref.json"]
    others = {name: json.loads((suite / "remotes" / "draft2020-12" / name).read_text()) for name in names}
    refused = REFUSED["draft2020-12"]["dynamicRef"][NOT_FETCHED]
    for group in groups:
        if group["description"] in refused:
            group["schema"]["$defs"] = {**group["schema"].get("$defs", {}), **others}
    return [group for group in groups if group["description"] in refused]


def with_dialect(schema, draft):
    """A schema that says nothing is of 2020-12."""
    if draft == "draft7" and isinstance(schema, dict) and "$schema" not in schema:
        return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
    return schema


def run(program, groups):
    cases = "".join(
        json.dumps({"schema": schema, "values": [test["data"] for test in tests]}) + "\n" for schema, tests in groups
    )
    done = subprocess.run([program], input=cases, capture_output=True, text=True, check=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_draft(program, suite, draft):
    wrong, passed = [], 0
    refused = {(file, name): why for file, whys in REFUSED[draft].items() for why, names in whys.items() for name in names}
    for file, groups in files_of(suite, draft):
        results = run(program, [(with_dialect(group["schema"], draft), group["tests"]) for group in groups])
        for group, result in zip(groups, results, strict=True):
            name = group["description"]
            why = refused.pop((file, name), None)
            if "refused" in result or why is not None:
                if why is None or why not in result.get("refused", ""):
                    wrong.append(f"{file}: {name}: {result.get('refused', 'is not refused')}")
                continue
            for test, problems in zip(group["tests"], result["problems"], strict=True):
                passed += 1
                if (problems == []) != test["valid"]:
                    wrong.append(f"{file}: {name}: {test['description']}: {problems or 'fits'}")
    wrong += [f"named as refused, but not there: {file}: {name}" for file, name in refused]
    print(f"{draft}: {passed} tests run, {len(wrong)} results are not as expected", *wrong, sep="\n  ")
    return not wrong


def main():
    program, suite = sys.argv[1], pathlib.Path(sys.argv[2])
    if not (suite / "tests").is_dir():
        print("skipped: the suite is needed, Debian's libtest-json-schema-acceptance-perl: scripts/setup")
        return 77
    return 0 if all([check_draft(program, suite, draft) for draft in ("draft2020-12", "draft7")]) else 1


if __name__ == "__main__":
    sys.exit(main())
