"""Records of any revision: what is there of them, how long an earlier revision's were, and the
constants that a header must hold before anything of it is believed.

A record grows at its end only, so that an earlier one's is the start of ours; what is behind a longer
one of a later revision is passed over.
"""

from __future__ import annotations

import typing

from . import atf_v2
from ._map import Buffer
from .errors import Fault

_R = typing.TypeVar("_R", bound=atf_v2.Record)

U32_MAX = 0xFFFFFFFF


def read_start(record: typing.Type[_R], buffer: Buffer, at: int, end: int) -> typing.Optional[_R]:
    """The record at byte `at`, which may end before it is whole: at `end`, as data of an earlier
    revision does. A field that is not there whole is as in a fresh record.

    None when less is there than every revision has.
    """
    room = end - at
    if room >= record.SIZE:
        return typing.cast(_R, record.unpack_from(buffer, at))
    if room < record.CORE:
        return None
    ends = (field.offset + field.size for field in record.FIELDS)
    own = max((end for end in ends if end <= room), default=0)
    data = bytes(buffer[at : at + own]) + record().pack()[own:]
    return typing.cast(_R, record.unpack_from(data))


def sizes_of(record: typing.Type[atf_v2.Record]) -> typing.List[int]:
    """The sizes that records of this type may have had in an earlier revision, the longest first: they
    end where a field does, and hold all that was there from the beginning."""
    ends = [field.offset + field.size for field in reversed(record.FIELDS)]
    return [end for end in ends if end >= record.CORE]


def check_header(record: typing.Type[_R], buffer: Buffer) -> _R:
    """The start of a file as a header whose magic, endian mark and version are right.

    Every constant that was there from the beginning is compared, but for the version, which may be any
    that is read. Raises WrongHeader.
    """
    header = read_start(record, buffer, 0, len(buffer))
    if header is None:
        expected = f"at least {record.CORE} bytes"
        raise Wrong(Fault("header", 0, "length", expected, f"{len(buffer)} bytes"))
    for field in record.FIELDS:
        if field.since or field.const is None or field.reserved:
            continue
        expected_bytes = field.kind.pack(field.const)
        found = bytes(buffer[field.offset : field.offset + field.size])
        is_read = field.name == "version" and found[0] in atf_v2.READS
        if found != expected_bytes and not is_read:
            fault = Fault(
                "header", field.offset, field.name, show_bytes(expected_bytes), show_bytes(found)
            )
            raise Wrong(fault)
    return header


def bounded(header: _R, buffer: Buffer, end: int) -> _R:
    """The header at the start of a file, without the fields that stand behind `end`, where the
    events begin in a file of an earlier revision."""
    record = type(header)
    if end >= record.SIZE or end > len(buffer):
        return header
    own = read_start(record, buffer, 0, end)
    return header if own is None else own


class Wrong(Exception):
    """A fault on its way to whoever knows the path."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def show_bytes(data: bytes) -> str:
    """A number when it is one byte, else text between quotes."""
    return str(data[0]) if len(data) == 1 else f'"{escape_ascii(data)}"'


_ESCAPES = {9: "\\t", 13: "\\r", 10: "\\n", 39: "\\'", 34: '\\"', 92: "\\\\"}


def escape_ascii(data: bytes) -> str:
    """Bytes as text: what is printable as it is, all else escaped."""
    return "".join(
        _ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}")
        for byte in data
    )
