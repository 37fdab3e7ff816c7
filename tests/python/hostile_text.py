"""A module of a schema whose texts try to be code."""

import sys

import nasty

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
plain = nasty.Plain()
field = nasty.Plain.FIELDS[0]
assert field.doc == field.unit == text
assert nasty.Plain.bytes_names(class_=nasty.Class.NONE) == (text,)
# Words of the docstring may be on other lines.
assert text.split() == nasty.Plain.__doc__.split("12 bytes.")[0].split()
assert text.split() == nasty.Class.__doc__.split("Closed: ")[0].split()
assert (nasty.SIZE, nasty.Plain.SIZE, plain.tuple) == (7, 12, 7)
assert plain.range == b"\"\\'" and plain.bytes == (nasty.Class.NONE,) * 4
assert plain.size == nasty.Plain.SIZE_VALUE == float("inf") and plain.validate() == []
assert nasty.Plain.unpack_from(plain.pack()) == plain
