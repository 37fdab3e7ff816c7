"""Files of one schema under the reader of another, both ways, for many pairs of schemas.

The argument is a file of JSON lines, one per pair: the modules of old writers and readers, that of
the new one, and what their schemas say that the modules do not. For each pair a line comes back:
what became of old readers with as many new folders as the pair says, and of the new reader with
old ones.

- ok: every field that both know means to the reader what it meant to the writer, and what the
  reader alone knows is absent to it.
- refuse: the reader declared what is wrong.
- WRONG: neither.

Of several files the worst counts: WRONG before refuse before ok.
"""

import functools
import importlib
import inspect
import json
import math
import sys
import zlib

OK, REFUSE, WRONG = range(3)
WORDS = ("ok", "refuse", "WRONG")
EVENTS, FOLDERS = 12, 5


class Side:
    """A module, and what its schema says beside it."""

    def __init__(self, declared):
        self.module = importlib.import_module(declared["module"])
        self.names = declared["names"]
        self.declared = declared["declared"]
        files = vars(self.module).values()
        base = self.module._File
        self.files = [f for f in files if isinstance(f, type) and issubclass(f, base) and f != base]
        # What is asked for again and again.
        self.fields = functools.lru_cache(None)(self.fields)
        self.members = functools.lru_cache(None)(self.members)
        self.default = functools.lru_cache(None)(self.default)
        self.folder = functools.lru_cache(None)(lambda look: folder(self, look))

    def name(self, name):
        """The name by which an element is known to both."""
        return self.names.get(name, name)

    def says(self, *element):
        return self.declared.get(".".join(element), {})

    def fields(self, record):
        """The live fields of a record by the name that is known to both."""
        return {
            self.name(field.name): field
            for field in record.FIELDS
            if not field.reserved and field.removed is None and field.role[:1] != ("version",)
        }

    def members(self, names, kind):
        """Numbers of an enum or flags type, by the name that is known to both."""
        found = {}
        for member in names:
            says = self.says(names.__name__, member.name.lower())
            # What a value or bit means beside its name.
            present = self.name(says.get("present"))
            key = (self.name(member.name.lower()), says.get("semantics", 0), present)
            found[key if kind == "flags" else key[:2]] = int(member)
        return found

    def is_absent(self, record, field, head):
        """Whether the reader of a record takes a field of it as not there."""
        value = getattr(record, field.name)
        if field.guard:
            owner, flags, bit = field.guard
            holder = record if record.NAME == owner else head
            flags = getattr(holder, flags)
            if not flags & type(flags)[bit.upper()]:
                return True
        if field.sentinel is None:
            return False
        return same_number(value, field.sentinel)

    def default(self, record, name):
        """The value for "not present", where the schema names one."""
        field = next(field for field in record.FIELDS if field.name == name)
        if field.role or not self.says(record.NAME, name).get("default"):
            return None
        return getattr(record(), name)


def element_names(record, field):
    """The names of an array's elements, if they hold whatever the values of enums."""
    names = getattr(type(record), f"{field.rstrip('_')}_names", None)
    return names() if names and not inspect.signature(names).parameters else ()


def same_number(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    return a == b


# ---------------------------------------------------------------- what is written


def looks(side, field, kind):
    """Values of a type, the most revealing first."""
    mark = sum(field.name.encode()) % 89 + 11
    known = kind.__class__.__name__
    if known == "_Array":
        inner = looks(side, field, kind.element)
        return [
            tuple(inner[(at + step) % len(inner)] for step in range(kind.length))
            for at in range(len(inner))
        ]
    if known == "_Nested":
        return [filled(side, kind.record, at, None) for at in range(4)]
    if known == "_Bytes":
        return [bytes((mark + at) % 256 for at in range(kind.size)), b"\xee" * kind.size]
    if known == "_Float":
        return [mark + 0.5, -1.0, 0.0]
    if known == "_Enum":
        unknown = [] if not kind.is_open else [kind.high - 5]
        return [int(value) for value in kind.names] + unknown
    if known == "_Flags":
        bits = [int(bit) for bit in kind.names]
        return [kind.names.of(number) for number in [sum(bits)] + bits + [0]]
    most = kind.high if field.max is None else min(kind.high, field.max)
    values = [mark, most, most - 1, 0, 2, 3, max(most - 60, 0)]
    return [-mark, kind.low] + values if kind.signed else values


def filled(side, record, look, head):
    """A record in which every field has a value, another one for each `look`."""
    made = record()
    for field in record.FIELDS:
        if field.reserved or field.removed is not None or field.const is not None:
            continue
        if field.role and field.role[0] not in ("link", "same", "present"):
            continue
        values, fresh = looks(side, field, field.kind), getattr(made, field.name)
        values += [fresh] if field.kind.fault(fresh) is None else []
        # As if at random, so that each value meets each of other fields.
        # Of headers and footers there are few: each takes the next value.
        at = look if head is None else zlib.crc32(f"{look} {field.name}".encode())
        setattr(made, field.name, values[at % len(values)])
    for field in record.FIELDS:
        if field.guard and side.is_absent(made, field, head):
            # A writer leaves alone what it says is not there.
            setattr(made, field.name, getattr(record(), field.name))
    return made


def folder(side, look):
    """The files of a folder: the bytes of each, and the records that were meant."""
    written = {}
    for file in side.files:
        if file.OPTIONAL and look == FOLDERS - 1:
            continue
        head = None if file.HEADER is None else filled(side, file.HEADER, look, None)
        foot = None if file.FOOTER is None else filled(side, file.FOOTER, look, None)
        count = EVENTS if file.EVENT is not None else 0
        events = [event(side, file, look * EVENTS + at, head) for at in range(count)]
        data = file.build(events, head, foot)
        # As its own reader has it: with counts and lengths filled in.
        whole = file.parse(data)
        assert whole.finalized and len(whole) == count
        written[side.name(file.NAME)] = (file, data, whole)
    return written


def event(side, file, look, head):
    """A record and what follows it: payload, tail and trailer, or opaque bytes."""
    front = filled(side, file.EVENT, look, head)
    if not file.IS_FRAMED:
        return front
    record = file._payload(front, head)
    tail = bytes(range(1, 8 + look % 5))
    if record is None:
        return front, tail
    payload = filled(side, record, look, head)
    if record.TAIL is None:
        return front, payload
    trailer = b"" if record.TRAILER is None else filled(side, record.TRAILER, look, head)
    return front, payload.pack_tail(tail), trailer


# ---------------------------------------------------------------- what is understood


class Across:
    """A reader of one schema with files of another."""

    def __init__(self, writer, reader, folders):
        self.writer, self.reader = writer, reader
        self.worst, self.why = OK, ""
        for look in range(folders):
            if self.worst == WRONG:
                return
            written = writer.folder(look)
            self.paths = {file.PATH: data for file, data, _ in written.values()}
            for file in reader.files:
                try:
                    self.read(file, written.get(reader.name(file.NAME)))
                except reader.module.FormatError as error:
                    self.came(REFUSE, str(error))

    def came(self, outcome, why):
        if outcome > self.worst:
            self.worst, self.why = outcome, why

    def wrong(self, where, written, read):
        self.came(WRONG, f"{where}: written {written}, read {read}")

    def read(self, file, written):
        if file.PATH not in self.paths:
            if not file.OPTIONAL:
                self.came(REFUSE, f"{file.PATH}: expected a file, found none")
            elif written is not None:
                self.wrong(file.PATH, "a file", "none")
            return
        found = file.parse(self.paths[file.PATH], file.PATH)
        events = list(found)
        if not found.finalized:
            self.came(REFUSE, f"{file.PATH}: it was never finalized")
            return
        if written is None:
            return
        _, _, whole = written
        heads = whole.header, found.header
        for name in ("header", "footer"):
            a, b = getattr(whole, name), getattr(found, name)
            if b is not None:
                region = found._head if name == "header" else found._foot
                self.record(f"{file.PATH}: {name}", a, b, region.room, heads)
        if len(events) != len(whole):
            self.wrong(file.PATH, f"{len(whole)} events", f"{len(events)}")
        for at, (written, read) in enumerate(zip(whole, events)):
            where = f"{file.PATH}: event {at}"
            if file.IS_FRAMED:
                self.framed(where, written, read, heads)
            else:
                self.record(where, written, read, found.events.stride, heads)

    def framed(self, where, written, read, heads):
        self.record(where, written.header, read.header, read.header.SIZE, heads)
        if read.payload_fault is not None:
            self.came(REFUSE, read.payload_fault)
        elif written.payload is None:
            if read.payload is not None or read.payload_bytes != written.payload_bytes:
                self.wrong(where, written.payload_bytes, read.payload or read.payload_bytes)
        elif read.payload is not None:
            room = len(read.payload_bytes)
            self.record(f"{where}: payload", written.payload, read.payload, room, heads)
            if read.payload.TAIL is not None and read.payload_tail != written.payload_tail:
                self.wrong(f"{where}: tail", written.payload_tail, read.payload_tail)
            if read.trailer is not None:
                room = read.trailer.SIZE
                self.record(f"{where}: trailer", written.trailer, read.trailer, room, heads)

    def record(self, where, written, read, room, heads):
        """A record as it was meant and as it is understood; the reader has `room` bytes of it."""
        writer, reader = self.writer, self.reader
        known = writer.fields(type(written)) if written is not None else {}
        for name, field in reader.fields(type(read)).items():
            here = f"{where}: {field.name}"
            value = getattr(read, field.name)
            is_absent = reader.is_absent(read, field, heads[1])
            if field.max is not None and not is_absent and value > field.max:
                self.came(REFUSE, f"{here}: expected at most {field.max}, found {value}")
                continue
            other = known.get(name)
            if other is None:
                fresh = getattr(type(read)(), field.name)
                is_missing = field.offset + field.size > room and same_number(value, fresh)
                has_no_bit = field.kind.__class__.__name__ == "_Flags" and value == 0
                if not (is_missing or is_absent or has_no_bit):
                    self.wrong(here, "nothing", value)
                continue
            meant = getattr(written, other.name)
            for what in ("unit", "role", "authoritative"):
                a, b = getattr(other, what), getattr(field, what)
                if what == "role":
                    a, b = self.role(writer, a), self.role(reader, b)
                if a != b:
                    self.wrong(f"{here}: {what}", a, b)
            a = writer.says(written.NAME, other.name).get("semantics", 0)
            b = reader.says(read.NAME, field.name).get("semantics", 0)
            if a != b:
                self.wrong(f"{here}: meaning", a, b)
            was_absent = writer.is_absent(written, other, heads[0])
            if was_absent != is_absent:
                self.wrong(here, "none" if was_absent else meant, "none" if is_absent else value)
            if was_absent or is_absent:
                continue
            # A value with a special meaning must have it on both sides.
            for what, a, b in (
                ("constant", other.const, field.const),
                (
                    "default",
                    writer.default(type(written), other.name),
                    reader.default(type(read), field.name),
                ),
            ):
                if a is not None and b is not None and (a == meant) != (b == value):
                    self.wrong(f"{here}: {what}", f"{meant} for {a}", f"{value} for {b}")
            self.value(here, other.kind, meant, field.kind, value, heads)
            self.elements(here, element_names(written, other.name), meant, element_names(read, field.name), value)

    def elements(self, where, ours, meant, theirs, value):
        """Elements as programs find them: by their names."""
        for name in sorted(set(ours) & set(theirs)):
            a, b = meant[ours.index(name)], value[theirs.index(name)]
            if not same_number(a, b):
                self.wrong(f"{where}: {name}", a, b)

    @staticmethod
    def role(side, role):
        return tuple(".".join(map(side.name, word.split("."))) for word in role)

    def value(self, where, written, meant, read, value, heads):
        kinds = [kind.__class__.__name__ for kind in (written, read)]
        if kinds == ["_Nested", "_Nested"]:
            self.record(where, meant, value, value.SIZE, heads)
        elif kinds == ["_Array", "_Array"]:
            if written.length != read.length:
                self.wrong(where, meant, value)
            for a, b in zip(meant, value):
                self.value(where, written.element, a, read.element, b, heads)
        elif kinds == ["_Enum", "_Enum"]:
            self.enum(where, written, int(meant), read, int(value))
        elif kinds == ["_Flags", "_Flags"]:
            self.flags(where, written, int(meant), read, int(value))
        elif ("_Bytes" in kinds or "_Float" in kinds) and kinds[0] != kinds[1]:
            self.wrong(where, meant, value)
        elif not same_number(meant, value):
            self.wrong(where, meant, value)

    def enum(self, where, written, meant, read, value):
        ours = self.writer.members(written.names, "enum")
        theirs = self.reader.members(read.names, "enum")
        name = next((name for name, number in ours.items() if number == meant), None)
        seen = next((name for name, number in theirs.items() if number == value), None)
        # A number without a name is kept; unless the reader has another number for the name.
        if meant != value or (name != seen and (seen is not None or name in theirs)):
            self.wrong(where, f"{name} ({meant})", f"{seen} ({value})")
        if seen is None and name is not None and any(name[0] == known[0] for known in theirs):
            self.wrong(where, f"{name} ({meant})", f"{seen} ({value})")

    def flags(self, where, written, meant, read, value):
        ours = self.writer.members(written.names, "flags")
        theirs = self.reader.members(read.names, "flags")
        if meant != value:
            self.wrong(where, hex(meant), hex(value))
        for key, bit in theirs.items():
            if key in ours and bool(value & bit) != bool(meant & ours[key]):
                self.wrong(f"{where}: {key[0]}", bool(meant & ours[key]), bool(value & bit))
            if key not in ours and value & bit and meant & bit & sum(ours.values()):
                self.wrong(where, f"{hex(meant)} of {sorted(map(str, ours))}", key)
        must, knows = (
            {
                side.name(member.name.lower())
                for member in kind.names
                if side.says(kind.names.__name__, member.name.lower()).get("must_understand")
                and meant & member
            }
            for side, kind in ((self.writer, written), (self.reader, read))
        )
        if must - knows:
            self.wrong(where, f"{sorted(must)}, to be understood", "ignored")


def worst(pairs, folders=FOLDERS):
    found = [Across(writer, reader, folders) for writer, reader in pairs]
    found.sort(key=lambda across: -across.worst)
    return {"outcome": WORDS[found[0].worst], "why": found[0].why}


sides = {}


def side(declared):
    key = json.dumps(declared, sort_keys=True)
    if key not in sides:
        sides[key] = Side(declared)
    return sides[key]


with open(sys.argv[1], encoding="utf-8") as jobs:
    for job in map(json.loads, jobs):
        old, new = [side(declared) for declared in job["old"]], side(job["new"])
        old_reader = worst([(new, each) for each in old], job["folders"])
        new_reader = worst([(each, new) for each in old])
        print(json.dumps({"old_reader": old_reader, "new_reader": new_reader}))
