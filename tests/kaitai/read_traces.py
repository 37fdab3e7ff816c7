"""Reads a session by Kaitai's Python classes and compares it with `atf dump --format jsonl
--details`, field by field.

Arguments: the folder of the compiled classes, the session, the dump. Exit code 1 at the first
thing that differs.
"""

import enum
import json
import pathlib
import re
import sys

sys.path.insert(0, sys.argv[1])
from atf_v2_detail import AtfV2Detail  # noqa: E402
from atf_v2_index import AtfV2Index  # noqa: E402


def same(where, found, expected):
    if found != expected:
        sys.exit(f"{where}: expected {expected!r}, found {found!r}")


def shown(value):
    """As the dump shows a value: names of enums, else numbers. A word that Kaitai's Python cannot
    have as a name has an underscore behind it."""
    if isinstance(value, enum.IntEnum):
        # A word of one of the languages has something behind it.
        return re.sub("_value$", "", value.name).rstrip("_")
    return value


def fields(record, names):
    return {name: shown(getattr(record, name)) for name in names}


INDEX = "timestamp_ns function_id thread_id event_kind call_depth detail_seq".split()
DETAIL = "total_length event_type flags index_seq thread_id timestamp".split()
PAYLOAD = "function_id x_regs lr fp sp stack_size".split()


def detail_of(event):
    found = fields(event.header, DETAIL)
    if isinstance(event.payload, bytes):
        found["payload_hex"] = event.payload.hex()
    else:
        found.update(fields(event.payload, PAYLOAD))
        found["stack_snapshot"] = event.payload.stack_snapshot.hex()
    return found


def thread(folder, lines):
    """Compares one thread; returns how many events and details it has."""
    index = AtfV2Index.from_file(folder / "index.atf")
    same(f"{folder}: finished", index.has_footer, True)
    same(f"{folder}: events of the footer", index.footer.event_count, len(lines))
    same(f"{folder}: events", len(index.events), len(lines))
    same(f"{folder}: time of the first", index.footer.time_start_ns, lines[0]["timestamp_ns"])
    same(f"{folder}: time of the last", index.footer.time_end_ns, lines[-1]["timestamp_ns"])
    details = []
    flag = index.header.flags_has_detail_file
    same(f"{folder}: a detail file", (folder / "detail.atf").exists(), flag)
    if flag:
        detail = AtfV2Detail.from_file(folder / "detail.atf")
        same(f"{folder}: records of the footer", detail.footer.event_count, len(detail.events))
        # What is found without the footer's count is the same.
        same(f"{folder}: complete records", len(detail.complete_events), len(detail.events))
        details = detail.events
    linked = 0
    for seq, (event, line) in enumerate(zip(index.events, lines)):
        where = f"{folder}: event {seq}"
        found = fields(event, INDEX)
        if not event.has_detail_seq:
            found["detail_seq"] = None
            found["detail"] = None
        else:
            found["detail"] = detail_of(details[event.detail_seq])
            linked += 1
        for name, value in found.items():
            same(f"{where}: {name}", value, line[name])
        same(f"{where}: fields", sorted(found), sorted(set(line) - {"thread", "seq", "function", "module"}))
        same(f"{where}: sequence", seq, line["seq"])
    same(f"{folder}: linked records", linked, len(details))
    return len(lines), linked


def unfinished(folder):
    """Files that were never finished: complete events, and nothing of an incomplete one."""
    for name, cls, header in [("index.atf", AtfV2Index, 64), ("detail.atf", AtfV2Detail, 64)]:
        data = bytearray((folder / name).read_bytes())
        whole = cls.from_bytes(bytes(data))
        footer_size = 64
        count = len(whole.events)
        if name == "index.atf":
            data[28:32] = bytes(4)
            data[40:48] = (64).to_bytes(8, "little")
        else:
            data[28:44] = bytes(16)
        events = data[: len(data) - footer_size]
        for cut, expected in [(0, count), (1, count - 1), (len(events) - header, 0)]:
            truncated = cls.from_bytes(bytes(events[: len(events) - cut]))
            same(f"{name} without footer, {cut} bytes cut: finished", truncated.has_footer, False)
            same(f"{name} without footer, {cut} bytes cut: footer", truncated.footer, None)
            same(f"{name} without footer, {cut} bytes cut: events", len(truncated.events), expected)


def grown(folder):
    """A stride that grew: events are where it says."""
    data = (folder / "index.atf").read_bytes()
    old = AtfV2Index.from_bytes(data)
    count = len(old.events)
    wide = b"".join(data[64 + 32 * at : 96 + 32 * at] + b"\xee" * 8 for at in range(count))
    header = bytearray(data[:64])
    header[24:28] = (40).to_bytes(4, "little")
    header[40:48] = (64 + len(wide)).to_bytes(8, "little")
    new = AtfV2Index.from_bytes(bytes(header) + wide + data[-64:])
    for at, (one, other) in enumerate(zip(old.events, new.events)):
        same(f"event {at} of 40 bytes", fields(other, INDEX), fields(one, INDEX))
    same("events of 40 bytes", len(new.events), count)


def main():
    session = pathlib.Path(sys.argv[2])
    threads = {}
    with open(sys.argv[3], encoding="utf-8") as dump:
        for line in dump:
            line = json.loads(line)
            threads.setdefault(line["thread"], []).append(line)
    folders = {int(at.name.split("_")[1]): at for at in session.rglob("thread_*")}
    same(f"{session}: threads", sorted(folders), sorted(threads))
    total = [thread(folders[number], lines) for number, lines in sorted(threads.items())]
    with_detail = [at for at in folders.values() if (at / "detail.atf").exists()]
    same(f"{session}: threads with details", bool(with_detail), True)
    unfinished(with_detail[0])
    grown(with_detail[0])
    events, details = (sum(column) for column in zip(*total))
    print(f"{session.name}: {events} events and {details} details read by Kaitai are those of atf dump")


main()
