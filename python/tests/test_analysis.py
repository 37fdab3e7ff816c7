"""Calls, reports, call trees and differences as tables: beside what was worked out by hand."""

import json
import pathlib
import shutil

import duckdb
import numpy
import polars
import pyarrow
import pyarrow.parquet
import pytest
from conftest import EVENT, NO_DETAIL, index_bytes

import atf

MAIN, PARSE, UNKNOWN = 1 << 32, 1 << 32 | 1, 2 << 32
CALL, RETURN, EXCEPTION = 1, 2, 3

#: Time, function, kind, depth. The second `parse` ends by an exception, and the last call is open at the end.
EVENTS = [
    (100, MAIN, CALL, 0),
    (110, PARSE, CALL, 1),
    (140, PARSE, RETURN, 1),
    (150, PARSE, CALL, 1),
    (151, UNKNOWN, CALL, 2),
    (155, UNKNOWN, RETURN, 2),
    (160, PARSE, EXCEPTION, 1),
    (170, MAIN, RETURN, 0),
    (200, UNKNOWN, CALL, 1),
]


def write(directory, thread, events):
    packed = [
        EVENT.pack(time, function, thread, kind, depth, NO_DETAIL)
        for time, function, kind, depth in events
    ]
    folder = directory / f"thread_{thread}"
    folder.mkdir(parents=True)
    (folder / "index.atf").write_bytes(index_bytes(packed, thread))


def manifest(threads):
    symbols = [(MAIN, "main"), (PARSE, "_ZN3app5parseEv")]
    return {
        "format_version": "2.1",
        "threads": [{"id": thread, "has_detail": False} for thread in threads],
        "time_start_ns": 100,
        "time_end_ns": 200,
        "clock_type": 3,
        "state": "complete",
        "modules": [{"module_id": 1, "path": "/bin/<app>", "base_address": "0x0", "size": 1, "uuid": ""}],
        "symbols": [
            {"function_id": hex(id), "module_id": 1, "symbol_index": id & 0xFFFFFFFF, "name": name}
            for id, name in symbols
        ],
    }


@pytest.fixture
def path(tmp_path):
    directory = tmp_path / "s"
    write(directory, 1, EVENTS)
    write(directory, 2, EVENTS[1:3])
    (directory / "manifest.json").write_text(json.dumps(manifest([1, 2])))
    return directory


@pytest.fixture
def session(path):
    with atf.SessionReader(path) as session:
        yield session


def rows(table, *names):
    return list(zip(*(table[name].tolist() for name in names)))


def test_calls_have_their_times_and_how_they_ended(session):
    calls = session.calls()
    assert rows(calls, "thread", "start_seq", "function", "duration_ns", "self_ns", "ended_by") == [
        (1, 1, "app::parse()", 30, 30, "return"),
        (1, 4, None, 4, 4, "return"),
        (1, 3, "app::parse()", 10, 6, "exception"),
        (1, 0, "main", 70, 30, "return"),
        (1, 8, None, 0, 0, "end_of_trace"),
        (2, 0, "app::parse()", 30, 30, "return"),
    ]
    assert rows(calls, "module", "depth")[0] == ("/bin/<app>", 1)
    assert len(calls) == 6 and "<Table of calls: 6 rows of thread, start_seq," in repr(calls)
    # What is missing is the highest number in memory, and missing elsewhere.
    assert calls["parent"].tolist() == [0, 3, 0] + [0xFFFFFFFF] * 3
    frame = calls.to_pandas()
    assert frame["parent"].isna().tolist() == [False] * 3 + [True] * 3
    assert frame["end_seq"].dtype == "UInt32" and frame["end_seq"].isna().sum() == 1
    assert frame["function"].dtype == "category" and frame["function"].isna().sum() == 2
    assert polars.DataFrame(calls)["parent"].to_list() == [0, 3, 0, None, None, None]
    assert calls.to_polars()["cut"].null_count() == 6


def test_columns_have_types_in_arrow_and_numpy(session):
    calls = session.calls()
    schema = pyarrow.schema(calls)
    text = pyarrow.dictionary(pyarrow.uint32(), pyarrow.string())
    assert [(it.name, it.type) for it in schema][:7] == [
        ("thread", pyarrow.uint32()),
        ("start_seq", pyarrow.uint32()),
        ("end_seq", pyarrow.uint32()),
        ("function_id", pyarrow.uint64()),
        ("function", text),
        ("module", text),
        ("depth", pyarrow.uint32()),
    ]
    assert calls.to_arrow().num_rows == 6 and calls.columns == tuple(schema.names)
    array = calls.array
    assert array.dtype["function_id"] == numpy.uint64 and array.dtype["has_gap"] == numpy.bool_
    assert array["duration_ns"].sum() == 144 and "function" not in array.dtype.names
    assert not calls["start_ns"].flags.writeable
    assert duckdb.sql("select count(*) from calls where function is null").fetchall() == [(2,)]
    with pytest.raises(KeyError):
        calls["nothing"]


def test_arrays_stay_when_the_session_is_closed(path):
    session = atf.SessionReader(path)
    calls = session.calls()
    column = calls["end_ns"]
    session.close()
    del calls
    assert column.max() == 200
    with pytest.raises(atf.ClosedError):
        session.report()


def test_report_sums_the_calls_of_each_function(session):
    report = session.report()
    names = ("function", "calls", "total_ns", "self_ns", "min_ns", "max_ns", "p50_ns")
    assert rows(report, *names) == [
        ("app::parse()", 3, 70, 66, 10, 30, 30),
        ("main", 1, 70, 30, 70, 70, 70),
        (None, 2, 4, 4, 4, 4, 4),
    ]
    assert report["share"].sum() == pytest.approx(1)
    # No call finished: there is no least time.
    open_call = session.report(from_ns=180)
    assert open_call["min_ns"].tolist() == [2**64 - 1] and open_call.to_pandas()["min_ns"].isna().all()
    assert rows(session.report("thread"), "thread", "calls") == [(1, 5), (2, 1)]
    assert rows(session.report(by="module"), "module", "calls") == [("/bin/<app>", 4), (None, 2)]
    with pytest.raises(ValueError, match="expected function, thread or module"):
        session.report("x")


def test_call_tree_has_a_row_per_path(session):
    names = ("node", "parent", "depth", "function", "calls", "total_ns")
    missing = 0xFFFFFFFF
    found = rows(session.call_tree(threads=1), *names)
    assert (0, missing, 0, "main", 1, 70) in found and len(found) == 4
    parse = next(row for row in found if row[3] == "app::parse()")
    assert parse[1:] == (0, 1, "app::parse()", 2, 40)
    below = [row for row in found if row[1] == parse[0]]
    assert [row[3:] for row in below] == [(None, 1, 4)]
    inverted = rows(session.call_tree(inverted=True, threads=[1]), *names)
    assert (0, "app::parse()") in {(row[2], row[3]) for row in inverted}


def test_difference_names_what_changed(path, session, tmp_path):
    other = tmp_path / "other"
    write(other, 1, [(100, PARSE, CALL, 0), (190, PARSE, RETURN, 0)])
    (other / "manifest.json").write_text(json.dumps(manifest([1])))
    with atf.SessionReader(other) as after:
        table = session.diff(after)
        found = {row[0]: row[1:] for row in rows(table, "function", "change", "self_ns_before", "self_ns_after")}
        assert found["app::parse()" if "app::parse()" in found else "_ZN3app5parseEv"] == ("slower", 66, 90)
        assert found["main"] == ("gone", 30, 2**64 - 1)
        assert not session.diff(session)["is_beyond_threshold"].any()
        # 22 ns became 90: more than three times as much.
        assert not session.diff(after, threshold=10.0)["is_beyond_threshold"].any()


def test_filters_mean_what_they_mean_on_the_command_line(session):
    def starts(**filters):
        return rows(session.calls(**filters), "thread", "start_seq")

    assert starts(function="parse") == [(1, 1), (1, 3), (2, 0)]
    assert starts(function=["!parse", "main"]) == [(1, 0)]
    assert starts(module="app", threads="1-1") == [(1, 1), (1, 3), (1, 0)]
    assert starts(caller="parse") == [(1, 4)]
    assert starts(threads=[2]) == starts(threads=2) == [(2, 0)]
    assert starts(depth=1) == [(1, 0)]
    assert starts(min_duration=30) == starts(min_duration="30ns")
    assert starts(kind="exception") == [(1, 3)]
    assert starts(from_ns=165, threads=1) == [(1, 0), (1, 8)]
    assert starts(from_ns="+65ns", to_ns="-0ns", threads=1) == [(1, 0)]
    assert session.calls(function="parse", demangle=False)["function"][0] == "_ZN3app5parseEv"
    assert starts(function=None) == starts()
    with pytest.raises(TypeError, match="no filter \"functions\": expected function, "):
        session.calls(functions="parse")
    with pytest.raises(ValueError, match="from_ns: expected ns on the trace's clock"):
        session.calls(from_ns="+100")
    with pytest.raises(ValueError, match="^function: "):
        session.report(function="(")


def test_an_empty_table_is_a_table(session):
    calls = session.calls(function="nothing")
    assert len(calls) == 0 and calls["function"].tolist() == [] and len(calls.to_pandas()) == 0
    assert calls.to_arrow().num_rows == 0 and calls.array.shape == (0,)


def test_notebooks_show_the_first_rows_and_escape_names(session):
    html = session.calls()._repr_html_()
    assert html.count("<tr>") == 7 and "/bin/&lt;app&gt;" in html and "4294967295" not in html
    assert "None" not in html


def test_the_list_of_the_page_works(path, tmp_path, monkeypatch, capsys):
    page = (pathlib.Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    program = page.split("## Answers")[1].split("```python\n")[1].split("```")[0]
    path.rename(tmp_path / "my_session")
    shutil.copytree(tmp_path / "my_session", tmp_path / "yesterday")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(program, names)
    assert "app::parse()" in capsys.readouterr().out and names["counts"].sum() == 3
    assert pyarrow.parquet.read_table("calls.parquet").num_rows == 3


def test_verification_and_recovery(path, session, tmp_path):
    found = session.verify()
    assert found and found.problems == [] and isinstance(found.notes, list)
    index = path / "thread_1" / "index.atf"
    damaged = bytearray(index.read_bytes())
    damaged[28] ^= 1
    index.write_bytes(damaged)
    found = session.verify()
    assert not found and found.problems[0].fault.offset == 28
    assert "index.atf" in str(found.problems[0])
    assert session.recover(tmp_path / "copy")
    assert index.read_bytes() == damaged
    with pytest.raises(atf.AtfError):
        session.recover(path)
