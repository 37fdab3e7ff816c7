"""What the package must reach, each side beside its baseline in the same run.

    python benches/bench.py [--events 10000000] [--merge-threads 8] [--merge-events 1000000] [--rounds 7]
    python benches/bench.py --smoke

A round takes the sides in turn, so that what else the machine does hits all of them; of the rounds it is
the median that counts. Only ratios mean something. Files are made in a temporary folder. Ends with 1
where a target is missed.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import statistics
import struct
import sys
import tempfile
import time
import typing
import zlib

import numpy

import atf


def write_thread(session: str, id: int, times: typing.Any) -> str:
    """A finalized index.atf with events at these times; its path."""
    directory = os.path.join(session, f"thread_{id}")
    os.makedirs(directory)
    events = numpy.zeros(len(times), atf.IndexEvent.dtype())
    events["timestamp_ns"], events["thread_id"] = times, id
    events["function_id"] = numpy.arange(len(times)) % 1000
    events["event_kind"] = 1 + numpy.arange(len(times)) % 2
    events["detail_seq"] = atf.NO_DETAIL_SEQ
    size, first, last = events.nbytes, int(times[0]), int(times[-1])
    header = atf.AtfIndexHeader(
        thread_id=id, event_count=len(times), footer_offset=64 + size, time_start_ns=first, time_end_ns=last
    )
    footer = atf.AtfIndexFooter(
        checksum=zlib.crc32(events.data.cast("B")),
        event_count=len(times),
        time_start_ns=first,
        time_end_ns=last,
        bytes_written=size,
    )
    path = os.path.join(directory, "index.atf")
    with open(path, "wb") as file:
        file.write(header.pack())
        events.tofile(file)
        file.write(footer.pack())
    return path


def by_heapq(session: str) -> int:
    """Every event of all threads through `heapq.merge`, each as a tuple of its fields; how many."""
    event = struct.Struct("<QQIIII")

    def events(id: int, path: str) -> typing.Iterator[typing.Tuple[int, ...]]:
        with open(path, "rb") as file:
            data = file.read()[64:-64]
        for seq, fields in enumerate(event.iter_unpack(data)):
            yield (fields[0], id, seq, *fields[1:])

    ids = sorted(int(name.partition("_")[2]) for name in os.listdir(session))
    paths = ((id, os.path.join(session, f"thread_{id}", "index.atf")) for id in ids)
    return sum(1 for _ in heapq.merge(*(events(id, path) for id, path in paths)))


def by_blocks(session: str) -> int:
    """All events by `merged_blocks`; how many."""
    with atf.SessionReader(session) as reader:
        return sum(len(block) for block in reader.merged_blocks())


def by_merged(session: str) -> int:
    """All events by `merged`; how many."""
    with atf.SessionReader(session) as reader:
        return len(reader.merged())


def rounds(sides: typing.Dict[str, typing.Callable[[], object]], count: int) -> typing.Dict[str, float]:
    """The median of each side in seconds. Each is called once before, and all must answer the same."""
    answers = {name: side() for name, side in sides.items()}
    assert len(set(answers.values())) == 1, answers
    seconds: typing.Dict[str, typing.List[float]] = {name: [] for name in sides}
    for number in range(count):
        order = list(sides)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            start = time.perf_counter()
            sides[name]()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in seconds.items()}


SIDES: typing.List[typing.Dict[str, typing.Any]] = []


def add_figures(count: int) -> None:
    """Adds the group `python` to the file of figures that ATF_FIGURES names, as the benchmarks in Rust do."""
    path = os.environ.get("ATF_FIGURES")
    if path is None:
        return
    with open(path) as file:
        figures = json.load(file)
    # Per event already: the sides have different numbers of events.
    figures["groups"]["python"] = {"rounds": count, "elements": 1, "sides": SIDES}
    with open(path, "w") as file:
        json.dump(figures, file, indent=2)


def row(name: str, seconds: float, events: int, base: float, target: typing.Optional[float]) -> bool:
    ratio = base / seconds
    judged = {"measured": f"{ratio:.2f} x the baseline above", "target": f">= {target}", "reached": ratio >= (target or 0)}
    SIDES.append({"name": name, "median_ns": seconds / events * 1e9, "targets": [] if target is None else [judged]})
    wanted = "" if target is None else f"   wanted {target}"
    print(f"{name:46} {seconds:9.4f} s {events / seconds / 1e6:9.2f} M/s   ratio {ratio:6.2f}{wanted}")
    return target is None or ratio >= target


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--events", type=int, default=10_000_000)
    arguments.add_argument("--merge-threads", type=int, default=8)
    arguments.add_argument("--merge-events", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--heapq-rounds", type=int, default=2)
    arguments.add_argument("--smoke", action="store_true", help="few events, and nothing is judged")
    given = arguments.parse_args()
    if given.smoke:
        given.events, given.merge_events, given.rounds = 10_000, 1_000, 1
    random = numpy.random.default_rng(1)
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        times = numpy.cumsum(random.integers(1, 100, given.events, dtype=numpy.uint64))
        path = write_thread(os.path.join(folder, "one"), 0, times)
        with atf.IndexReader(path) as index:
            plain = numpy.memmap(
                path, atf.IndexEvent.dtype(), mode="r", offset=64, shape=(given.events,)
            )
            for field in ("timestamp_ns", "call_depth"):
                medians = rounds(
                    {
                        "memmap": lambda: int(plain[field].sum()),
                        "array": lambda: int(index.array[field].sum()),
                    },
                    given.rounds,
                )
                base = medians["memmap"]
                row(f"sum of {field}: numpy.memmap", base, given.events, base, None)
                fine &= row(
                    f"sum of {field}: IndexReader.array", medians["array"], given.events, base, 0.8
                )
            del plain
        session = os.path.join(folder, "many")
        total = given.merge_threads * given.merge_events
        for id in range(given.merge_threads):
            steps = random.integers(1, 100, given.merge_events, dtype=numpy.uint64)
            write_thread(session, id, numpy.cumsum(steps))
        medians = rounds({"merged": lambda: by_merged(session), "blocks": lambda: by_blocks(session)}, given.rounds)
        base = rounds({"heapq": lambda: by_heapq(session)}, given.heapq_rounds - 1 or 1)["heapq"]
        again = rounds({"merged": lambda: by_merged(session), "blocks": lambda: by_blocks(session)}, given.rounds)
        name = f"{given.merge_threads} x {given.merge_events} events"
        row(f"{name}: heapq.merge", base, total, base, None)
        for side in ("merged", "blocks"):
            seconds = statistics.mean([medians[side], again[side]])
            fine &= row(f"{name}: {side}", seconds, total, base, 20.0)
    add_figures(given.rounds)
    return 0 if fine or given.smoke else 1


if __name__ == "__main__":
    sys.exit(main())
