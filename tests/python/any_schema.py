"""Modules of any schema: each record comes back as it was, each file is built and read. Pictures
are XML."""

import importlib
import pathlib
import sys
import xml.dom.minidom

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder / "python"))
for name in sys.argv[2:]:
    module = importlib.import_module(name)
    for made in list(vars(module).values()):
        if isinstance(made, type) and issubclass(made, module.Record) and made is not module.Record:
            fresh = made()
            data = fresh.pack()
            # A closed enum need not have the value 0 that a fresh record holds.
            legal = not fresh.validate()
            assert len(data) == made.SIZE, (name, made)
            if legal:
                assert made.unpack_from(data).pack() == data, (name, made)
            repr(fresh)
    pictures = list((folder / "docs" / "svg" / name).glob("*.svg"))
    assert pictures, name
    for picture in pictures:
        xml.dom.minidom.parse(str(picture))
    page = (folder / "docs" / (name + ".md")).read_text(encoding="utf-8")
    assert page.count("\n```") % 2 == 0 and "<b>" not in page, name
