//! Both reader columns of the table, measured: for each row the Python modules of the old and of
//! the new schema are generated, files are written with the one and read with the other, and what
//! came of it is what `atf-gen diff` says of the change. `tests/python/read_across.py` describes how.
//!
//! Old writers and readers are those of the schema before the change and, where it holds
//! tombstones, those of the revision that still had the elements: both are in the field.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::Path;

use atf_gen::model::{Evolution, Format};
use atf_tests::scratch::{self, Scratch};
use serde_json::{Value as Json, json};

use super::rows::{Met, ROWS, Row, comparisons};
use super::station::{Edit, REVISION, bumped, compare, edited, station};

/// What the revision after a deleted tombstone does, and nothing keeps it from doing: it gives
/// what was removed to something else. Read with it, the row shows its harm.
const THEN: &[(&str, &[Edit])] = &[
    (
        "tombstone of a value deleted",
        &[
            REVISION,
            (
                "{ name = \"rain\", value = 4 },\n",
                "{ name = \"rain\", value = 4 },\n{ name = \"fog\", value = 3, since = 3 },\n",
            ),
        ],
    ),
    (
        "tombstone of a bit deleted",
        &[
            REVISION,
            (
                "{ name = \"vane\", bit = 1 },\n",
                "{ name = \"vane\", bit = 1 },\n{ name = \"wet\", bit = 2, since = 3 },\n",
            ),
        ],
    ),
    (
        "tombstone of a field deleted",
        &[
            REVISION,
            (
                "name = \"_fog\", type = \"u16\", reserved = true",
                "name = \"mist\", type = \"u16\", sentinel = 0, since = 3",
            ),
        ],
    ),
];

/// Rows of which these readers make something else than the verdict says: what is measured, and
/// why the verdict stands. Nowhere is it WRONG where the verdict is not.
const OTHERWISE: &[(&str, &str, &str)] = &[
    (
        "field resized",
        "wrong ok",
        "an unsigned number that grows into zeros has the same value; others have not",
    ),
    (
        "bytes for a number",
        "wrong refuse",
        "the case gives the footer's field a role that the file contradicts",
    ),
    (
        "width of an enum",
        "ok refuse",
        "this enum is closed, and what follows is zero in files of the new schema",
    ),
    (
        "events grow at the end",
        "ok refuse",
        "generated readers skip what they do not know, those in the field want 32 bytes; the field \
         has no `since`, so that nothing says that old events lack it",
    ),
    ("events grow at the end, and say since when", "ok ok", "as above, with `since`"),
    ("header grows", "ok refuse", "the field has no `since` yet"),
    ("footer grows that the header locates", "ok refuse", "the field has no `since` yet"),
    ("fields at the end of a payload without a tail", "ok refuse", "the field has no `since` yet"),
    (
        "header grows, and nothing says where events start",
        "refuse refuse",
        "the first number that is taken for a length is none here",
    ),
    (
        "another record shrinks",
        "refuse refuse",
        "the first number that is taken for a length is none here",
    ),
    (
        "event shrinks where the stride governs",
        "refuse ok",
        "generated readers skip what they do not know, those in the field want 32 bytes",
    ),
    (
        "fields before a counted tail",
        "wrong refuse",
        "no bytes behind these tails can be taken for their end",
    ),
    ("where the footer is", "ok ok", "in an intact file of one version both places are the same"),
];

/// Rows that the table needs for its second column to be seen.
const MORE: &[Row] = &[Row {
    name: "events grow at the end, and say since when",
    edits: &[
        REVISION,
        ("name = \"Reading\"\nsize = 32", "name = \"Reading\"\nsize = 36"),
        ("default = 32", "default = 36"),
        (
            "  { offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true },\n",
            "  { offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true },\n  { offset = 32, name = \"gust\", type = \"u32\", default = 7, since = 3 },\n",
        ),
    ],
    rule: "D0501",
    element: "record Reading",
    says: "refuse ok version unmet",
    met: Met::Version,
}];

/// A schema as a reader and writer.
struct Modules {
    folder: Scratch,
    /// The module of each text.
    known: HashMap<String, String>,
}

impl Modules {
    /// The module of a schema, and what it does not say: names that are known to both sides, and
    /// the meaning of elements.
    fn side(&mut self, text: &str, names: &BTreeMap<String, String>) -> Json {
        let format = load(text);
        let next = format!("m{}", self.known.len());
        let module = self.known.entry(text.to_owned()).or_insert_with(|| {
            let python = atf_gen::emit::python::text(&format);
            std::fs::write(self.folder.path().join(format!("{next}.py")), python)
                .expect("the module can be written");
            next
        });
        json!({ "module": module, "names": names, "declared": declared(&format) })
    }
}

fn load(text: &str) -> Format {
    atf_gen::load("station.toml", text.as_bytes())
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

/// What a module does not contain of its schema.
fn declared(format: &Format) -> Json {
    let mut facts = serde_json::Map::new();
    for record in &format.records {
        for field in record.fields.iter().filter(|field| field.is_live()) {
            let what = json!({ "semantics": field.evolution.semantics, "default": field.default.is_some() });
            facts.insert(format!("{}.{}", record.name, field.name), what);
        }
    }
    for declared in &format.enums {
        for value in &declared.values {
            let what = json!({ "semantics": value.evolution.semantics });
            facts.insert(format!("{}.{}", declared.name, value.name), what);
        }
    }
    for declared in &format.flags {
        for bit in &declared.bits {
            let what = json!({
                "semantics": bit.evolution.semantics,
                "must_understand": bit.must_understand,
                "present": bit.present.map(|file| &format.files[file].name),
            });
            facts.insert(format!("{}.{}", declared.name, bit.name), what);
        }
    }
    facts.into()
}

/// By its new name, the old name of what was renamed; and a name of its own for a field that is
/// called as one that was removed.
fn names(old: &Format, new: &Format) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut each = |name: &str, evolution: &Evolution| {
        if let Some(was) = evolution.was.first() {
            names.insert(name.to_owned(), was.clone());
        }
    };
    for file in &new.files {
        each(&file.name, &file.evolution);
    }
    for record in &new.records {
        record.fields.iter().for_each(|field| each(&field.name, &field.evolution));
        record.tail.iter().for_each(|tail| each(&tail.name, &tail.evolution));
    }
    for value in new.enums.iter().flat_map(|declared| &declared.values) {
        each(&value.name, &value.evolution);
    }
    for bit in new.flags.iter().flat_map(|declared| &declared.bits) {
        each(&bit.name, &bit.evolution);
    }
    let fields = old.records.iter().flat_map(|record| &record.fields);
    for field in fields.filter(|field| field.evolution.removed.is_some()) {
        names.insert(field.name.clone(), format!("{}, another", field.name));
    }
    names
}

/// The schema when it still had what it has tombstones of.
fn before_removals(text: &str) -> String {
    (0..9).fold(text.to_owned(), |text, revision| {
        text.replace(&format!(", removed = {revision}"), "")
    })
}

/// A pair of schemas, and what is expected of the readers.
struct Case {
    name: String,
    /// Of old readers and the new one, as diff has it.
    says: String,
    /// What is measured, where that is something else.
    measured: String,
    job: Json,
}

/// What a row's change is measured in: as it is, with what it needs, after a bump, and after one
/// whose readers still read old files.
fn cases(row: &Row, modules: &mut Modules) -> Vec<Case> {
    let old = station();
    let then = THEN.iter().find(|(name, _)| *name == row.name).map_or(&[][..], |(_, edits)| edits);
    let as_it_is = edited(&edited(&old, row.edits), then);
    let columns = |says: &str| says.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let says = if row.says.is_empty() { "ok ok".to_owned() } else { columns(row.says) };
    let otherwise = OTHERWISE.iter().find(|(name, ..)| *name == row.name);
    let measured = otherwise.map_or(says.clone(), |(_, measured, _)| (*measured).to_owned());
    let mut all = vec![("", as_it_is.clone(), says.clone(), measured.clone(), FOLDERS)];
    let mut named = as_it_is.clone();
    match row.met {
        Met::By(edits, met) => {
            let text = edited(&as_it_is, edits);
            named.clone_from(&text);
            all.push((" with what it needs", text, columns(met), columns(met), FOLDERS));
        }
        Met::Version | Met::Never => {
            // The bump turns WRONG into refuse, and never into ok.
            let refused = "refuse refuse".to_owned();
            let text = bumped(&as_it_is, "reads = [4]");
            all.push((" after a bump", text, refused.clone(), refused, 1));
            let text = bumped(&as_it_is, "reads = [3, 4]");
            let read =
                |says: &str| says.replacen(says.split(' ').next().unwrap_or(""), "refuse", 1);
            let which = " after a bump that reads old files";
            all.push((which, text, read(&says), read(&measured), 1));
        }
        Met::Already => {}
    }
    let names = names(&load(&old), &load(&named));
    let none = BTreeMap::new();
    let olds = [modules.side(&old, &none), modules.side(&before_removals(&old), &none)];
    let mut case = |(which, text, says, measured, folders): (&str, String, _, _, u32)| Case {
        name: format!("{}{which}", row.name),
        job: json!({ "old": olds, "new": modules.side(&text, &names), "folders": folders }),
        says,
        measured,
    };
    all.into_iter().map(&mut case).collect()
}

/// Folders that a new writer makes; one is enough to be refused by its version.
const FOLDERS: u32 = 5;

/// Runs the program with all pairs: what came of each, as it prints it.
fn read_across(folder: &Path, cases: &[Case]) -> Vec<Json> {
    let jobs = cases.iter().fold(String::new(), |mut jobs, case| {
        writeln!(jobs, "{}", case.job).expect("a string takes everything");
        jobs
    });
    let path = folder.join("jobs");
    std::fs::write(&path, jobs).expect("the jobs can be written");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/read_across.py");
    let output = scratch::command("python3")
        .args(["-B", "-W", "error"])
        .args([&program, &path])
        .env("PYTHONPATH", folder)
        .output()
        .unwrap_or_else(|error| panic!("python3 (3.8 or newer) is needed, but: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

// G-07: both reader columns of the table, measured.
#[test]
fn readers_treat_files_of_the_other_schema_as_the_table_lists() {
    let folder = Scratch::new();
    let mut modules = Modules { folder, known: HashMap::new() };
    let rows = ROWS.iter().chain(MORE);
    let cases: Vec<Case> = rows.flat_map(|row| cases(row, &mut modules)).collect();
    let found = read_across(modules.folder.path(), &cases);
    assert_eq!(found.len(), cases.len());
    let mut others = Vec::new();
    for (case, found) in cases.iter().zip(&found) {
        let word =
            |reader: &str| found[reader]["outcome"].as_str().unwrap_or_default().to_lowercase();
        let measured = format!("{} {}", word("old_reader"), word("new_reader"));
        if measured != case.measured {
            let why = [&found["old_reader"]["why"], &found["new_reader"]["why"]];
            let (name, expected) = (&case.name, &case.measured);
            others.push(format!("{name}: expected {expected}, found {measured}: {why:?}"));
        }
        let wrong = |says: &str| says.split(' ').map(|word| word == "wrong").collect::<Vec<_>>();
        let is_softer =
            wrong(&measured).iter().zip(wrong(&case.says)).any(|(is, expected)| *is && !expected);
        assert!(!is_softer, "{}: diff says {}, found {measured}", case.name, case.says);
    }
    assert!(others.is_empty(), "{others:#?}");
    let mut all = String::new();
    for (case, found) in cases.iter().zip(&found) {
        let why = |reader: &str| found[reader]["why"].as_str().unwrap_or_default().to_owned();
        for (reader, why) in [("old", why("old_reader")), ("new", why("new_reader"))] {
            if !why.is_empty() && !case.name.contains(" after a bump that") {
                writeln!(all, "{}, {reader} reader\n  {why}", case.name).expect("it fits");
            }
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn exceptions_in_the_table_are_rows_and_are_exceptions() {
    for (name, measured, _) in OTHERWISE {
        let row = ROWS.iter().chain(MORE).find(|row| row.name == *name).expect("a row");
        assert!(!row.says.starts_with(measured), "{name}");
    }
}

// G-07
#[test]
fn rows_that_are_measured_alone_have_the_verdicts_of_the_table() {
    for row in MORE {
        for (which, found, expected) in comparisons(row) {
            assert_eq!(found, expected, "{}, {which}", row.name);
        }
    }
}

// A deleted tombstone does its harm one revision later, when nothing is left to object.
#[test]
fn nothing_objects_once_a_deleted_tombstone_is_forgotten() {
    for (name, then) in THEN {
        let row = ROWS.iter().find(|row| row.name == *name).expect("a row");
        let forgotten = edited(&station(), row.edits);
        let (code, report) = compare(&forgotten, &edited(&forgotten, then));
        assert_eq!(code, 0, "{name}: {report:#}");
    }
}
