"""Reads the grid of absence by the generated modules.

Arguments: the folder of one pair of schemas, which holds `old/python/grid.py`, `new/python/grid.py`,
the files and `expected`. Prints a JSON line per reading: its key and what was found.
"""

import importlib.util
import json
import os
import sys

folder = sys.argv[1]


def module(side):
    path = os.path.join(folder, side, "python", "grid.py")
    spec = importlib.util.spec_from_file_location(f"grid_{side}", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


modules = {side: module(side) for side in ("old", "new")}


def is_present(record, field, header):
    has = getattr(record, f"has_{field.name}", None)
    if has is None:
        # It cannot be absent but by ending before it: then it is as in a fresh record.
        return getattr(record, field.name) != getattr(type(record)(), field.name)
    return has(header) if callable(has) else has


def states(records, header, names):
    """Of each of these fields: present or absent, the same in all records."""
    found = {}
    for record in records:
        for field in record.FIELDS:
            if field.name in names:
                word = "present" if is_present(record, field, header) else "absent"
                assert found.setdefault(field.name, word) == word, field.name
    return found


def read(key, place, names):
    side, variant, name = key.split()
    made = modules[side]
    kind = next(file for file in made.FILES if file.NAME == name)
    try:
        with kind.open(os.path.join(folder, "files", variant, name)) as file:
            events = list(file)
            assert file.finalized, "it is finalized"
            checksum = file.checksum()
            assert checksum is None or checksum.is_right, checksum
            assert file.count_fault() is None
            records = {"header": [file.header], "event": events, "footer": [file.footer]}[place]
            if side == "new":
                for record in records:
                    assert record.validate(0, file.header) == [], record.validate(0, file.header)
                # What was read can be written, with the same absence.
                again = kind.parse(kind.build(events, file.header, file.footer))
                assert len(again) == len(events)
            fields = states(records, file.header, names if side == "new" else ())
            return {"times": [event.time for event in events], "fields": fields}
    except made.FormatError as error:
        return {"refused": True, "why": str(error)}


with open(os.path.join(folder, "expected"), encoding="utf-8") as lines:
    for line in map(json.loads, lines):
        found = read(line["key"], line["place"], line["fields"])
        print(json.dumps({"key": line["key"], "found": found}))
