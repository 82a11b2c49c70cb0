"""RTF on its own."""

import pytest
from conftest import TESTDATA

from winmail_tnef import MalformedError, Message, rtf

#: [MS-OXRTFCP] 4.1: the specification's own example.
PLAIN = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0".replace(" ", "")
)


def test_the_specifications_example():
    assert rtf.decompress(COMPRESSED) == PLAIN
    assert rtf.compress(PLAIN) == COMPRESSED


@pytest.mark.parametrize("mode", ["reference", "outlook", "dense", "store"])
def test_there_and_back(mode):
    text = b"{\\rtf1\\ansi " + b"again and again " * 200 + b"}"
    packed = rtf.compress(text, mode=mode)
    assert rtf.decompress(packed, strict=True) == text
    assert (len(packed) < len(text)) == (mode != "store")


def test_damage():
    broken = COMPRESSED[:-3] + b"\0\0\0"
    assert rtf.decompress(broken)
    with pytest.raises(MalformedError) as raised:
        rtf.decompress(broken, strict=True)
    assert raised.value.code.startswith("rtf-")
    with pytest.raises(ValueError, match="mode"):
        rtf.compress(b"", mode="zip")
    from winmail_tnef import LimitError

    with pytest.raises(LimitError):
        rtf.decompress(rtf.compress(b"x" * 100_000), max_output=10, strict=True)


def test_html_and_text():
    html = rb"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag84 <b>}caf\'e9{\*\htmltag92 </b>}}"
    assert rtf.carries(html) == "html"
    assert rtf.to_html(html) == rtf.to_html(rtf.compress(html)) == "<b>caf\xe9</b>"
    rich = rb"{\rtf1\ansi\b caf\'e9\b0\par}"
    assert rtf.carries(rich) is None
    assert "caf\xe9" in rtf.to_html(rich) and rtf.to_text(rich).strip() == "caf\xe9"
    text = rb"{\rtf1\ansi\fromtext plain}"
    assert (rtf.carries(text), rtf.to_text(text)) == ("text", "plain")


def test_the_body_of_a_message():
    message = Message.open(TESTDATA / "rtf-html.dat")
    assert rtf.to_html(message.rtf) == message.html
