"""Checks a trace of the example tracer: `judge.py ATF SESSION [open] NAME...`.

The trace must contain the functions NAME. In each thread, every return must match the last open call and its depth. At
the end every call must have returned, unless `open` says that threads ended within a function.
"""

import json
import subprocess
import sys

atf, session, *names = sys.argv[1:]
may_be_open = names[:1] == ["open"]
names = set(names[may_be_open:])

with open(session + "/manifest.json", encoding="utf-8") as file:
    manifest = json.load(file)
name_of = {int(it["function_id"], 16): it["name"] for it in manifest["symbols"]}

stacks = {}
seen = {}
dump = subprocess.run([atf, "dump", session, "--format", "jsonl"], check=True, stdout=subprocess.PIPE)
for line in dump.stdout.splitlines():
    event = json.loads(line)
    name = name_of.get(event["function_id"])
    if name is None:
        sys.exit(f"{session}: a function without a name: {event}")
    seen[name] = seen.get(name, 0) + 1
    stack = stacks.setdefault(event["thread"], [])
    if event["event_kind"] == "call":
        if event["call_depth"] != len(stack):
            sys.exit(f"{session}: expected depth {len(stack)}, found {event}")
        stack.append(name)
    elif event["event_kind"] == "return":
        if not stack or stack[-1] != name or event["call_depth"] != len(stack) - 1:
            sys.exit(f"{session}: expected a return of {stack[-1:]} at depth {len(stack) - 1}, found {name} {event}")
        stack.pop()
    else:
        sys.exit(f"{session}: expected a call or a return, found {event}")
if not may_be_open and any(stacks.values()):
    sys.exit(f"{session}: calls that did not return: {stacks}")
if names - seen.keys():
    sys.exit(f"{session}: functions that are not in it: {sorted(names - seen.keys())}; there are {sorted(seen)}")
print(f"{len(stacks)} threads, {sum(seen.values())} events of {len(seen)} functions, balanced")
