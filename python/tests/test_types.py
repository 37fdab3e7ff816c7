"""A program with types that uses the package: it is run, and checked by ``mypy --strict``."""

from __future__ import annotations

import pathlib
import typing

from conftest import detail_bytes, event, index_bytes, record

import atf


def details(reader: atf.DetailReader) -> typing.List[bytes]:
    found: typing.List[bytes] = [it.payload for it in reader]
    first: typing.Optional[atf.DetailEvent] = reader.get(0)
    assert first is not None and reader[0] == first and reader[:1] == [first]
    function: typing.Optional[atf.FunctionView] = first.function()
    assert function is None
    header: atf.DetailEventHeader = first.header
    fault: typing.Optional[atf.Fault] = reader.first_fault
    extent: atf.DetailExtent = reader.extent
    assert header.index_seq == 0 and fault is None and extent.footer is atf.FooterState.COMPLETE
    return found


def times(index: atf.IndexReader) -> typing.List[int]:
    one: atf.IndexEvent = index[0]
    part: atf.EventSlice = index[0:1]
    seqs: range = part.seqs
    span: typing.Optional[typing.Tuple[int, int]] = index.time_range
    column: typing.List[int] = index.array["timestamp_ns"].tolist()
    assert one == part[0] == index.get(0) and list(seqs) == [0] and span is not None
    footer: typing.Optional[atf.AtfIndexFooter] = index.footer
    assert footer is not None and footer.event_count == len(index) == len(column)
    return [it.timestamp_ns for it in index]


def test_a_program_with_types_runs(tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "thread_7"
    directory.mkdir()
    (directory / "index.atf").write_bytes(index_bytes([event(0, detail_seq=0), event(1)]))
    (directory / "detail.atf").write_bytes(detail_bytes([record(0, b"\1")]))
    (tmp_path / "manifest.json").write_text('{"threads": [{"id": 7}]}')
    with atf.SessionReader(tmp_path) as session:
        thread: atf.ThreadReader = session[7]
        opened: typing.Optional[atf.OpenedThread] = session.thread(7)
        assert opened is not None and opened.reader is thread and opened.error is None
        assert times(thread.index) == [1000, 1010] and thread.detail is not None
        assert details(thread.detail) == [b"\1"]
        link: typing.Optional[atf.DetailEvent] = thread.get_detail_for(thread[0])
        assert link is not None and thread.get_index_for(link) == thread[0]
        manifest: atf.Manifest = session.manifest
        listed: typing.List[atf.ManifestThread] = manifest.threads
        problems: typing.List[atf.ThreadProblem] = session.problems()
        assert [it.id for it in listed] == [7] and problems == []
        blocks: typing.Iterator[typing.Any] = session.merged_blocks(block_events=1)
        merged: atf.MergedEvents = session.merged_events(from_ns=0, threads={7})
        assert sum(len(it) for it in blocks) == len(session.merged()) == len(merged) == 2
    error: typing.Type[atf.AtfError]
    for error in (atf.MalformedError, atf.NotATraceError, atf.ManifestError, atf.IoError, atf.NotFoundError):
        assert issubclass(error, atf.AtfError)
