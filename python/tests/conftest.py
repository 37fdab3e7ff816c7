"""Sessions made byte by byte: nothing here comes from the package or the schema, so that a mistake of
theirs cannot hide in it."""

from __future__ import annotations

import pathlib
import struct
import typing
import zlib

import pytest

EVENT = struct.Struct("<QQIIII")
NO_DETAIL = 0xFFFFFFFF


def event(
    seq: int, thread_id: int = 7, time: typing.Optional[int] = None, detail_seq: int = NO_DETAIL
) -> bytes:
    """The bytes of an event."""
    time = 1000 + 10 * seq if time is None else time
    return EVENT.pack(time, 1 << 32 | seq, thread_id, 1 + seq % 2, seq % 5, detail_seq)


def index_bytes(
    events: typing.Sequence[bytes],
    thread_id: int = 7,
    finalized: bool = True,
    has_detail: bool = False,
    more: bytes = b"",
) -> bytes:
    """An index.atf of these events, each with `more` behind it."""
    section = b"".join(each + more for each in events)
    times = [struct.unpack_from("<Q", each)[0] for each in events]
    first, last = (times[0], times[-1]) if times and finalized else (0, 0)
    count, end = (len(events), 64 + len(section)) if finalized else (0, 64)
    header = struct.pack(
        "<4s4BIIB7xIIQQQQ",
        *(b"ATI2", 1, 1, 1, 4, int(has_detail), thread_id, 3),
        *(32 + len(more), count, 64, end, first, last),
    )
    footer = struct.pack(
        "<4sIQQQQ24x", b"2ITA", zlib.crc32(section), len(events), first, last, len(section)
    )
    return header + section + (footer if finalized else b"")


def record(index_seq: int, payload: bytes = b"", thread_id: int = 7, event_type: int = 3) -> bytes:
    """The bytes of a detail record of event `index_seq`."""
    time = 1000 + 10 * index_seq
    return struct.pack("<IHHIIQ", 24 + len(payload), event_type, 0, index_seq, thread_id, time) + payload


def detail_bytes(
    records: typing.Sequence[bytes], thread_id: int = 7, finalized: bool = True
) -> bytes:
    """A detail.atf of these records."""
    section = b"".join(records)
    count, length = (len(records), len(section)) if finalized else (0, 0)
    header = struct.pack("<4s4BII4xQQQQQ4x", b"ATD2", 1, 1, 1, 4, 0, thread_id, 64, count, length, 0, 0)
    footer = struct.pack("<4sIQQ40x", b"2DTA", zlib.crc32(section), len(records), len(section))
    return header + section + (footer if finalized else b"")


@pytest.fixture
def thread_dir(tmp_path: pathlib.Path) -> typing.Callable[..., pathlib.Path]:
    """Writes the files of a thread; returns its directory."""

    def write(index: bytes, detail: typing.Optional[bytes] = None, id: int = 7) -> pathlib.Path:
        directory = tmp_path / f"thread_{id}"
        directory.mkdir()
        (directory / "index.atf").write_bytes(index)
        if detail is not None:
            (directory / "detail.atf").write_bytes(detail)
        return directory

    return write


@pytest.fixture
def session(
    tmp_path: pathlib.Path, thread_dir: typing.Callable[..., pathlib.Path]
) -> typing.Callable[..., pathlib.Path]:
    """A session of threads with these times; returns its directory."""

    def write(threads: typing.Dict[int, typing.Sequence[int]]) -> pathlib.Path:
        for id, times in threads.items():
            events = [event(seq, id, time) for seq, time in enumerate(times)]
            thread_dir(index_bytes(events, id), id=id)
        return tmp_path

    return write
