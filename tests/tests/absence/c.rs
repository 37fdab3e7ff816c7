//! The grid by the C header: a program per schema, which finds the parts of a file by the fields that hold a
//! value and says what it found.

use std::fmt::Write as _;
use std::path::Path;

use atf_tests::scratch;

use super::cells::{Absence, Cell, Place};
use super::files::{Reading, key, readings};
use super::grid::Pair;
use super::{Found, lines};

const HEAD: &str = r#"
#include "grid_types.h"
#include <stdio.h>
#include <stdlib.h>

static unsigned char data[1 << 16];
static size_t length;

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        exit(2);
    }
    length = fread(data, 1, sizeof data, file);
    fclose(file);
}

static void begin(const char *key) {
    printf("{\"key\": \"%s\", \"found\": ", key);
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* The same in every event, or a third word. */
static const char *word(int present, int absent) {
    return absent == 0 ? "present" : present == 0 ? "absent" : "both";
}

int main(void) {
"#;

/// What the programs of a pair found.
pub(crate) fn read(pair: &Pair, folder: &Path) -> Found {
    let mut found = Found::new();
    for is_new in [false, true] {
        let side = folder.join(if is_new { "new" } else { "old" });
        let mut text = HEAD.to_owned();
        for reading in readings(&pair.cells).iter().filter(|reading| reading.is_new == is_new) {
            one(reading, folder, &mut text);
        }
        text.push_str("    return 0;\n}\n");
        std::fs::write(side.join("read.c"), text).expect("the program can be written");
        let compiled = scratch::command("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsanitize=undefined"])
            .args(["-fno-sanitize-recover", "-Ic", "read.c", "-o", "read"])
            .current_dir(&side)
            .output()
            .expect("cc is there");
        let errors = String::from_utf8_lossy(&compiled.stderr).into_owned();
        assert!(compiled.status.success(), "{errors}");
        let output = scratch::command(side.join("read")).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        found.extend(lines(&String::from_utf8(output.stdout).expect("UTF-8")));
    }
    found
}

/// The functions of a record begin with this.
fn prefix(record: &str) -> String {
    let mut out = String::from("grid");
    for letter in record.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn one(reading: &Reading<'_>, folder: &Path, out: &mut String) {
    let Reading { cell, variant, is_new } = *reading;
    let [head, event, foot] =
        [Place::Header, Place::Event, Place::Footer].map(|place| cell.record(place, is_new));
    let path = folder.join("files").join(variant.word()).join(&cell.name);
    let grows = |place| is_new && cell.absence == Absence::Growth && cell.place == place;
    // A record of which data may have less is read by its function, else by its size.
    let take = |place: Place, record: &str, name: &str, at: &str, end: &str| {
        if grows(place) {
            format!("{}_read_start(&{name}, data + {at}, {end} - {at})", prefix(record))
        } else {
            format!("(memcpy(&{name}, data + {at}, sizeof {name}), 1)")
        }
    };
    let says = |verb: &str, otherwise: &str| {
        let has = |holder: &str, record: &str| {
            let header = if cell.absence == Absence::HeaderGuard { ", &head" } else { "" };
            format!(
                "{}_has_{verb}(&{holder}{header}) ? {holder}.{verb} : {otherwise}",
                prefix(record)
            )
        };
        let is_said = is_new && cell.role.is_some() && cell.fields[0].name == verb;
        match cell.place {
            Place::Header if is_said => has("head", &head),
            Place::Footer if is_said => has("foot", &foot),
            _ => otherwise.to_owned(),
        }
    };
    // Where the header ends is known by the field for it, where the schema has one.
    let bound = if cell.absence == Absence::Growth && cell.place == Place::Header {
        "(size_t)data[16] + 256u * data[17]"
    } else {
        "length"
    };
    let start = if bound == "length" { "sizeof head" } else { bound };
    let step = if cell.absence == Absence::Growth && cell.place == Place::Event {
        "head.step"
    } else {
        "sizeof event"
    };
    let version = if cell.absence == Absence::Growth && cell.place == Place::Event && is_new {
        "head.version != 1 && head.version != 2"
    } else {
        "head.version != GRID_FORMAT_VERSION"
    };
    let _ = write!(
        out,
        "    {{\n        {head} head;\n        {event} event;\n        {foot} foot;\n        \
         load({path:?});\n        begin(\"{key}\");\n        \
         if (!{take_head} || memcmp(head.magic, \"GRID\", 4) != 0) return 3;\n        \
         if ({version}) {{ printf(\"{{\\\"refused\\\": true}}}}\\n\"); }} else {{\n        \
         size_t end = (size_t)head.footer_offset;\n        \
         if (!{take_foot} || memcmp(foot.magic, \"DIRG\", 4) != 0) return 4;\n        \
         size_t start = (size_t)({start});\n        size_t step = (size_t)({step});\n        \
         size_t bytes = (size_t)({bytes});\n        \
         size_t count = (size_t)({count});\n        \
         printf(\"{{\\\"times\\\": [\");\n",
        path = path.display().to_string(),
        key = key(reading),
        take_head = take(Place::Header, &head, "head", "0", bound),
        take_foot = take(Place::Footer, &foot, "foot", "end", "length"),
        start = says("offset", start),
        step = says("stride", step),
        bytes = says("length", "end - start"),
        count = says("count", "bytes / step"),
    );
    let fields: Vec<_> = cell.observed().filter(|_| is_new).collect();
    for (at, _) in fields.iter().enumerate() {
        let _ = writeln!(out, "        int present{at} = 0, absent{at} = 0;");
    }
    let count_states = |out: &mut String| {
        for (at, kind) in fields.iter().enumerate() {
            let (holder, record) = match cell.place {
                Place::Header => ("head", &head),
                Place::Event => ("event", &event),
                Place::Footer => ("foot", &foot),
            };
            let test = test(cell, kind.name, cell.sentinel(kind).is_some(), holder, record);
            let _ = writeln!(out, "        if ({test}) present{at}++; else absent{at}++;");
        }
    };
    let _ = writeln!(
        out,
        "        for (size_t at = 0; at < count; at++) {{\n        \
         size_t from = start + at * step;\n        \
         if (!{}) return 5;\n        \
         printf(\"%s%u\", at == 0 ? \"\" : \", \", (unsigned)event.time);",
        take(Place::Event, &event, "event", "from", "least(length, from + step)"),
    );
    if cell.place == Place::Event {
        count_states(out);
    }
    out.push_str("        }\n        printf(\"], \\\"fields\\\": {\");\n");
    if cell.place != Place::Event {
        count_states(out);
    }
    for (at, kind) in fields.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let _ = writeln!(
            out,
            "        printf(\"{comma}\\\"{}\\\": \\\"%s\\\"\", word(present{at}, absent{at}));",
            kind.name
        );
    }
    out.push_str("        printf(\"}}}\\n\");\n        (void)least(0, 0);\n        (void)word(0, 0);\n        }\n    }\n");
}

/// Whether the field of a record is there, as an expression.
fn test(cell: &Cell, name: &str, has_sentinel: bool, holder: &str, record: &str) -> String {
    let own = prefix(record);
    match cell.absence {
        Absence::HeaderGuard => format!("{own}_has_{name}(&{holder}, &head)"),
        Absence::Sentinel | Absence::Guard => format!("{own}_has_{name}(&{holder})"),
        Absence::Growth if has_sentinel => format!("{own}_has_{name}(&{holder})"),
        // It is as in a fresh record.
        Absence::Growth => format!(
            "({own}_init((void *)(data + sizeof data - sizeof {holder})), \
             memcmp(&{holder}.{name}, data + sizeof data - sizeof {holder} + offsetof({record}, {name}), \
             sizeof {holder}.{name}) != 0)"
        ),
    }
}
