"""Compares the mutants of a room that survived with survivors.txt, which says why each of them may.

    compare.py ROOM OUTPUT      OUTPUT: the folder mutants.out of cargo-mutants

Exit code 1 if one survived that is not listed, or a listed one was caught.
"""

import pathlib
import re
import sys


def listed(path):
    """The listed mutants, each with its reason."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, separator, reason = line.partition(" # ")
        if not separator or not reason.strip():
            sys.exit(f"{path}:{number}: expected MUTANT # REASON")
        entries[name.strip()] = reason.strip()
    return entries


def names(path):
    """The mutants of one outcome, without line and column: these move with every change of the file."""
    text = path.read_text() if path.exists() else ""
    return [re.sub(r":\d+:\d+:", ":", line, count=1) for line in text.splitlines()]


def main():
    room, output = sys.argv[1], pathlib.Path(sys.argv[2])
    outcomes = {it: names(output / f"{it}.txt") for it in ("caught", "missed", "unviable", "timeout")}
    print(f"{room}: " + ", ".join(f"{len(found)} {it}" for it, found in outcomes.items()))
    known = listed(pathlib.Path(__file__).with_name("survivors.txt"))
    new = [name for name in outcomes["missed"] if name not in known]
    for name in new:
        print(f"survived, not listed: {name}")
    # Two mutants of one function can have the same name: one may be caught and the other not.
    survived = set(outcomes["missed"])
    stale = [name for name in set(outcomes["caught"]) - survived if name in known]
    for name in sorted(stale):
        print(f"listed, but caught: {name}")
    sys.exit(1 if new or stale else 0)


if __name__ == "__main__":
    main()
