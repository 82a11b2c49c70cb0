"""Properties by any name, and their values."""

import datetime
import decimal
import uuid

import pytest
from conftest import TESTDATA, sample

from winmail_tnef import Message


def test_any_name(quarter):
    properties = Message.from_bytes(quarter).properties
    for key in ("PidTagSubject", "PR_SUBJECT", 0x0037001F, 0x0037001E, 0x0037, "0x0037001F"):
        assert properties[key] == "Figures of the third quarter", key
        assert key in properties
    assert "PidTagImportance@PtypString" not in properties
    for key in ("PidTagNoSuchThing", "", 0x7FFF, 0x7FFF001F):
        assert key not in properties
        assert properties.get(key) is None
        assert properties.get(key, 5) == 5
        with pytest.raises(KeyError):
            properties[key]
    with pytest.raises(TypeError):
        properties[None]
    with pytest.raises(OverflowError):
        properties[-1]


def test_all_are_there_and_found_by_the_names_that_they_show():
    for name in ("winmail.dat", "named.dat", "property-types.dat", "task.dat"):
        properties = Message.from_bytes(sample(name)).properties
        all_of_them = list(properties)
        assert len(all_of_them) == len(properties) > 5
        for found in all_of_them:
            again = properties.find(found.name)
            assert again is not None, found
            assert (again.guid, again.id_or_name) == (found.guid, found.id_or_name), found


def test_named_properties():
    properties = Message.open(TESTDATA / "named.dat").properties
    named = [found for found in properties if found.guid]
    assert named
    for found in named:
        uuid.UUID(found.guid)
        key = found.id_or_name if isinstance(found.id_or_name, str) else f"{{{found.guid}}}/0x{found.id_or_name:04X}"
        assert key in properties, found


def test_values_have_the_types_of_python():
    values = {found.type: found.value for found in Message.open(TESTDATA / "property-types.dat").properties}
    expected = {
        "PtypInteger16": int,
        "PtypInteger32": int,
        "PtypInteger64": int,
        "PtypFloating32": float,
        "PtypFloating64": float,
        "PtypCurrency": decimal.Decimal,
        "PtypBoolean": bool,
        "PtypString": str,
        "PtypString8": str,
        "PtypTime": datetime.datetime,
        "PtypGuid": uuid.UUID,
        "PtypBinary": bytes,
    }
    missing = set(expected) - set(values)
    assert not missing, sorted(values)
    for name, kind in expected.items():
        assert isinstance(values[name], kind), (name, values[name])
    multiple = {name: value for name, value in values.items() if name.startswith("PtypMultiple")}
    assert multiple and all(isinstance(value, tuple) for value in multiple.values())


def test_times_beyond_pythons_are_numbers():
    from winmail_tnef import _values

    assert _values.time(0) == datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
    # 2023-11-14T22:13:20Z is 1,700,000,000 in Unix time.
    assert _values.time((1_700_000_000 + 11_644_473_600) * 10_000_000).timestamp() == 1_700_000_000
    assert _values.time(2**64 - 1) == 2**64 - 1
    assert _values.currency(12_345) == decimal.Decimal("1.2345")
