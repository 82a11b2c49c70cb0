#!/usr/bin/env python3
"""Whether a type of a package that is not vocabulary of the field stands in a public signature of the library.

usage: public_api.py FILE.json        rustdoc's JSON of the library (RUSTDOCFLAGS="-Z unstable-options --output-format json")
       public_api.py --grep FOLDER    without nightly: lines of public items in the sources that name such a package"""
import json
import pathlib
import re
import sys

# uuid is the GUID of the field and bitflags makes flags; std's three are no packages.
ALLOWED = {"winmail", "std", "core", "alloc", "uuid", "bitflags"}
# serde's traits are what its feature is for.
TRAITS = {"serde", "serde_core"}
FORBIDDEN = ("clap", "tempfile", "serde_json", "nom", "html2text", "html5ever", "mail_parser", "csv", "quick_xml", "toml_edit", "base64")


def of_json(path):
    docs = json.loads(pathlib.Path(path).read_text())
    index, paths, crates = docs["index"], docs["paths"], docs["external_crates"]
    name = lambda number: "winmail" if number == 0 else crates[str(number)]["name"]
    wrong = set()

    def types(value, where):
        """Every resolved path of a signature."""
        if isinstance(value, dict):
            path = value.get("resolved_path")
            if isinstance(path, dict) and str(path.get("id")) in paths:
                package = name(paths[str(path["id"])]["crate_id"])
                if package not in ALLOWED and package not in TRAITS:
                    wrong.add((where, package, "::".join(paths[str(path["id"])]["path"])))
            for part in value.values():
                types(part, where)
        elif isinstance(value, list):
            for part in value:
                types(part, where)

    count = 0
    for item in index.values():
        if item["crate_id"] != 0 or item["visibility"] != "public":
            continue
        inner = item["inner"]
        for kind in ("function", "struct_field", "constant", "static", "type_alias", "assoc_type"):
            if kind in inner:
                count += 1
                types(inner[kind], item["name"])
    return count, sorted(wrong)


def of_sources(folder):
    count, wrong = 0, []
    for path in sorted(pathlib.Path(folder).rglob("*.rs")):
        text = path.read_text().split("\n#[cfg(test)]\nmod tests")[0]
        for number, line in enumerate(text.splitlines(), 1):
            if not re.match(r"\s*pub (fn|struct|enum|type|const|trait|use|[a-z_0-9]+:)", line):
                continue
            count += 1
            for package in FORBIDDEN:
                if re.search(rf"\b{package}::", line):
                    wrong.append((f"{path}:{number}", package, line.strip()))
    return count, wrong


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--grep":
        count, wrong = of_sources(sys.argv[2])
    elif len(sys.argv) == 2:
        count, wrong = of_json(sys.argv[1])
    else:
        sys.exit(__doc__)
    for row in wrong:
        print("foreign type:", *row)
    if count < 500:
        sys.exit(f"only {count} public items found: that cannot be all")
    print(f"{count} public items, {len(wrong)} foreign types")
    sys.exit(1 if wrong else 0)


main()
