//! The grid by the generated Rust types: one program for all schemas, which finds the parts of a file by the
//! fields that hold a value and says what it found.

use std::fmt::Write as _;
use std::path::Path;

use atf_tests::nested;

use super::cells::{Absence, Place};
use super::files::{Reading, key, readings};
use super::grid::Pair;
use super::{Found, lines};

const HEAD: &str = r#"//! Reads the grid.

fn say(key: &str, times: &[u64], fields: &[(&str, Vec<bool>)]) {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, states)| {
            let word = if states.iter().all(|it| *it) {
                "present"
            } else if states.iter().any(|it| *it) {
                "both"
            } else {
                "absent"
            };
            format!("\"{name}\": \"{word}\"")
        })
        .collect();
    println!("{{\"key\": \"{key}\", \"found\": {{\"times\": {times:?}, \"fields\": {{{}}}}}}}", fields.join(", "));
}

fn refuse(key: &str) {
    println!("{{\"key\": \"{key}\", \"found\": {{\"refused\": true}}}}");
}
"#;

/// What every module gets: a look at a field by its description.
const LOOK: &str = r#"
    /// Whether a field holds a value by its description; without guard and sentinel, whether it is not
    /// as in a new record.
    #[allow(dead_code)]
    fn look<R: Record>(record: &R, name: &str, header: &[u8], has: Option<bool>) -> bool {
        let field = R::FIELDS.iter().find(|field| field.name == name).expect("it is there");
        let bytes = zerocopy::IntoBytes::as_bytes(record);
        let fresh = R::default();
        let Some(has) = has else {
            return field.bytes(bytes) != field.bytes(zerocopy::IntoBytes::as_bytes(&fresh));
        };
        let guarded = field.guard.is_some_and(|guard| guard.in_header && guard.is_set(header) != Some(true));
        let value = field.value(bytes).expect("the record is whole");
        assert_eq!(has, !guarded && value != Value::Absent, "{name}");
        has
    }
"#;

/// What the program found, by pair.
pub(crate) fn read(pairs: &[Pair], folder: &Path) -> Vec<Found> {
    let package = nested::folder("absence");
    let mut main = HEAD.to_owned();
    let mut calls = String::new();
    for pair in pairs {
        for is_new in [false, true] {
            let side = if is_new { "new" } else { "old" };
            let module = format!("{}_{side}", pair.name);
            let source = folder.join(pair.name).join(side).join("rust/grid.rs");
            let text = std::fs::read_to_string(source).expect("the types are there");
            nested::write(&package.join("src").join(format!("{module}.rs")), &text);
            let _ = write!(
                main,
                "\nmod {module} {{\n    #![allow(dead_code)]\n    include!(\"{module}.rs\");\n{LOOK}\n    pub fn all(folder: &str) {{\n"
            );
            for reading in readings(&pair.cells).iter().filter(|it| it.is_new == is_new) {
                one(reading, &mut main);
            }
            main.push_str("    }\n}\n");
            let _ = writeln!(
                calls,
                "    println!(\"{}\");\n    {module}::all(&format!(\"{{folder}}/{}\"));",
                pair.name, pair.name
            );
        }
    }
    let _ = write!(
        main,
        "\nfn main() {{\n    let folder = std::env::args().nth(1).expect(\"a folder\");\n{calls}}}\n"
    );
    nested::write(&package.join("src/main.rs"), &main);
    nested::write(
        &package.join("Cargo.toml"),
        "[package]\nname = \"absence\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nzerocopy = { version = \"0.8\", features = [\"derive\"] }\n\n[workspace]\n",
    );
    std::fs::copy(nested::repository().join("Cargo.lock"), package.join("Cargo.lock"))
        .expect("the lock is there");
    let output = nested::cargo(&package)
        .args(["run", "--quiet", "--"])
        .arg(folder)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    pairs
        .iter()
        .map(|pair| {
            let mut own = String::new();
            let mut current = "";
            for line in text.lines() {
                if line.starts_with('{') && current == pair.name {
                    let _ = writeln!(own, "{line}");
                } else if !line.starts_with('{') {
                    current = line;
                }
            }
            lines(&own)
        })
        .collect()
}

fn one(reading: &Reading<'_>, out: &mut String) {
    let Reading { cell, variant, is_new } = *reading;
    let [head, event, foot] =
        [Place::Header, Place::Event, Place::Footer].map(|place| cell.record(place, is_new));
    let header = if cell.absence == Absence::HeaderGuard { "&head" } else { "" };
    let says = |verb: &str, otherwise: &str| {
        let has = |holder: &str| {
            format!(
                "if {holder}.has_{verb}({header}) {{ {holder}.{verb}.get() as usize }} else {{ {otherwise} }}"
            )
        };
        let is_said = is_new && cell.role.is_some() && cell.fields[0].name == verb;
        match cell.place {
            Place::Header if is_said => has("head"),
            Place::Footer if is_said => has("foot"),
            _ => otherwise.to_owned(),
        }
    };
    let located = cell.absence == Absence::Growth && cell.place == Place::Header;
    let stepped = cell.absence == Absence::Growth && cell.place == Place::Event;
    let own = if located { "head.start.get() as usize" } else { "<Head as Record>::SIZE" };
    let step = if stepped { "head.step.get() as usize" } else { "<Event as Record>::SIZE" };
    let _ = write!(
        out,
        "        {{\n            type Head = {head};\n            type Event = {event};\n            type Foot = {foot};\n            \
         let key = \"{key}\";\n            \
         let data = std::fs::read(format!(\"{{folder}}/files/{variant}/{name}\")).expect(key);\n            \
         let head = Head::read_start(&data).expect(key);\n            \
         let bound = {bound};\n            \
         let head = Head::read_start(&data[..bound]).expect(key);\n            \
         assert_eq!(head.magic, Head::MAGIC);\n            \
         if !READS.contains(&head.version) {{ super::refuse(key) }} else {{\n            \
         let end = head.footer_offset.get() as usize;\n            \
         let foot = Foot::read_start(&data[end..]).expect(key);\n            \
         assert_eq!(foot.magic, Foot::MAGIC);\n            \
         let start = {start};\n            let step = {step};\n            \
         let bytes = {bytes};\n            let count = {count};\n            \
         let events: Vec<Event> = (0..count).map(|at| {{\n                \
         let from = start + at * step;\n                \
         Event::read_start(&data[from..from + step]).expect(key)\n            }}).collect();\n            \
         let header = zerocopy::IntoBytes::as_bytes(&head);\n            \
         let _ = (&header, &foot);\n            \
         let times: Vec<u64> = events.iter().map(|event| event.time.get()).collect();\n            \
         let mut fields: Vec<(&str, Vec<bool>)> = Vec::new();\n",
        key = key(reading),
        variant = variant.word(),
        name = cell.name,
        bound = if located { "head.start.get() as usize" } else { "data.len()" },
        start = says("offset", own),
        step = says("stride", step),
        bytes = says("length", "end - start"),
        count = says("count", "bytes / step"),
    );
    for kind in cell.observed().filter(|_| is_new) {
        let optional = cell.absence != Absence::Growth || cell.sentinel(kind).is_some();
        let has = if optional {
            format!("Some(it.has_{}({header}))", kind.name)
        } else {
            "None".to_owned()
        };
        let holders = match cell.place {
            Place::Header => "std::iter::once(&head)",
            Place::Event => "events.iter()",
            Place::Footer => "std::iter::once(&foot)",
        };
        let _ = writeln!(
            out,
            "            fields.push((\"{0}\", {holders}.map(|it| look(it, \"{0}\", header, {has})).collect()));",
            kind.name
        );
    }
    out.push_str("            let _ = &mut fields;\n            super::say(key, &times, &fields);\n            }\n        }\n");
}
