"""Files of one version of a format under the module of another, both ways.

`old` and `new` are generated from the same schema before and after its change.
"""

import new
import old


def refused(error, call):
    try:
        call()
    except error as refusal:
        return str(refusal)
    raise AssertionError("it was read")


def old_file(count=3, **header):
    events = [old.Event(time=number, size=7) for number in range(count)]
    return old.LogFile.build(events, old.Head(**header))


def new_file(count=3):
    return new.LogFile.build([new.Event(time=number, level=5) for number in range(count)])


# An old file under the new module: what it lacks has its default.
log = new.LogFile.parse(old_file(), "log")
assert log.finalized and log.header.zone == 60 and log.footer.loudest == 9
found = [(event.time, event._removed_size, event.level) for event in log]
assert found == [(time, 7, 3) for time in range(3)]
assert log.events.stride == 12 and log.header.head_room == 0

# A new file under the old module: what came later is skipped, as the stride says.
try:
    old.LogFile.parse(new_file(), "log")
except old.FormatError as error:
    print(error)
later = bytearray(new_file())
later[4] = 1
log = old.LogFile.parse(bytes(later), "log")
assert log.finalized and [event.time for event in log] == [0, 1, 2]
assert (log.events.stride, log.footer.count) == (16, 3)

# A stride or a header that ends within a field is of no version; bytes behind a footer are not its.
data = bytearray(old_file())
data[6] = 14
print(refused(new.FormatError, lambda: new.LogFile.parse(bytes(data), "log")))
data[6] = 4
print(refused(new.FormatError, lambda: new.LogFile.parse(bytes(data), "log")))
data = bytearray(old_file())
data[8] = 26
print(refused(new.FormatError, lambda: new.LogFile.parse(bytes(data), "log")))
log = new.LogFile.parse(old_file() + b"!", "log")
assert log.finalized and len(log) == 3 and log.footer.loudest == 9

# A value that came later is kept as its number, one that was removed has no name.
assert old.Kind.of(3) == 3 and new.Kind.of(3) is new.Kind.THIRD
assert [kind.name for kind in new.Kind] == ["FIRST", "THIRD"] and new.Kind.of(2) == 2

# A field that was removed keeps its bytes; nothing offers it.
event = new.Event()
assert event._removed_size == 0xFFFF and not hasattr(event, "size")
assert [field.removed for field in new.Event.FIELDS] == [None, None, 2, None]
assert [field.since for field in new.Event.FIELDS] == [0, 0, 0, 1]
assert new.Event.FIELDS[0].deprecated == "use the clock"

# A flag says whether a field means anything.
head = new.Head(has=new.Has.ZONE)
assert head.has_zone and not new.Head().has_zone and not head.has_head_room
assert new.Event(level=4).has_level(head) is False
assert new.Event(level=4).has_level(new.Head(has=new.Has.LEVEL)) is True

# Fields behind a counted tail may be absent.
note = new.Note(text_len=2).pack() + b"hi"
for behind, found in ((b"", None), (new.Mood(mood=4).pack(), 4), (b"\5later", 5)):
    data = new.NotesFile.build([(new.NoteHead(), note + behind)])
    (event,) = new.NotesFile.parse(data)
    assert event.payload_tail == b"hi" and event.payload_fault is None
    assert (event.trailer and event.trailer.mood) == found
    assert event.rest == behind[1:]
    (event,) = old.NotesFile.parse(data)
    assert (event.payload_tail, event.rest) == (b"hi", behind)
