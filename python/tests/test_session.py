"""SessionReader, its manifest and its merge: R-014; R-009, R-010 in Python."""

import json
import pickle
import random
import sys
import zlib

import numpy
import pytest
from conftest import event, index_bytes

import atf


def expected_order(threads, from_ns=0, to_ns=1 << 64):
    """(thread, sequence) of all events in the range, by the rule and slowly."""
    keys = []
    for id, times in threads.items():
        highest = 0
        for seq, time in enumerate(times):
            highest = max(highest, time)
            if from_ns <= time < to_ns:
                keys.append((highest, id, seq))
    return [(id, seq) for _, id, seq in sorted(keys)]


def origins(array):
    return list(zip(array["thread"].tolist(), array["seq"].tolist()))


def any_threads(seed):
    """Threads that tie, that stand still, that jump back, that are empty."""
    die = random.Random(seed)
    threads = {}
    for id in die.sample(range(1, 1 << 32), die.randint(1, 9)):
        steps = die.choice([(0, 1), (1, 100), (0, 5), (1 << 40, 1 << 41)])
        time, times = die.randint(0, 50), []
        for _ in range(die.choice([0, 1, 700, 3000])):
            time += die.randint(*steps)
            times.append(max(time - (die.randint(0, 90) if die.random() < 0.02 else 0), 0))
        threads[id] = times
    return threads


@pytest.mark.parametrize("seed", range(20))
def test_merges_are_in_the_order_of_the_rule(session, seed):
    threads = any_threads(seed)
    with atf.SessionReader(session(threads)) as reader:
        merged = reader.merged()
        assert origins(merged) == expected_order(threads)
        for row in merged[:50]:
            one = reader[int(row["thread"])][int(row["seq"])]
            assert all(row[name] == int(getattr(one, name)) for name in reader[one.thread_id].index.array.dtype.names)
        whole = [time for times in threads.values() for time in times] or [0]
        die = random.Random(seed)
        for _ in range(6):
            spans = [(None, None), (die.choice(whole), None), (None, die.choice(whole))]
            span = die.choice([*spans, tuple(sorted(die.choices(whole, k=2)))])
            wanted = die.choice([None, die.sample(list(threads), 1)])
            chosen = threads if wanted is None else {id: threads[id] for id in wanted}
            expected = expected_order(chosen, span[0] or 0, 1 << 64 if span[1] is None else span[1])
            assert origins(reader.merged(*span, threads=wanted)) == expected
            blocks = list(reader.merged_blocks(*span, wanted, die.choice([1, 600, 5000, 1 << 20])))
            assert [it for block in blocks for it in origins(block)] == expected
            assert all(len(block) for block in blocks)


def test_blocks_are_bounded_and_own_their_memory(session):
    with atf.SessionReader(session({1: range(20_000), 2: range(0, 40_000, 2)})) as reader:
        blocks = list(reader.merged_blocks(block_events=4096))
        assert max(map(len, blocks)) <= 4096 and len(blocks) < 30
    assert sum(map(len, blocks)) == 40_000 and blocks[0]["timestamp_ns"][0] == 0


def test_the_highest_times_fit(session):
    top = (1 << 64) - 1
    threads = {1: [0, top], 2: [top - 1, top], 3: [5, 4, top]}
    with atf.SessionReader(session(threads)) as reader:
        assert origins(reader.merged()) == expected_order(threads)
        assert origins(reader.merged(top)) == [(1, 1), (2, 1), (3, 2)]
        assert origins(reader.merged(5, top)) == expected_order(threads, 5, top)
        assert len(reader.merged(9, 9)) == len(reader.merged(1 << 64)) == len(reader.merged(9, -1)) == 0
        assert len(reader.merged(-5, 1 << 80)) == 7


def test_events_that_have_grown_are_merged_with_others(thread_dir, tmp_path):
    thread_dir(index_bytes([event(seq, 1) for seq in range(50)], 1, more=b"\xaa" * 8), id=1)
    thread_dir(index_bytes([event(seq, 2) for seq in range(50)], 2), id=2)
    with atf.SessionReader(tmp_path) as reader:
        merged = reader.merged()
        assert origins(merged) == [(id, seq) for seq in range(50) for id in (1, 2)]
        assert (merged["thread"] == merged["thread_id"]).all()
        assert (merged["detail_seq"] == atf.NO_DETAIL_SEQ).all()


def test_it_is_a_mapping_of_threads(session):
    path = session({3: [1, 2], 10: [5]})
    (path / "thread_12").mkdir()
    with atf.SessionReader.open(path) as reader:
        assert list(reader) == [3, 10, 12] and len(reader) == 3 and 10 in reader and 4 not in reader
        assert len(reader[3]) == 2 and reader.thread(4) is None and reader.thread(10).id == 10
        with pytest.raises(KeyError):
            reader[4]
        with pytest.raises(KeyError):
            reader.merged(threads=[3, 4])
        for _ in range(2):
            with pytest.raises(atf.NotFoundError, match="thread_12/index.atf: cannot open") as caught:
                reader[12]
            assert caught.value.errno == 2 and caught.value.__cause__ is not None
        assert [problem.thread_id for problem in reader.problems()] == [12]
        assert reader.event_count == 3 and reader.time_range == (1, 5) and reader.detail_count == 0
        assert [id for id, _ in reader.readable()] == [3, 10] and not reader.is_finalized
        assert "3 threads, 1 of them with a problem, 3 events" in repr(reader)
        array = reader.merged()
    assert array["timestamp_ns"].tolist() == [1, 2, 5]
    with pytest.raises(atf.ClosedError):
        reader[3][0]
    with pytest.raises(atf.ClosedError):
        reader.merged()


def test_a_session_without_events_or_threads(tmp_path):
    tmp_path.joinpath("manifest.json").write_text('{"threads": []}')
    with atf.SessionReader(tmp_path) as reader:
        assert len(reader.merged()) == 0 and list(reader.merged_blocks()) == []
        assert reader.time_range is None and reader.merged().dtype.names[:2] == ("thread", "seq")
        with pytest.raises(ValueError, match="block_events: expected 1 or more, found 0"):
            reader.merged_blocks(block_events=0)
    with pytest.raises(FileNotFoundError, match="cannot open"):
        atf.SessionReader(tmp_path / "none")


def test_the_manifest_names_functions_and_threads(session):
    path = session({3: [1]})
    manifest = {
        "threads": [{"id": 3}, {"id": 8, "emitted": "x", "more": 1}],
        "symbols": [{"function_id": "0x100000007", "name": "main"}, {"function_id": "7", "name": "x"}],
        "state": "complete",
        "clock_type": 300,
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    with atf.SessionReader(path) as reader:
        assert reader.symbols == {1 << 32 | 7: "main"} and list(reader) == [3, 8]
        read = reader.manifest
        assert read.state == "complete" and read.clock_type is None and read.other == {"clock_type": 300}
        assert read.threads[1].other == {"emitted": "x", "more": 1} and "2 threads" in repr(read)


def test_the_manifest_says_what_failed_and_what_nothing_proves(session):
    path = session({3: [1]})
    thread = {"id": 3, "unverified": [[0, 1]], "unverified_details": [[4, 2], [9, 1]]}
    thread |= {"lost": True, "damaged": [[0, 1]], "damaged_details": [[2, 3]]}
    manifest = {"threads": [thread], "state": "recording", "failed": "the disk burned", "untraced_threads": 2}
    (path / "manifest.json").write_text(json.dumps(manifest))
    with atf.SessionReader(path) as reader:
        read = reader.manifest
        assert (read.failed, read.untraced_threads, read.other) == ("the disk burned", 2, {})
        assert read.threads[0].unverified == [[0, 1]]
        assert read.threads[0].unverified_details == [[4, 2], [9, 1]]
        assert read.threads[0].lost and reader.threads[0].lost
        assert (read.threads[0].damaged, read.threads[0].damaged_details) == ([[0, 1]], [[2, 3]])


def test_a_wrong_manifest_hides_nothing_and_says_line_and_column(session):
    path = session({3: [1]})
    (path / "manifest.json").write_text('{\n  "threads": [{"id": -1}]}')
    with atf.SessionReader(path) as reader:
        assert reader.event_count == 1 and reader.symbols == {}
        with pytest.raises(atf.ManifestError) as caught:
            reader.manifest
        assert str(caught.value) == (
            f"{path}/manifest.json: expected a session's manifest, found: "
            "invalid value: integer `-1`, expected u32 at line 2 column 24; it has no names"
        )
        assert isinstance(reader.manifest_error, atf.ManifestError)


def test_errors_go_from_one_process_to_another(session):
    path = session({3: [1]})
    (path / "thread_3" / "detail.atf").write_bytes(b"short")
    (path / "manifest.json").write_text("{")
    with atf.SessionReader(path) as reader:
        for error in (reader.manifest_error, reader.problems()[0].error):
            same = pickle.loads(pickle.dumps(error))
            assert type(same) is type(error) and str(same) == str(error) and same.path == error.path
        assert same.fault == error.fault
    with pytest.raises(OSError) as caught:
        atf.IndexReader(path / "none")
    same = pickle.loads(pickle.dumps(caught.value))
    assert (same.errno, same.filename, str(same)) == (2, str(path / "none"), str(caught.value))


def test_arrays_become_frames_and_tables(session):
    with atf.SessionReader(session({1: [5, 7], 2: [6]})) as reader:
        frame = reader.to_pandas()
        assert frame["thread"].tolist() == [1, 2, 1] and frame["timestamp_ns"].tolist() == [5, 6, 7]
        assert reader.to_arrow(from_ns=6).column("timestamp_ns").to_pylist() == [6, 7]
        part = reader[1].index[1:]
        assert part.to_pandas().index.tolist() == [1] and part.to_arrow().num_rows == 1


@pytest.mark.parametrize("package", ["pandas", "pyarrow"])
def test_a_missing_package_is_named_with_how_to_get_it(session, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with atf.SessionReader(session({1: [5]})) as reader:
        method = "to_pandas" if package == "pandas" else "to_arrow"
        for of in (reader, reader[1].index):
            with pytest.raises(ImportError, match=f"run `pip install {package}`"):
                getattr(of, method)()


# R-P5 in Python: the session is 128 MB.
@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells")
def test_a_merge_in_blocks_needs_little_memory(session):
    def anonymous_kb():
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

    path = session({1: range(3)})
    events = numpy.zeros(2_000_000, atf.IndexEvent.dtype())
    events["timestamp_ns"] = numpy.arange(2_000_000)
    for id in (2, 3):
        (path / f"thread_{id}").mkdir()
        with open(path / f"thread_{id}" / "index.atf", "wb") as file:
            file.write(index_bytes([], id, finalized=False))
            events.tofile(file)
    del events
    before, most, count = anonymous_kb(), 0, 0
    with atf.SessionReader(path) as reader:
        blocks = []
        for block in reader.merged_blocks():
            count += len(block)
            most = max(most, anonymous_kb())
            blocks.append(zlib.crc32(block["thread"].tobytes(), int(block["seq"].sum())))
        # The whole of it, on two processors, is the same.
        merged, at, again = reader.merged(), 0, []
        for block in reader.merged_blocks():
            part, at = merged[at : at + len(block)], at + len(block)
            again.append(zlib.crc32(part["thread"].tobytes(), int(part["seq"].sum())))
    assert len(merged) == count and again == blocks
    assert count == 4_000_003 and most - before < 32_000, most - before
