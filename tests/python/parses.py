"""Whether modules are Python of version 3.8, in lines that can be read."""

import ast
import sys

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    ast.parse(text, path, feature_version=(3, 8))
    long = [line for line in text.splitlines() if len(line) > 100]
    assert not long, long
print(len(sys.argv) - 1, "modules")
