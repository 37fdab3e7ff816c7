"""Prints what the module reads of each file of a folder: as it is, cut, with bytes changed or appended, or both.

The variants are those of the test in tests/tests/python.rs, in the same order.
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
    for at in range(len(data)):
        for xor in (1, 0x80, 0xFF):
            changed = bytearray(data)
            changed[at] ^= xor
            print(f"{name}, byte {at} ^ {xor}: {answer(kind, bytes(changed))}")
            if xor != 0xFF or " 01 events" not in name:
                continue
            for length in range(len(data)):
                found = answer(kind, bytes(changed[:length]))
                print(f"{name}, byte {at} ^ {xor}, {length} bytes: {found}")
    for byte in (0, 0xFF):
        for count in (1, 24, 32, 64, 100, 300_000):
            found = answer(kind, data + bytes([byte]) * count)
            print(f"{name}, {count} x {byte} appended: {found}")

seed = 0
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    kind = atf.DetailFile if name.startswith("detail") else atf.IndexFile
    for number in range(300):
        changed = bytearray(data)
        for _ in range(1 + number % 3):
            seed = (seed * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % (1 << 64)
            at, to = (seed >> 40) % len(changed), (seed >> 32) & 0xFF
            changed[at] = (0, 1, 0xFF, to)[number % 4]
        print(f"{name}, {number} random: {answer(kind, bytes(changed))}")
