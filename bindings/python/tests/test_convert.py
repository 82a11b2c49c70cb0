"""Messages into other formats, and mails through the filter; checked with Python's own package for mail."""

import email
import email.policy

import pytest
from conftest import TESTDATA, sample

import winmail_tnef
from winmail_tnef import Mail, Message, filter_mail


def files(mail):
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    return {part.get_filename(): part.get_payload(decode=True) for part in parsed.walk() if part.get_filename()}


def test_to_eml_has_everything(quarter):
    message = Message.from_bytes(quarter)
    mail = message.to_eml()
    assert isinstance(mail, Mail) and isinstance(mail, bytes)
    assert (mail.changed, mail.losses, message.losses()) == (True, (), [])
    found = files(bytes(mail))
    for attachment in message.attachments:
        assert found[attachment.name] == attachment.data
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    assert parsed["Subject"] == "Figures of the third quarter"
    assert parsed.get_body(("html",)).get_content().strip() == message.html.strip()


def test_the_filter_takes_winmail_dat_out(mail):
    made = filter_mail(mail)
    assert (made.changed, made.refused, made.losses, made.breaks_signature) == (True, None, (), False)
    assert [outcome.action for outcome in made.outcomes] == ["replaced"]
    assert set(files(made)) == {"Quartal Übersicht.csv", "logo.png"}
    assert Message.from_bytes(mail).to_eml() == made
    kept = filter_mail(mail, keep_original=True, add_fields=["X-Converted: yes"])
    assert "winmail.dat" in files(kept) and b"\r\nX-Converted: yes\r\n" in kept
    with pytest.raises(ValueError, match="header field"):
        filter_mail(mail, add_fields=["X: y\r\nBcc: everybody@example.org"])


def test_a_mail_without_tnef_comes_back_as_it_is():
    plain = b"From: a@example.org\nSubject: x\n\nhi\n"
    made = filter_mail(plain)
    assert made == plain and not made.changed and made.outcomes == ()
    assert filter_mail(b"") == b""


def test_what_mime_cannot_say_stays_and_is_said():
    message = Message.open(TESTDATA / "recall.dat")
    mail = message.to_eml()
    (kept,) = [outcome for outcome in mail.outcomes if outcome.action != "replaced"]
    assert kept.reason
    assert any(data.startswith(b"\x78\x9f\x3e\x22") for data in files(mail).values())


def test_tnef_comes_out_byte_for_byte(quarter):
    message = Message.from_bytes(quarter)
    assert message.to_tnef() == quarter
    assert Message.from_bytes(message.to_tnef(canonical=True)).subject == message.subject
    (stream,) = winmail_tnef.streams(message.to_tnef("mail"))
    assert stream.subject == message.subject
    with pytest.raises(ValueError, match="form"):
        message.to_tnef("zip")


def test_nested_messages_convert_too():
    message = Message.open(TESTDATA / "forward.dat")
    nested = next(attachment.message for attachment in message.attachments if attachment.message)
    assert email.message_from_bytes(nested.to_eml(), policy=email.policy.default)["Subject"] == nested.subject
    again = Message.from_bytes(nested.to_tnef())
    assert (again.subject, len(again.attachments)) == (nested.subject, len(nested.attachments))
    # A message in a .msg has no stream of its own.
    inside = next(one.message for one in Message.from_bytes(message.to_msg()).attachments if one.message)
    assert email.message_from_bytes(inside.to_eml(), policy=email.policy.default)["Subject"] == nested.subject


def test_calendars_and_cards():
    calendar = Message.open(TESTDATA / "appointment.dat").ics()
    assert calendar.startswith("BEGIN:VCALENDAR\r\n") and "BEGIN:VEVENT" in calendar
    assert Message.open(TESTDATA / "appointment.dat").vcf() is None
    card = Message.open(TESTDATA / "contact.dat")
    assert "VERSION:3.0" in card.vcf() and "VERSION:4.0" in card.vcf(version="4.0")
    assert Message.from_bytes(sample("winmail.dat")).ics() is None
    with pytest.raises(ValueError, match="vCard"):
        card.vcf(version="5.0")
    with pytest.raises(ValueError, match="zones"):
        card.ics(zones="mars")
