"""IndexReader: R-011, R-002..R-004 in Python."""

import gc

import numpy
import pytest
from conftest import EVENT, NO_DETAIL, event, index_bytes

import atf


@pytest.fixture
def path(thread_dir):
    return thread_dir(index_bytes([event(seq) for seq in range(100)])) / "index.atf"


def test_it_is_a_sequence_of_events(path):
    with atf.IndexReader.open(path) as index:
        assert len(index) == 100 and index.is_finalized and not index.has_detail
        assert index[3].timestamp_ns == index[-97].timestamp_ns == 1030
        assert [it.timestamp_ns for it in reversed(index)] == [it.timestamp_ns for it in index][::-1]
        for position in (100, -101):
            with pytest.raises(IndexError, match="of 100"):
                index[position]
        assert index.get(99) is not None and index.get(100) is None and index.get(-1) is None
        assert index[0].event_kind is atf.EventKind.CALL and not index[0].has_detail_seq
        assert index.header.event_count == index.footer.event_count == 100
        assert index.time_range == (1000, 1990) and index.thread_id == 7


def test_only_a_marker_says_how_many_events_were_lost(thread_dir):
    def lost(time):
        return EVENT.pack(time, 12, 7, 4, 0, NO_DETAIL)

    events = [lost(1010), event(1), lost(1), event(3), lost(1)]
    index = atf.IndexReader(thread_dir(index_bytes(events)) / "index.atf")
    found = [index.lost_events(seq) for seq in range(-1, 6)]
    assert found == [None, 12, None, None, None, 12, None]
    assert index.lost_events(2**70) is None


@pytest.mark.parametrize(
    "key",
    [
        slice(None), slice(5, 8), slice(-3, None), slice(90, 5, -7), slice(None, None, -1),
        slice(8, 5), slice(0, 0), slice(200, 300),
    ],
)  # fmt: skip
def test_a_slice_is_a_sequence_that_copies_nothing(path, key):
    index = atf.IndexReader(path)
    part, seqs = index[key], list(range(100))[key]
    assert len(part) == len(seqs) and list(part.seqs) == seqs
    assert [it.function_id & 0xFFFFFFFF for it in part] == seqs
    assert (part.array["function_id"] & 0xFFFFFFFF).tolist() == seqs
    assert not seqs or numpy.shares_memory(part.array, index.array)
    assert [it.function_id & 0xFFFFFFFF for it in part[::2]] == seqs[::2]


def test_ranges_are_found_by_time(path):
    index = atf.IndexReader(path)
    assert index.find_start(1011) == 2 and index.find_end(1020) == 2 and index.find_start(9999) == 100
    assert [it.timestamp_ns for it in index.range(1015, 1040)] == [1020, 1030]
    assert len(index.range(1040, 1015)) == 0 and len(index.range(-5, 1 << 70)) == 100


def test_the_array_is_a_view_of_the_file_that_nobody_can_write_to(path):
    index = atf.IndexReader(path)
    array = index.array
    assert array.dtype.names[0] == "timestamp_ns" and array["timestamp_ns"].sum() == 100 * 1495
    assert array.base is not None and not array.flags.writeable and not array.flags.owndata
    with pytest.raises(ValueError):
        array["call_depth"][0] = 1
    assert numpy.shares_memory(index.array, array)


def test_events_that_have_grown_are_read_with_their_stride(thread_dir):
    events = [event(seq) for seq in range(9)]
    index = atf.IndexReader(thread_dir(index_bytes(events, more=b"\xff" * 8)) / "index.atf")
    assert index.extent.stride == 40 and index.array.strides == (40,)
    assert index.array["timestamp_ns"].tolist() == [it.timestamp_ns for it in index]


@pytest.mark.parametrize("count", [0, 1])
def test_few_events(thread_dir, count):
    index = atf.IndexReader(thread_dir(index_bytes([event(0)] * count)) / "index.atf")
    assert len(index) == len(index.array) == len(list(index)) == count and bool(index) == bool(count)
    assert index.time_range == ((1000, 1000) if count else None) and index.is_monotonic


# Symptom to be prevented: unmapping under an array kills the process.
def test_arrays_stay_valid_when_the_reader_is_closed_and_the_reader_says_that_it_is(path):
    index = atf.IndexReader(path)
    array, part, column = index.array, index[3:5], index.array["timestamp_ns"][::3]
    total = int(array["timestamp_ns"].sum())
    index.close()
    index.close()
    del index
    gc.collect()
    assert int(array["timestamp_ns"].sum()) == total and column[1] == 1030
    for use in (lambda: part[0], lambda: part.array, lambda: list(part)):
        with pytest.raises(atf.ClosedError, match="was closed"):
            use()
    del array, column
    gc.collect()


def test_an_iterator_over_a_closed_reader_ends_with_an_error(path):
    index = atf.IndexReader(path)
    events = iter(index)
    next(events)
    index.close()
    with pytest.raises(atf.ClosedError):
        next(events)
    assert "closed" in repr(index)


def test_a_clock_that_went_backwards_is_seen_wherever_it_did(thread_dir):
    times = list(range(200_000))
    times[65_536] = 5
    events = [event(0, time=time) for time in times]
    assert not atf.IndexReader(thread_dir(index_bytes(events)) / "index.atf").is_monotonic
    path = thread_dir(index_bytes([event(0, time=max(it, 5)) for it in range(200_000)]), id=8)
    assert atf.IndexReader(path / "index.atf").is_monotonic


@pytest.mark.parametrize("length", range(64, 64 + 5 * 32 + 64))
def test_a_file_cut_anywhere_keeps_all_complete_events(thread_dir, length):
    data = index_bytes([event(seq) for seq in range(5)])
    index = atf.IndexReader(thread_dir(data[:length]) / "index.atf")
    assert len(index) == min((length - 64) // 32, 5) and not index.is_finalized
    assert [it.timestamp_ns for it in index] == [1000 + 10 * seq for seq in range(len(index))]


def test_errors_say_path_byte_field_expected_and_found(thread_dir, tmp_path):
    directory = thread_dir(b"ATI3" + bytes(60))
    path = str(directory / "index.atf")
    with pytest.raises(atf.MalformedError) as caught:
        atf.IndexReader(path)
    text = 'header at byte 0: magic: expected "ATI2", found "ATI3"'
    assert str(caught.value) == f"{path}: {text}" and caught.value.path == path
    assert caught.value.fault == atf.Fault("header", 0, "magic", '"ATI2"', '"ATI3"')
    with pytest.raises(FileNotFoundError) as caught:
        atf.IndexReader(tmp_path / "none")
    assert isinstance(caught.value, (atf.NotFoundError, atf.AtfError))
    assert str(caught.value) == f"{tmp_path}/none: cannot open" and caught.value.errno == 2
    with pytest.raises(atf.NotATraceError, match="expected a regular file, found something else"):
        atf.IndexReader(tmp_path)
    with pytest.raises(atf.IoError, match="cannot open"):
        atf.IndexReader("a\0b")


def test_it_has_a_repr_worth_reading(path):
    with atf.IndexReader(path) as index:
        assert repr(index).endswith("thread 7, 100 events, 1000 to 1990 ns, finalized>")
        assert repr(index[2:4]).startswith("<2 events of ")
