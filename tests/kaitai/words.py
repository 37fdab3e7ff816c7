"""A schema in which every word of words.txt is the name of a field, of a value, and of a record or an enum.

Arguments: words.txt, and 0 or 1: with 0 every other word is the name of a record and the rest are enums, with 1 the
reverse, and the file has events. Prints the schema. Names that the schema language itself refuses are left out: types
must not have the names of Rust's and Python's own.
"""

import re
import sys

#: Types that every generated module has: E0303 and E0304 refuse them.
REFUSED = {
    "Callable", "Dict", "Enum", "Exception", "False", "Field", "Format", "IntEnum", "IntFlag", "Iterator", "List", "None",
    "Optional", "Record", "Self", "True", "Value",
}


def words(path):
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                for word in line.split(":")[1].split():
                    found[word] = None
    return list(found)


def camel(word):
    return "".join(part.capitalize() for part in re.split("_", word) if part)


def main():
    found = words(sys.argv[1])
    out = ['[format]\nname = "words"\nversion = 1\nendian = "little"\n']
    # With an underscore in front, which Kaitai drops, any word can be a field.
    fields = [f'  {{ offset = {at}, name = "_{word}", type = "u8" }},' for at, word in enumerate(found)]
    out.append(f'[[record]]\nname = "AllWords"\nsize = {len(found)}\nfields = [\n' + "\n".join(fields) + "\n]\n")
    values = [f'  {{ name = "{word}", value = {at} }},' for at, word in enumerate(found)]
    out.append('[[enum]]\nname = "AllValues"\ntype = "u16"\nvalues = [\n' + "\n".join(values) + "\n]\n")
    names = {camel(word): None for word in found if camel(word) not in REFUSED}
    parity = int(sys.argv[2])
    inner = []
    for at, name in enumerate(names):
        if at % 2 == parity:
            out.append(f'[[record]]\nname = "{name}"\nsize = 1\nfields = [{{ offset = 0, name = "x", type = "u8" }}]\n')
        else:
            out.append(f'[[enum]]\nname = "{name}"\ntype = "u8"\nvalues = [{{ name = "x", value = 1 }}]\n')
        inner.append(f'  {{ offset = {at}, name = "f{at}", type = "{name}" }},')
    at = len(inner)
    inner.append(f'  {{ offset = {at}, name = "f{at}", type = "AllValues" }},')
    inner.append(f'  {{ offset = {at + 2}, name = "f{at + 1}", type = "AllWords" }},')
    size = at + 2 + len(found)
    out.append(f'[[record]]\nname = "Holder"\nsize = {size}\nfields = [\n' + "\n".join(inner) + "\n]\n")
    # A member with the name of its own class.
    out.append('[[record]]\nname = "Same"\nsize = 1\nfields = [{ offset = 0, name = "same", type = "u8" }]\n')
    # Kaitai's compiler for Go does not convert numbers where events are located: there is a schema without.
    event = 'event = "Same"\n' if parity else ""
    out.append(f'[[file]]\nname = "struct"\npath = "a"\nheader = "Holder"\n{event}')
    print("\n".join(out))


main()
