"""Writes the files of a thread into a folder."""

import os
import sys

import atf_v2 as atf

folder = sys.argv[1]
host = {"arch": atf.Arch.X86_64, "os": atf.Os.LINUX, "thread_id": 7}
events = []
details = []
for number in range(10):
    event = atf.IndexEvent(
        timestamp_ns=1000 + 10 * number,
        function_id=(1 << 32) | number,
        thread_id=7,
        event_kind=atf.EventKind.CALL if number % 2 == 0 else atf.EventKind.RETURN,
        call_depth=number // 2,
    )
    if number % 3 == 0:
        event.detail_seq = len(details)
        header = atf.DetailEventHeader(
            event_type=atf.DetailEventType.FUNCTION_CALL,
            index_seq=number,
            thread_id=7,
            timestamp=event.timestamp_ns,
        )
        payload = atf.DetailFunctionPayload(
            function_id=event.function_id, x_regs=range(8), sp=0x7FFF
        )
        details.append((header, payload.pack_tail(bytes(range(number)))))
    events.append(event)
atf.IndexFile.write(
    os.path.join(folder, atf.IndexFile.PATH),
    events,
    atf.AtfIndexHeader(
        clock_type=atf.ClockType.BOOTTIME, flags=atf.IndexFlags.HAS_DETAIL_FILE, **host
    ),
)
with open(os.path.join(folder, atf.DetailFile.PATH), "wb") as file:
    atf.DetailFile.write(file, details, atf.AtfDetailHeader(**host))
