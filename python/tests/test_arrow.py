"""The Arrow C stream interface, as the libraries that know it use it: none of them is imported by the package."""

import gc
import pathlib
import subprocess
import sys

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest
from conftest import detail_bytes, event, index_bytes, record

import atf

FIELDS = [
    ("timestamp_ns", pyarrow.uint64()),
    ("function_id", pyarrow.uint64()),
    ("thread_id", pyarrow.uint32()),
    ("event_kind", pyarrow.uint32()),
    ("call_depth", pyarrow.uint32()),
    ("detail_seq", pyarrow.uint32()),
]


@pytest.fixture
def reader(session):
    with atf.SessionReader(session({1: range(0, 200_000, 2), 2: range(1, 100_000, 3)})) as reader:
        yield reader


def columns(array):
    return {name: array[name].tolist() for name in array.dtype.names}


def test_columns_have_the_names_and_types_of_the_schema(reader):
    assert [(it.name, it.type) for it in pyarrow.schema(reader[1].index)] == FIELDS
    assert pyarrow.schema(reader[1]) == pyarrow.schema(reader[1].index[2:])
    own = [("thread", pyarrow.uint32()), ("seq", pyarrow.uint32())]
    for of in (reader, reader.merged_events()):
        assert [(it.name, it.type) for it in pyarrow.schema(of)] == own + FIELDS
        assert not any(it.nullable for it in pyarrow.schema(of))


def test_the_highest_numbers_stay_what_they_are(thread_dir):
    top = (1 << 64) - 1
    index = atf.IndexReader(thread_dir(index_bytes([event(0, time=top)])) / "index.atf")
    assert pyarrow.table(index)["timestamp_ns"].to_pylist() == [top]
    assert polars.DataFrame(index)["timestamp_ns"].to_list() == [top]


def test_pyarrow_reads_events_slices_threads_and_sessions(reader):
    index = reader[1].index
    for of in (index, reader[1], index[:], index[5:90:7], index[::-1], index[3:3], index.range(50, 70)):
        array = index.array if of is reader[1] else of.array
        assert pyarrow.table(of).to_pydict() == columns(array)
    assert pyarrow.table(reader).to_pydict() == columns(reader.merged())
    part = dict(from_ns=500, to_ns=90_000, threads=[2])
    events = reader.merged_events(**part)
    assert len(events) == len(reader.merged(**part)) > 1000
    # Each time from the beginning.
    for _ in range(2):
        assert pyarrow.table(events).to_pydict() == columns(reader.merged(**part))


def test_batches_are_bounded(reader):
    batches = list(pyarrow.RecordBatchReader.from_stream(reader))
    assert max(map(len, batches)) == 1 << 16 and sum(map(len, batches)) == reader.event_count


def test_polars_duckdb_and_pandas_read_them(reader):
    merged, count = reader.merged(), reader.event_count
    frame = polars.DataFrame(reader)
    assert frame.shape == (count, 8) and frame.schema["timestamp_ns"] == polars.UInt64
    assert frame["timestamp_ns"].sum() == merged["timestamp_ns"].sum()
    events = reader.merged_events()
    query = "select count(*), max(timestamp_ns) from events where thread = 1"
    assert duckdb.sql(query).fetchall() == [(100_000, 199_998)]
    # pandas before 3 does not know the interface.
    if hasattr(pandas.DataFrame, "from_arrow"):
        table = pandas.DataFrame.from_arrow(events)
        assert table["seq"].tolist() == merged["seq"].tolist()


def test_the_page_shows_what_works(thread_dir, tmp_path):
    page = (pathlib.Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    program = page.split("```py\n")[1].split("```")[0].splitlines()
    if not hasattr(pandas.DataFrame, "from_arrow"):
        program = [line for line in program if "from_arrow" not in line]
    assert len(program) >= 4
    thread_dir(index_bytes([event(0), event(1)]), detail_bytes([record(0, b"payload")]))
    with atf.SessionReader(tmp_path) as session:
        names = {"session": session, "thread": session[7]}
        names.update(polars=polars, duckdb=duckdb, pandas=pandas, pyarrow=pyarrow)
        exec("\n".join(program), names)
    assert len(names["events"]) == 2


def test_details_have_a_column_for_their_payload(thread_dir):
    records = [record(seq, bytes([seq]) * seq) for seq in range(100)]
    detail = atf.DetailReader(thread_dir(b"", detail_bytes(records)) / "detail.atf")
    table = pyarrow.table(detail)
    assert table.schema == pyarrow.schema(detail) and table.column_names[-1] == "payload"
    assert table["payload"].to_pylist() == [it.payload for it in detail]
    assert table["index_seq"].to_pylist() == list(range(100))
    assert table["timestamp"].to_pylist() == [it.header.timestamp for it in detail]


def test_a_damaged_record_ends_the_stream_with_its_error(thread_dir):
    data = detail_bytes([record(0), record(1), record(2)])
    data = data[:88] + b"\1\0\0\0" + data[92:]
    detail = atf.DetailReader(thread_dir(b"", data) / "detail.atf")
    with pytest.raises(pyarrow.ArrowException, match="record 1 at byte 88: total_length: expected 24 to"):
        pyarrow.table(detail)


# Symptom to be prevented: unmapping under a stream kills the process.
def test_a_stream_stays_valid_when_its_reader_is_closed(session):
    reader = atf.SessionReader(session({1: range(300_000), 2: range(10)}))
    index = reader[1].index
    streams = [pyarrow.RecordBatchReader.from_stream(of) for of in (index, reader)]
    first = [next(iter(stream)) for stream in streams]
    reader.close()
    gc.collect()
    rest = [sum(map(len, stream)) for stream in streams]
    assert [len(it) + more for it, more in zip(first, rest)] == [300_000, 300_010]
    for of in (index, index[2:4], reader):
        with pytest.raises(atf.ClosedError):
            pyarrow.table(of)


def test_a_stream_that_nobody_reads_is_freed(reader):
    for _ in range(3):
        reader.__arrow_c_stream__()
        reader[1].__arrow_c_stream__(None)
        reader.__arrow_c_schema__()
    gc.collect()


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells")
def test_a_stream_needs_little_memory(session):
    def anonymous_kb():
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

    path = session({1: range(3)})
    events = numpy.zeros(4_000_000, atf.IndexEvent.dtype())
    # Zeros at the end of an unfinalized file are no events.
    events["timestamp_ns"] = 1
    (path / "thread_2").mkdir()
    with open(path / "thread_2" / "index.atf", "wb") as file:
        file.write(index_bytes([], 2, finalized=False))
        events.tofile(file)
    del events
    with atf.SessionReader(path) as reader:
        before, most, count = anonymous_kb(), 0, 0
        for batch in pyarrow.RecordBatchReader.from_stream(reader):
            count += len(batch)
            most = max(most, anonymous_kb())
    assert count == 4_000_003 and most - before < 64_000, most - before


def test_the_package_imports_none_of_them():
    program = "import atf, sys; print([it for it in ('numpy', 'pandas', 'pyarrow', 'polars', 'duckdb') if it in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
