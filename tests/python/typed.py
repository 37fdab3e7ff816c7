"""A program whose types are checked, by mypy and pyright in their strict modes: .ci/run calls them.

Run by itself with the folder of the module in PYTHONPATH, it reads what it builds.
"""

import atf_v2 as atf


def most(file: atf.IndexFile) -> int:
    """The highest time, by every way to get at an event."""
    highest = 0
    for event in file:
        highest = max(highest, event.timestamp_ns)
    for event in file.events[1:3]:
        highest = max(highest, event.timestamp_ns)
    return max(highest, file.events[0].timestamp_ns, file[-1].timestamp_ns)


events = [atf.IndexEvent(timestamp_ns=time) for time in (10, 20, 20)]
data: bytes = atf.IndexFile.build(events, atf.AtfIndexHeader(thread_id=7))
with atf.IndexFile.parse(data) as index:
    assert most(index) == 20 and index.header.thread_id == 7
    # As of any sequence.
    assert index.events.count(index.events[1]) == 2
    assert index.events.index(index.events[1]) == 1
    footer = index.footer
    assert footer is not None and footer.event_count == 3
parts = [(atf.DetailEventHeader(thread_id=7), b"12345678")]
detail = atf.DetailFile.parse(atf.DetailFile.build(parts))
length: int = detail.events[0].header.total_length
assert length == atf.DetailEventHeader.SIZE + 8
assert detail.events.count(detail.events[0]) == 0, "each is read anew"
print("typed")
