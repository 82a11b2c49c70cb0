#!/usr/bin/env python3
"""Parse mails with Python's email package, default policy, and say what is in them.

    check_eml.py FILE...

One JSON object a file on standard output: subject, headers, bodies, and attachments with name, type, size and SHA-256. Every
defect that the package registers, in the structure or in a header field, is printed on standard error; the exit code is 1
then. Besides, no line longer than 998 bytes and no bare CR or LF may be in a mail, and no byte outside ASCII but in addresses,
in UTF-8 (RFC 6532).
"""

import email
import email.policy
import hashlib
import json
import re
import sys


def defects_of(part, path):
    for defect in part.defects:
        yield f"{path}: {type(defect).__name__}: {defect}"
    for name, value in part.items():
        for defect in getattr(value, "defects", ()):
            yield f"{path}: {name}: {type(defect).__name__}: {defect}"


def children(part):
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def walk(part, path="1"):
    yield part, path
    for number, child in enumerate(children(part), 1):
        yield from walk(child, f"{path}.{number}")


def leaf(part, path):
    data = part.get_payload(decode=True) or b""
    return {
        "path": path,
        "type": part.get_content_type(),
        "name": part.get_filename(),
        "disposition": part.get_content_disposition(),
        "id": part.get("Content-ID") and str(part["Content-ID"]),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


# Fields that hold addresses.
ADDRESSES = re.compile(rb"(From|Sender|Reply-To|To|Cc|Bcc|Disposition-Notification-To|Return-Receipt-To):", re.IGNORECASE)


def is_international(data):
    """Whether all that is not ASCII is UTF-8 in an address of the header."""
    header = data.split(b"\r\n\r\n")[0]
    fields = re.split(rb"\r\n(?![ \t])", header)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return data[len(header):].isascii() and all(field.isascii() or ADDRESSES.match(field) for field in fields)


def check(data):
    wrong = []
    international = not data.isascii() and is_international(data)
    if not data.isascii() and not international:
        wrong.append("a byte outside ASCII")
    if re.search(rb"\r(?!\n)|(?<!\r)\n", data):
        wrong.append("a bare CR or LF")
    longest = max(map(len, data.split(b"\r\n")))
    if longest > 998:
        wrong.append(f"a line of {longest} bytes")
    message = email.message_from_string(data.decode("utf-8", "surrogateescape"), policy=email.policy.default)
    leaves, types = [], []
    for part, path in walk(message):
        # To the package, a local part outside ASCII is a defect.
        wrong.extend(one for one in defects_of(part, path) if not (international and "NonASCIILocalPart" in one))
        types.append(f"{path} {part.get_content_type()}")
        kind = part.get_content_type()
        if kind == "message/rfc822":
            leaves.append({"path": path, "type": kind, "name": part.get_filename(), "embedded": True})
        elif not children(part):
            leaves.append(leaf(part, path))
            if part.get_content_maintype() == "text" and not part.is_attachment():
                part.get_content()
    headers = [[name, str(value)] for name, value in message.items()]
    return {"headers": headers, "tree": types, "parts": leaves}, wrong


def main(files):
    failed = False
    for file in files:
        with open(file, "rb") as opened:
            found, wrong = check(opened.read())
        print(json.dumps({"file": file, **found}))
        for line in wrong:
            failed = True
            print(f"{file}: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
