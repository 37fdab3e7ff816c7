"""Compares exports of a session with the calls that `atf dump --calls --format jsonl` prints.

read.py FOLDER: FOLDER holds calls.jsonl and the exports, named after their formats. Perfetto's file is read by Google's
protobuf and Perfetto's own messages.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

from google.protobuf import unknown_fields
from perfetto.protos.perfetto.trace import perfetto_trace_pb2


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r:.300}, found {found!r:.300}")


def nested(steps):
    """Calls as (name, start, end, names around), from (begins, name, time) in order."""
    found, stack = [], []
    for begins, name, time in steps:
        if begins:
            stack.append((name, time))
        else:
            name, start = stack.pop()
            found.append((name, start, time, tuple(name for name, _ in stack)))
    same("open at the end", stack, [])
    return found


def perfetto(path):
    trace = perfetto_trace_pb2.Trace()
    trace.ParseFromString(path.read_bytes())
    names, tracks, steps = {}, {}, collections.defaultdict(list)
    event_type = perfetto_trace_pb2.TrackEvent
    for packet in trace.packet:
        for message in (packet, packet.track_event, packet.track_descriptor, packet.interned_data):
            same("unknown fields", len(unknown_fields.UnknownFieldSet(message)), 0)
        if packet.HasField("track_descriptor"):
            track = packet.track_descriptor
            tracks[track.uuid] = track.thread.thread_name or track.name
            continue
        for name in packet.interned_data.event_names:
            names[name.iid] = name.name
        event = packet.track_event
        same("clock", packet.timestamp_clock_id, perfetto_trace_pb2.BUILTIN_CLOCK_BOOTTIME)
        if event.type != event_type.TYPE_INSTANT:
            begins = event.type == event_type.TYPE_SLICE_BEGIN
            steps[event.track_uuid].append((begins, names.get(event.name_iid), packet.timestamp))
    return {tracks[uuid]: nested(of_track) for uuid, of_track in steps.items()}


def chrome(path, start):
    trace = json.loads(path.read_text())
    same("start", int(trace["otherData"]["start_ns"]), start)
    steps = collections.defaultdict(list)
    for event in trace["traceEvents"]:
        if event["ph"] in "BE":
            steps[event["tid"]].append((event["ph"] == "B", event.get("name"), event["ts"]))
    return {thread: nested(of_thread) for thread, of_thread in steps.items()}


def main():
    folder = pathlib.Path(sys.argv[1])
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    start = min(call["start_ns"] for call in calls)
    expected = collections.defaultdict(list)
    for call in calls:
        expected[call["thread"]].append((call["function"], call["start_ns"], call["end_ns"]))
    tracks = perfetto(folder / "perfetto")
    same("tracks", len(tracks), len(expected))
    for name, found in tracks.items():
        thread = int(re.search(r"(\d+)\)?$", name).group(1))
        same(f"perfetto, {name}", sorted(call[:3] for call in found), sorted(expected[thread]))
    for thread, found in chrome(folder / "chrome", start).items():
        same(f"chrome, thread {thread}", len(found), len(expected[thread]))
        times = sorted(round((end - start) * 1000) for _, start, end, _ in found)
        same("durations", times, sorted(end - start for _, start, end in expected[thread]))
    own = sum(call["self_ns"] for call in calls)
    callgrind = subprocess.run(
        ["callgrind_annotate", folder / "callgrind"], check=True, capture_output=True, text=True
    )
    same("callgrind_annotate, warnings", "WARNING" in callgrind.stderr + callgrind.stdout, False)
    total = re.search(r"([\d,]+) .*PROGRAM TOTALS", callgrind.stdout).group(1)
    same("callgrind_annotate, total", int(total.replace(",", "")), own)
    for index, expected_total in [("calls", len(calls)), ("time", own)]:
        pprof = subprocess.run(
            ["go", "tool", "pprof", "-raw", f"-sample_index={index}", folder / "pprof"],
            check=True, capture_output=True, text=True,
        )
        samples = pprof.stdout.split("Samples:")[1].split("Locations")[0]
        values = re.findall(r"^\s+(\d+)\s+(\d+):", samples, re.MULTILINE)
        column = ["calls", "time"].index(index)
        same(f"pprof, {index}", sum(int(value[column]) for value in values), expected_total)
    folded = (folder / "folded").read_text().splitlines()
    same("folded", sum(int(line.rsplit(" ", 1)[1]) for line in folded), own)
    speedscope = json.loads((folder / "speedscope").read_text())
    events = [event for profile in speedscope["profiles"] for event in profile["events"]]
    same("speedscope, events", len(events), 2 * len(calls))
    print(f"{len(calls)} calls of {len(expected)} threads: as each of six formats has them")


main()
