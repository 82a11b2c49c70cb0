"""Messages: what is read from each kind of input."""

import base64
import copy
import datetime
import gc
import hashlib
import json
import pathlib
import random
import struct
import threading

import pytest
from conftest import INPUTS, SAMPLES, TESTDATA, sample

import winmail_tnef
from winmail_tnef import MalformedError, Message, table


def test_three_lines():
    message = Message.open(TESTDATA / "winmail.dat")
    assert [attachment.name for attachment in message.attachments] == ["Quartal Übersicht.csv", "logo.png"]
    assert bytes(message.attachments[1].data).startswith(b"\x89PNG")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_facts_of_the_samples(path):
    facts = json.loads((TESTDATA / "facts" / f"{path.stem}.json").read_text("utf-8"))
    if facts["message"] is None:
        with pytest.raises(MalformedError):
            Message.open(path)
        return
    message = Message.open(path)
    compare(message, facts["message"])
    assert {found.code for found in message.diagnostics} == set(facts["diagnostics"])


def compare(message, facts):
    assert message.message_class == facts["class"]
    assert message.code_page == facts["code_page"]
    assert message.subject == facts["subject"]
    recipients = [
        {"type": row.kind, "name": row.name, "address": row.smtp_address or row.address} for row in message.recipients
    ]
    assert recipients == facts["recipients"]
    kinds = {"file": "file", "message": "message", "ole": "object", "object": "object", "none": "nothing"}
    assert [attachment.kind for attachment in message.attachments] == [kinds[one["kind"]] for one in facts["attachments"]]
    for attachment, fact in zip(message.attachments, facts["attachments"]):
        assert attachment.name == fact["name"]
        if "sha256" in fact:
            assert hashlib.sha256(attachment.data).hexdigest() == fact["sha256"]
            assert attachment.size == fact["size"] == len(attachment.data)
            assert attachment.read() == attachment.data
        if "message" in fact:
            compare(attachment.message, fact["message"])
    forms = {body["form"] for body in facts["bodies"]}
    assert (message.rtf is not None) == ("rtf" in forms)
    if forms:
        assert message.body().text is not None
    for body in facts["bodies"]:
        if body["form"] == "text" and "text" in body:
            assert message.text == body["text"]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_whatever_is_asked_of_whatever_input_answers_or_raises(path):
    try:
        message = Message.open(path)
    except winmail_tnef.WinmailError as error:
        assert error.code and str(error)
        return
    look_at(message)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_damaged_copies_answer_or_raise(path):
    whole = path.read_bytes()
    drawn = random.Random(path.name)
    for _ in range(4 if len(whole) < 1 << 16 else 0):
        copied = bytearray(whole[: drawn.randrange(len(whole) + 1)] if drawn.random() < 0.3 else whole)
        for _ in range(drawn.randrange(1, 8) if copied else 0):
            copied[drawn.randrange(len(copied))] = drawn.choice([0, 1, 0x7F, 0x80, 0xFF, drawn.randrange(256)])
        try:
            look_at(Message.from_bytes(copied))
        except winmail_tnef.WinmailError as error:
            assert str(error)
        assert table.lines("damaged", copied)["messages"]


def look_at(message):
    for name in dir(message):
        if name.startswith("_") or name in ("open", "from_bytes"):
            continue
        try:
            value = getattr(message, name)
            if callable(value):
                value()
        except winmail_tnef.WinmailError as error:
            assert str(error)
    for found in message.properties:
        assert found.name and repr(found)
    for attachment in message.attachments:
        assert attachment.safe_name and attachment.mime_type and repr(attachment)
        if attachment.message is not None:
            look_at(attachment.message)


def test_any_object_with_bytes(quarter):
    for data in (quarter, bytearray(quarter), memoryview(quarter), memoryview(bytearray(b"x" + quarter))[1:]):
        assert Message.from_bytes(data).subject == "Figures of the third quarter"
    with pytest.raises(TypeError):
        Message.from_bytes("text")
    with pytest.raises(TypeError):
        Message.from_bytes(5)


def test_data_is_a_view_of_the_input(quarter):
    message = Message.from_bytes(quarter)
    data = message.attachments[0].data
    assert data.obj is quarter
    assert data.readonly
    assert quarter.count(bytes(data)) == 1
    # It outlives the message.
    del message
    gc.collect()
    assert bytes(data).decode("utf-8-sig").count("\n") > 0


def test_data_of_nested_messages_is_too():
    outer = sample("nested.dat")
    message = Message.from_bytes(outer)
    nested = [attachment for attachment in message.all_attachments() if len(attachment.path) > 1]
    assert nested
    assert all(attachment.data.obj is outer for attachment in nested if attachment.size)


def test_a_changed_buffer_changes_no_message(quarter):
    buffer = bytearray(quarter)
    message = Message.from_bytes(buffer)
    before = bytes(message.attachments[0].data)
    buffer[:] = bytes(len(buffer))
    assert bytes(message.attachments[0].data) == before != bytes(len(before))


def test_base64_and_junk_in_front(quarter):
    for data in (base64.encodebytes(quarter), b"\r\n" + quarter):
        message = Message.from_bytes(data)
        assert (message.format, len(message.attachments)) == ("tnef", 2)


def test_a_mail_is_read_with_what_it_says_itself(mail):
    message = Message.from_bytes(mail)
    assert (message.format, message.subject) == ("mail", "Figures of the third quarter")
    assert message.sender_address == "jane@example.org"
    assert [row.smtp_address for row in message.recipients] == ["joe@example.org"]
    assert message.sent == datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
    # The mail's own text says what the stream does not say, and is kept.
    *files, text = message.attachments
    assert [attachment.name for attachment in files] == ["Quartal Übersicht.csv", "logo.png"]
    assert (text.name, bytes(text.data).strip()) == (None, b"see winmail.dat")
    (stream,) = winmail_tnef.streams(mail)
    assert (stream.format, stream.part) == ("tnef", "part 2 (winmail.dat)")
    assert [bytes(one.data) for one in stream.attachments] == [bytes(one.data) for one in files]


def test_a_time_that_is_no_date_of_python_is_a_number_and_not_when_it_was_sent(mail):
    data = Message.from_bytes(mail).to_tnef()
    start = datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
    sent = int((Message.from_bytes(mail).sent - start).total_seconds()) * 10_000_000
    assert struct.pack("<Q", sent) in data
    # The year 16,000 or so.
    late = sent * 35
    message = Message.from_bytes(data.replace(struct.pack("<Q", sent), struct.pack("<Q", late)))
    assert message.properties["PidTagClientSubmitTime"] == late
    assert message.sent is None


def test_an_mbox_is_taken_apart(mail):
    line = b"From jane@example.org Tue Nov 14 22:13:20 2023\r\n"
    mbox = line + mail + b"\r\n" + line + mail
    with pytest.raises(MalformedError, match="mails"):
        Message.from_bytes(mbox)
    mails = winmail_tnef.mails(mbox)
    assert [Message.from_bytes(one).subject for one in mails] == ["Figures of the third quarter"] * 2
    assert len(winmail_tnef.streams(mbox)) == 2
    # One alone is what is in it.
    assert Message.from_bytes(line + mail).subject == "Figures of the third quarter"


def test_outlooks_own_file(quarter):
    file = Message.from_bytes(quarter).to_msg()
    message = Message.from_bytes(file)
    assert message.format == "msg"
    assert message.subject == "Figures of the third quarter"
    assert [bytes(one.data) for one in message.attachments] == [
        bytes(one.data) for one in Message.from_bytes(quarter).attachments
    ]


def test_errors_say_where_and_what():
    with pytest.raises(MalformedError) as raised:
        Message.from_bytes(b"%PDF-1.7 and no TNEF")
    error = raised.value
    assert isinstance(error, ValueError)
    assert (error.code, error.offset) == ("invalid-signature", 0)
    assert "PDF" in str(error)
    assert [found.code for found in error.diagnostics] == ["invalid-signature"]
    with pytest.raises(FileNotFoundError) as raised:
        Message.open("no such file")
    assert raised.value.filename == "no such file"


def test_strict_and_limits():
    damaged = sample("damaged.dat")
    assert Message.from_bytes(damaged).diagnostics
    with pytest.raises(MalformedError) as raised:
        Message.from_bytes(damaged, strict=True)
    assert raised.value.code and raised.value.offset is not None
    many = sample("many-attachments.dat")
    with pytest.raises(winmail_tnef.LimitError):
        Message.from_bytes(many, strict=True, max_attachments=1)
    few = Message.from_bytes(many, max_attachments=1)
    assert len(few.attachments) == 1
    assert any(found.code == "limit-reached" for found in few.diagnostics)
    assert len(Message.from_bytes(many, max_attachments=None).attachments) > 1
    with pytest.raises(TypeError, match="max_attachment"):
        Message.from_bytes(many, max_attachment=1)
    with pytest.raises(ValueError, match="code page"):
        Message.from_bytes(many, code_page="klingon")


def test_the_code_page_of_the_caller_counts_where_there_is_none():
    data = sample("missing-code-page.dat")
    subjects = {Message.from_bytes(data, code_page=page).code_page for page in (1251, "windows-1253")}
    assert subjects == {1251, 1253}


def test_diagnostics_are_values():
    found = Message.open(TESTDATA / "checksum.dat").diagnostics
    again = Message.open(TESTDATA / "checksum.dat").diagnostics
    assert found == again and hash(found[0]) == hash(again[0])
    assert found[0].code == "checksum-mismatch" and str(found[0])
    with pytest.raises(AttributeError):
        found[0].code = "other"


def test_files_are_saved_under_names_that_cannot_hurt(tmp_path):
    message = Message.open(TESTDATA / "file-names.dat")
    assert any("/" in (attachment.name or "") or "\\" in (attachment.name or "") for attachment in message.attachments)
    for attachment in message.attachments:
        path = pathlib.Path(attachment.save(tmp_path))
        assert path.parent == tmp_path
        assert path.read_bytes() == attachment.data
    assert len(list(tmp_path.iterdir())) == len(message.attachments)
    # Nothing is overwritten.
    first = message.attachments[0]
    again = pathlib.Path(first.save(tmp_path))
    assert again.exists() and len(list(tmp_path.iterdir())) == len(message.attachments) + 1
    with pytest.raises(FileNotFoundError):
        first.save(tmp_path / "absent")


def test_threads_read_at_once(quarter):
    message = Message.from_bytes(quarter)
    seen = []

    def work():
        for _ in range(20):
            seen.append((Message.from_bytes(quarter).html, message.html, bytes(message.attachments[0].data)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80 and len(set(seen)) == 1


def test_every_public_name_has_documentation():
    for name in winmail_tnef.__all__:
        value = getattr(winmail_tnef, name)
        if name.startswith("__"):
            continue
        assert value.__doc__, name
        for member, found in vars(value).items() if isinstance(value, type) else ():
            if not member.startswith("_"):
                assert found.__doc__, f"{name}.{member}"
    assert copy.copy(winmail_tnef.Mail(b"x", changed=False)).changed is False
