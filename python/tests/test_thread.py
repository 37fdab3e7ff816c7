"""DetailReader and ThreadReader: R-012, R-013; R-006..R-008 in Python."""

import pickle
import struct

import pytest
from conftest import NO_DETAIL, detail_bytes, event, index_bytes, record

import atf


def files(count=200, every=2, finalized=True):
    """Both files of a thread on which every so manyth event has a detail."""
    details = range(0, count, every)
    links = {seq: number for number, seq in enumerate(details)}
    events = [event(seq, detail_seq=links.get(seq, NO_DETAIL)) for seq in range(count)]
    records = [record(seq, bytes(seq % 40)) for seq in details]
    return index_bytes(events, finalized=finalized, has_detail=True), detail_bytes(
        records, finalized=finalized
    )


def offsets_bytes(records):
    """The detail.off of these records."""
    at, entries = 64, b""
    for number, each in enumerate(records):
        entries += struct.pack("<Q", at) if number % 64 == 0 else b""
        at += len(each)
    return struct.pack("<4sBBHIII4xQ32x", b"ATO2", 1, 1, 0, 64, 7, 8, 64) + entries


@pytest.mark.parametrize("finalized", [True, False])
def test_links_lead_both_ways(thread_dir, finalized):
    with atf.ThreadReader(thread_dir(*files(finalized=finalized))) as thread:
        assert len(thread) == 200 and len(thread.detail) == 100 and thread.has_detail
        assert thread.is_finalized == finalized
        for seq, each in enumerate(thread):
            found = thread.get_detail_for(each)
            assert (found is None) == bool(seq % 2)
            assert thread.detail.get_by_index_seq(seq) == thread.get_by_index_seq(seq) == found
            if found is not None:
                assert found.payload == bytes(seq % 40) and thread.get_index_for(found) == each


# `atf info` says so too.
def test_a_thread_whose_details_cannot_be_opened_is_not_finalized(thread_dir):
    directory = thread_dir(*files())
    (directory / "detail.atf").write_bytes(b"")
    with atf.ThreadReader(directory) as thread:
        assert thread.index.is_finalized and thread.detail_error is not None
        assert not thread.is_finalized
    (directory / "detail.atf").unlink()
    with atf.ThreadReader(directory) as thread:
        assert thread.is_finalized and thread.detail is None


def test_details_are_a_sequence(thread_dir):
    detail = atf.DetailReader(thread_dir(*files()) / "detail.atf")
    assert bool(detail) and len(detail) == 100 and detail[-1].index_seq == 198
    assert [it.index_seq for it in detail] == list(range(0, 200, 2))
    assert [it.index_seq for it in reversed(detail)] == list(range(198, -1, -2))
    for key in (slice(60, 70), slice(99, 0, -33), slice(5, 5), slice(None)):
        assert [it.index_seq for it in detail[key]] == list(range(0, 200, 2))[key]
    for position in (100, -101):
        with pytest.raises(IndexError, match="of 100"):
            detail[position]
    assert detail.get(100) is None and detail.get(-1) is None and detail.get_by_index_seq(3) is None
    events = iter(detail)
    first = next(events)
    detail.close()
    assert first.payload == b"" and "closed" in repr(detail)
    with pytest.raises(atf.ClosedError):
        next(events)


def test_a_function_payload_is_taken_apart_and_others_are_opaque(thread_dir):
    payload = struct.pack("<Q8QQQQHH", 5, *range(8), 10, 11, 12, 3, 0) + b"abc" + b"rest"
    records = [record(0, payload), record(1, payload[:99]), record(2, payload, event_type=9)]
    detail = atf.DetailReader(thread_dir(b"", detail_bytes(records)) / "detail.atf")
    function = detail[0].function()
    assert function.registers.sp == 12 and function.registers.x_regs == tuple(range(8))
    assert (function.stack, function.rest) == (b"abc", b"rest")
    assert detail[1].function() is None and detail[2].function() is None
    assert "function_call" in repr(detail[0])


def original(function_id, time=1010, size=3):
    """A payload as the original tracer wrote it."""
    head = struct.pack("<QQIIII8QQQQ", time, function_id, 7, 1, 0, 0, *range(8), 0, 11, 12)
    return head + bytes(range(128)) + struct.pack("<I264x", size)


def test_the_payload_of_the_original_tracer_is_taken_apart(thread_dir):
    own = struct.pack("<Q8QQQQHH", 99, *range(8), 10, 11, 12, 0, 0)
    payloads = [original(1 << 32 | 1), original(99, time=1020), original(1 << 32 | 3, time=1), own]
    seqs = range(1, 1 + len(payloads))
    events = [event(0), *(event(seq, detail_seq=seq - 1) for seq in seqs)]
    records = [record(seq, payload) for seq, payload in zip(seqs, payloads)]
    index = index_bytes(events, has_detail=True)
    thread = atf.ThreadReader(thread_dir(index, detail_bytes(records)))
    function = thread.get_detail(0).function()
    assert function.registers.function_id == 1 << 32 | 1 and function.registers.sp == 12
    assert function.registers.x_regs == tuple(range(8))
    assert (function.stack, function.rest) == (bytes(range(3)), b"")
    # Another function than the event's, or another time: opaque, also after a pickle.
    for seq in (1, 2, 3):
        found = thread.get_detail_for(thread[seq + 1])
        assert found.function() is None and found.payload == payloads[seq]
        assert pickle.loads(pickle.dumps(found)).function() is None


def test_a_record_goes_from_one_process_to_another(thread_dir):
    payload = struct.pack("<Q8QQQQHH", 5, *range(8), 10, 11, 12, 3, 0) + b"abc"
    detail = atf.DetailReader(thread_dir(b"", detail_bytes([record(4, payload), record(5)])) / "detail.atf")
    for each in detail:
        same = pickle.loads(pickle.dumps(each))
        assert same == each and same.offset == each.offset and same.function() == each.function()
    first = detail[0]
    assert atf.DetailEvent(7, first.header, first.payload).offset == 7
    for payload in (b"", first.payload[:-1], first.payload + b"x"):
        with pytest.raises(ValueError, match="total_length: expected"):
            atf.DetailEvent(0, first.header, payload)
    with pytest.raises(TypeError):
        atf.DetailEvent(0, None, b"")


def test_a_damaged_record_is_an_error_and_what_is_before_it_is_read(thread_dir):
    index, detail = files()
    at = 64 + sum(24 + seq % 40 for seq in range(0, 20, 2))
    detail = detail[:at] + b"\1\0\0\0" + detail[at + 4 :]
    with atf.ThreadReader(thread_dir(index, detail)) as thread:
        assert len(thread.detail) == 10 and thread.detail.records_end == at
        for use in (lambda: list(thread.detail), lambda: thread.get_detail(10)):
            with pytest.raises(atf.MalformedError, match=f"record 10 at byte {at}: total_length: "):
                use()
        assert thread.get_detail(9).index_seq == 18 and thread.get_detail(1000) is None
        assert thread.detail.first_fault.field == "total_length"


def test_offsets_lead_past_damage_and_wrong_ones_change_nothing(thread_dir):
    index, detail = files(every=1)
    records = [record(seq, bytes(seq % 40)) for seq in range(200)]
    directory = thread_dir(index, detail[:66] + b"\xff" + detail[67:])
    right = offsets_bytes(records)
    for offsets, reached in ((right, [64, 128, 199]), (right[:-1], [64, 127]), (bytes(100), [])):
        (directory / "detail.off").write_bytes(offsets)
        with atf.ThreadReader(directory) as thread:
            for seq in reached:
                assert thread.get_detail(seq).index_seq == seq
            with pytest.raises(atf.MalformedError):
                thread.get_detail(3)
    wrong = right[:72] + struct.pack("<Q", 65) + right[80:]
    (directory / "detail.off").write_bytes(wrong)
    (directory / "detail.atf").write_bytes(detail)
    with atf.ThreadReader(directory) as thread:
        assert [thread.get_detail(seq).index_seq for seq in range(200)] == list(range(200))


def test_a_thread_of_events_alone_has_no_details(thread_dir):
    with atf.ThreadReader(thread_dir(index_bytes([event(0)]))) as thread:
        assert thread.detail is None and thread.detail_error is None
        assert thread.get_detail(0) is None and thread.get_by_index_seq(0) is None
        assert thread.get_detail_for(thread[0]) is None and "no detail.atf" in repr(thread)


def test_a_detail_file_that_cannot_be_read_does_not_hide_the_events(thread_dir):
    with atf.ThreadReader(thread_dir(files()[0], b"short")) as thread:
        assert len(thread) == 200 and isinstance(thread.detail_error, atf.MalformedError)
        for _ in range(2):
            with pytest.raises(atf.MalformedError, match="at least 64 bytes, found 5 bytes"):
                thread.get_detail_for(thread[0])


def test_a_link_to_the_record_of_another_event_is_an_error(thread_dir):
    events = [event(0, detail_seq=0), event(1, detail_seq=0)]
    directory = thread_dir(index_bytes(events), detail_bytes([record(0)]))
    with atf.ThreadReader(directory) as thread:
        assert thread.get_detail_for(thread[0]) is not None
        with pytest.raises(atf.MalformedError, match="record 0 at byte 72: index_seq: expected the"):
            thread.get_detail_for(thread[1])
