#!/usr/bin/env python3
"""The public API of the library, an item a line, out of rustdoc's JSON.

usage: public_api_list.py FILE.json           prints it
       public_api_list.py FILE.json LIST      compares it with LIST and says what differs
       public_api_list.py FILE.json --paths   types that have more than one path

Tags and named properties are tables and are counted, not listed. What compilers derive (Debug, Clone and their kind) is left out."""
import collections
import difflib
import json
import pathlib
import sys

DERIVED = {"Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd", "StructuralPartialEq", "Send", "Sync",
           "Unpin", "UnwindSafe", "RefUnwindSafe", "Freeze", "UnsafeUnpin"}
# The formats of rustdoc's JSON that this has been tried with.
FORMATS = {57}
TABLES = ("winmail::tags", "winmail::named", "winmail::mapi::tags", "winmail::mapi::named")


class Api:
    def __init__(self, path):
        docs = json.loads(pathlib.Path(path).read_text())
        if docs["format_version"] not in FORMATS:
            print(f"rustdoc writes its format {docs['format_version']}, which is not known here: the public API is not compared")
            sys.exit(0)
        self.index = docs["index"]
        self.root = docs["root"]
        self.lines = []
        self.paths = collections.defaultdict(set)
        self.counts = collections.Counter()
        self.module(self.item(self.root), "winmail", frozenset())

    def item(self, number):
        return self.index.get(str(number))

    # Types, as they are written.

    def type(self, t):
        if t is None:
            return "_"
        if isinstance(t, str):
            return t
        kind, value = next(iter(t.items()))
        match kind:
            case "primitive" | "generic":
                return value
            case "resolved_path":
                return value["path"].split("::")[-1] + self.args(value.get("args"))
            case "borrowed_ref":
                life = value["lifetime"] + " " if value["lifetime"] else ""
                return "&" + life + ("mut " if value["is_mutable"] else "") + self.type(value["type"])
            case "tuple":
                return "(" + ", ".join(self.type(one) for one in value) + ")"
            case "slice":
                return f"[{self.type(value)}]"
            case "array":
                return f"[{self.type(value['type'])}; {value['len']}]"
            case "impl_trait":
                return "impl " + self.bounds(value)
            case "dyn_trait":
                return "dyn " + " + ".join(self.trait(one["trait"]) for one in value["traits"])
            case "qualified_path":
                base = self.type(value["self_type"])
                return f"{base}::{value['name']}{self.args(value.get('args'))}"
            case "function_pointer":
                return "fn" + self.signature(value["sig"])
            case _:
                return kind

    def args(self, args):
        if not args:
            return ""
        if "angle_bracketed" in args:
            found = []
            for one in args["angle_bracketed"]["args"]:
                kind, value = next(iter(one.items())) if isinstance(one, dict) else (one, None)
                found.append(value if kind == "lifetime" else self.type(value) if kind == "type" else "_")
            for one in args["angle_bracketed"]["constraints"]:
                binding = one["binding"]
                if "equality" in binding:
                    found.append(f"{one['name']} = {self.type(binding['equality'].get('type'))}")
                else:
                    found.append(f"{one['name']}: {self.bounds(binding['constraint'])}")
            return f"<{', '.join(found)}>" if found else ""
        if "parenthesized" in args:
            inner = args["parenthesized"]
            out = f" -> {self.type(inner['output'])}" if inner.get("output") else ""
            return "(" + ", ".join(self.type(one) for one in inner["inputs"]) + ")" + out
        return ""

    def trait(self, trait):
        return trait["path"].split("::")[-1] + self.args(trait.get("args"))

    def bounds(self, bounds):
        found = []
        for bound in bounds:
            if "trait_bound" in bound:
                found.append(("?" if bound["trait_bound"]["modifier"] == "maybe" else "") + self.trait(bound["trait_bound"]["trait"]))
            elif "outlives" in bound:
                found.append(bound["outlives"])
        return " + ".join(found)

    def signature(self, sig):
        inputs = ", ".join(self.type(t) if name == "self" else f"{name}: {self.type(t)}" for name, t in sig["inputs"])
        inputs = inputs.replace("&mut Self", "&mut self", 1) if inputs.startswith("&mut Self") else inputs
        out = f" -> {self.type(sig['output'])}" if sig["output"] else ""
        return f"({inputs}){out}"

    def generics(self, generics):
        found = []
        for one in generics["params"]:
            kind, value = next(iter(one["kind"].items()))
            if kind == "type" and value.get("is_synthetic"):
                continue
            bounds = self.bounds(value["bounds"]) if kind == "type" and value["bounds"] else ""
            found.append(one["name"] + (f": {bounds}" if bounds else ""))
        return f"<{', '.join(found)}>" if found else ""

    # Items.

    def add(self, kind, path, rest=""):
        self.counts[kind] += 1
        self.lines.append(f"{path}{rest}: {kind}" if kind in ("mod", "trait") else f"{path}{rest}")

    def module(self, module, path, inside):
        if module is None or module["id"] in inside:
            return
        for number in module["inner"]["module"]["items"]:
            self.visit(self.item(number), path, inside | {module["id"]})

    def visit(self, item, path, inside):
        if item is None or item["visibility"] != "public":
            return
        kind, inner = next(iter(item["inner"].items()))
        name = item["name"]
        if kind == "use":
            target = self.item(inner["id"]) if inner["id"] is not None else None
            if target is None:
                return
            if inner["is_glob"]:
                self.module(target, path, inside) if "module" in target["inner"] else None
            else:
                self.named(target, f"{path}::{inner['name']}", inside)
            return
        self.named(item, f"{path}::{name}", inside)

    def named(self, item, path, inside):
        kind, inner = next(iter(item["inner"].items()))
        if kind == "module":
            self.paths[item["id"]].add(path)
            self.add("mod", path)
            if path in TABLES:
                count = len(inner["items"])
                self.lines.append(f"{path}::*: {count} constants")
                return
            self.module(item, path, inside)
            return
        first = item["id"] not in self.paths
        self.paths[item["id"]].add(path)
        if kind == "function":
            self.add("fn", path, self.generics(inner["generics"]) + self.signature(inner["sig"]))
        elif kind in ("constant", "static"):
            self.add(kind, path, ": " + self.type(inner["type"]))
        elif kind == "type_alias":
            self.add(kind, path, self.generics(inner["generics"]) + " = " + self.type(inner["type"]))
        elif kind in ("struct", "enum", "trait", "union"):
            open_ = " (non_exhaustive)" if "non_exhaustive" in json.dumps(item["attrs"]) else ""
            self.add(kind, path, self.generics(inner["generics"]) + open_ + f": {kind}" if kind != "trait" else self.generics(inner["generics"]))
            if first:
                self.members(item, kind, inner, path)
        elif kind == "macro":
            self.add(kind, path, "!")

    def members(self, item, kind, inner, path):
        if kind == "struct":
            fields = inner["kind"].get("plain", {}).get("fields", []) if isinstance(inner["kind"], dict) else []
            if isinstance(inner["kind"], dict) and "tuple" in inner["kind"]:
                fields = [one for one in inner["kind"]["tuple"] if one is not None]
            for number in fields:
                field = self.item(number)
                if field and field["visibility"] == "public":
                    self.add("field", f"{path}.{field['name']}", ": " + self.type(field["inner"]["struct_field"]))
        elif kind == "enum":
            for number in inner["variants"]:
                variant = self.item(number)
                shape = variant["inner"]["variant"]["kind"]
                rest = ""
                if isinstance(shape, dict):
                    numbers = shape.get("tuple") or shape.get("struct", {}).get("fields", [])
                    fields = [self.item(one) for one in numbers if one is not None]
                    types = [(one["name"] + ": " if "struct" in shape else "") + self.type(one["inner"]["struct_field"]) for one in fields if one]
                    rest = f"({', '.join(types)})"
                self.add("variant", f"{path}::{variant['name']}", rest)
        elif kind == "trait":
            for number in inner["items"]:
                self.member(self.item(number), path)
        for number in inner.get("impls", []) if kind != "trait" else []:
            one = self.item(number)
            if one is None:
                continue
            found = one["inner"]["impl"]
            if found["trait"] is None:
                for member in found["items"]:
                    member = self.item(member)
                    if member and member["visibility"] == "public":
                        self.member(member, path)
            elif not found["is_synthetic"] and found["blanket_impl"] is None:
                trait = found["trait"]["path"].split("::")[-1]
                if trait not in DERIVED:
                    self.add("impl", f"{path}", f": impl {self.trait(found['trait'])} for {self.type(found['for'])}")

    def member(self, member, path):
        if member is None:
            return
        kind, inner = next(iter(member["inner"].items()))
        if kind == "function":
            self.add("fn", f"{path}::{member['name']}", self.generics(inner["generics"]) + self.signature(inner["sig"]))
        elif kind in ("assoc_const", "constant"):
            self.add("constant", f"{path}::{member['name']}", ": " + self.type(inner["type"]))
        elif kind == "assoc_type":
            self.add("type", f"{path}::{member['name']}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    api = Api(sys.argv[1])
    if len(sys.argv) == 3 and sys.argv[2] == "--paths":
        for number, paths in sorted(api.paths.items(), key=lambda one: sorted(one[1])):
            if len(paths) > 1 and "module" not in api.item(number)["inner"]:
                print(*sorted(paths))
        return
    lines = sorted(set(api.lines))
    if len(sys.argv) == 2:
        print("\n".join(lines))
        return
    kept = pathlib.Path(sys.argv[2]).read_text().splitlines()
    differs = [line for line in difflib.unified_diff(kept, lines, "listed", "found", lineterm="", n=0) if not line.startswith("@@")]
    if differs:
        print("\n".join(differs))
        sys.exit(f"the public API is not what {sys.argv[2]} lists: if that is meant, list it anew (CONTRIBUTING.md)")
    print(f"{len(lines)} lines of public API, as listed")


main()
