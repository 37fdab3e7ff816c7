"""Prints what the module reads of each file of a folder: when it is cut after so many bytes, for every number, and, of
a finalized one, when a byte of its header is changed.
"""

import os
import sys

import atf_v2 as atf


def answer(kind, data):
    try:
        file = kind.parse(data)
    except atf.FormatError:
        return "refused"
    state = "finalized" if file.finalized else "unfinalized"
    found = []
    try:
        for event in file:
            found.append(event.offset if kind is atf.DetailFile else event.timestamp_ns)
    except atf.FormatError:
        found.append("damaged")
    return " ".join([state, *map(str, found)])


folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    kind = atf.DetailFile if name.startswith("detail") else atf.IndexFile
    for length in range(len(data) + 1):
        print(f"{name}, {length} bytes: {answer(kind, data[:length])}")
    if not name.endswith(" finalized"):
        continue
    for at in range(kind.HEADER.SIZE):
        for xor in (1, 0x80, 0xFF):
            changed = bytearray(data)
            changed[at] ^= xor
            print(f"{name}, byte {at} ^ {xor}: {answer(kind, bytes(changed))}")
