"""Reads the grid of absence by Kaitai's Python classes, and counts what was read right.

Arguments: the folder of the grid, in which each pair has `old/kaitai-python` and `new/kaitai-python`,
and the page with the table that the counts must be in. Exit code 1 at the first thing that differs.
"""

import collections
import importlib
import json
import os
import sys

import kaitaistruct


def names(side, name):
    module = importlib.import_module(f"grid_{name}")
    return getattr(module, "Grid" + "".join(word.capitalize() for word in name.split("_")))


def state(record, name):
    has = getattr(record, f"has_{name}", None)
    if has is not None:
        return "present" if has else "absent"
    return "absent" if getattr(record, name, None) is None else "present"


def read(folder, key, place, fields):
    side, variant, name = key.split()
    path = os.path.join(folder, "files", variant, name)
    try:
        root = names(side, name).from_file(path)
        events = root.events
        assert root.has_footer, key
        records = {"header": [root.header], "event": events, "footer": [root.footer]}[place]
        found = {}
        for record in records if side == "new" else ():
            for field in fields:
                word = state(record, field)
                assert found.setdefault(field, word) == word, (key, field)
        return {"times": [event.time for event in events], "fields": found}
    except (kaitaistruct.KaitaiStructError, EOFError):
        return {"refused": True}


right = collections.Counter()
for pair in ("revision", "version"):
    folder = os.path.join(sys.argv[1], pair)
    for side in ("old", "new"):
        place = os.path.join(folder, side, "kaitai-python")
        sys.path.insert(0, place)
        importlib.invalidate_caches()
        with open(os.path.join(folder, "expected"), encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if not line["key"].startswith(side):
                    continue
                found = read(folder, line["key"], line["place"], line["fields"])
                if found != line["expected"]:
                    sys.exit(f"{line['key']}: expected {line['expected']}, found {found}")
                for row in line["rows"].values():
                    right[row, line["absence"]] += 1
        sys.path.remove(place)
        for module in [name for name in sys.modules if name.startswith("grid_")]:
            del sys.modules[module]

with open(sys.argv[2], encoding="utf-8") as page:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page if line[:1] == "|"]
head = next(row for row in rows if row[:1] == ["kind of field"])
column = head.index("Kaitai")
shown = {
    (row[0], row[1]): int(row[column])
    for row in rows
    if len(row) == len(head) and row[1] in ("sentinel", "guard", "growth") and row[2] != "refused"
}
if shown != dict(right):
    sys.exit(f"{sys.argv[2]}: Kaitai: expected {dict(right)}, found {shown}")
print(f"{sum(right.values())} readings of the grid of absence are right by Kaitai, as the page says")
