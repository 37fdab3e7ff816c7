"""Prints what becomes of each file of a folder: how it was read, or why it was not."""

import os
import sys

import atf_v2 as atf

folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    kind = atf.DetailFile if name.startswith("detail") else atf.IndexFile
    os.chdir(folder)
    try:
        with kind.open(name) as file:
            events = list(file)
            state = "finalized" if file.finalized else "unfinalized"
            trailing = file.events.trailing_bytes
            checksum = file.checksum()
            checksum = "" if checksum is None else f", checksum {checksum.is_right}"
            fault = file.count_fault()
            checksum += "" if fault is None else f", {fault}"
            print(f"{name}: {state}, {len(events)} events, {trailing} trailing bytes{checksum}")
    except atf.FormatError as error:
        print(error)
