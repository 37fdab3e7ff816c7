"""What the package `atf` says of sessions, as tests/src/cross.rs describes it.

Reads the directories of sessions from stdin, a line each. With --merged also the merges, for which
numpy is needed; all else is done without.
"""

import sys

import atf


def line(*parts):
    sys.stdout.write(" ".join(map(str, parts)) + "\n")


def times(span):
    return "none" if span is None else f"{span[0]} {span[1]}"


def middle(span):
    if span is None or span[1] < span[0]:
        return None
    quarter = (span[1] - span[0]) // 4
    return span[0] + quarter, span[1] - quarter


def found(call, *arguments):
    try:
        record = call(*arguments)
    except atf.AtfError as error:
        return f"error {error}"
    return "none" if record is None else record.offset


def dump_thread(id, thread):
    index = thread.index
    span = index.time_range
    line("thread", id, "index", len(index), index.extent.stride, int(index.is_finalized), int(index.has_detail), times(span))
    detail = None if thread.detail_error else thread.detail
    for seq, event in enumerate(index):
        kind = int(event.event_kind)
        line("event", seq, event.timestamp_ns, event.function_id, event.thread_id, kind, event.call_depth, event.detail_seq)
        line("link", seq, found(thread.get_detail_for, event))
        if detail is not None:
            line("named", seq, found(detail.get_by_index_seq, seq))
    half = middle(span)
    if half is not None:
        line("range", *half, index.find_start(half[0]), index.find_end(half[1]))
    if thread.detail_error is not None:
        line("detail error", thread.detail_error)
    elif detail is None:
        line("detail none")
    else:
        line("detail", len(detail), int(detail.is_finalized), detail.records_end)
        dump_records(thread, detail)


def dump_records(thread, detail):
    try:
        for record in detail:
            header = record.header
            event = thread.get_index_for(record)
            back = "none" if event is None else event.timestamp_ns
            function = record.function()
            stack = "opaque" if function is None else len(function.stack)
            line(
                *("record", record.offset, header.total_length, int(header.event_type), header.flags, record.index_seq),
                *(header.thread_id, header.timestamp, record.payload.hex(), back, stack),
            )
    except atf.AtfError as error:
        line("records error", error)


def dump(directory, merged):
    try:
        session = atf.SessionReader(directory)
    except atf.AtfError as error:
        line("session error", error)
        return
    with session:
        error = session.manifest_error
        line("manifest ok" if error is None else f"manifest error {error}")
        for id, name in sorted(session.symbols.items()):
            line("symbol", id, name)
        details = session.detail_count
        line("session", session.event_count, "unknown" if details is None else details, times(session.time_range))
        for problem in session.problems():
            line("problem", problem.thread_id, problem.error)
        for thread in session.threads:
            if thread.error is None:
                dump_thread(thread.id, thread.reader)
            else:
                line("thread", thread.id, "error", thread.error)
        if not merged:
            return
        array = session.merged()
        blocks = [block for block in session.merged_blocks(block_events=5)]
        assert [row for block in blocks for row in block.tolist()] == array.tolist()
        for id, seq in array[["thread", "seq"]].tolist():
            line("merged", id, seq)
        half = middle(session.time_range)
        for id, seq in session.merged(*half)[["thread", "seq"]].tolist() if half else ():
            line("within", id, seq)


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for directory in sys.stdin.read().splitlines():
        line("==", directory)
        dump(directory, "--merged" in sys.argv[1:])


main()
