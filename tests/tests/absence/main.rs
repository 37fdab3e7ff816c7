//! The grid of absence: what a sentinel, a guard or the end of the data says is not there, no generated reader
//! judges or follows. Each kind of field is added in each way and each part of a file; old readers read new files, new
//! readers read old and new ones, in Rust, C, Python and by `annotate`. Kaitai's own compiler is run by
//! tests/kaitai/run.sh on the same files. The page docs/evolving.md has the counts. G-07.

mod c;
mod cells;
mod files;
mod grid;
mod rust;
mod table;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use atf_gen::annotate::{Item, Options, annotate};
use atf_gen::model::Format;
use atf_tests::scratch::{self, Scratch};
use serde_json::{Value as Json, json};

use cells::{Absence, Place};
use files::{Reading, key, readings};
use grid::{Pair, pairs};

/// What a target found, by the key of the reading.
type Found = BTreeMap<String, Json>;

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the grid: that of the variable, for readers that no test runs.
fn written(pairs: &[Pair]) -> (PathBuf, Option<Scratch>) {
    let given = std::env::var_os("ATF_GRID").map(PathBuf::from);
    let scratch = given.is_none().then(Scratch::new);
    let folder = given.unwrap_or_else(|| scratch.as_ref().expect("one").path().to_owned());
    for pair in pairs {
        grid::write(pair, &folder.join(pair.name));
    }
    (folder, scratch)
}

/// Lines of JSON, each a key and what was found.
fn lines(text: &str) -> Found {
    text.lines()
        .map(|line| {
            let line: Json = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
            let found = match line["found"]["refused"].as_bool() {
                Some(true) => json!({ "refused": true }),
                _ => line["found"].clone(),
            };
            (line["key"].as_str().expect("a key").to_owned(), found)
        })
        .collect()
}

fn python(folder: &Path) -> Found {
    let output = scratch::command("python3")
        .args(["-B", "-W", "error"])
        .arg(package().join("python/read_absence.py"))
        .arg(folder)
        .output()
        .unwrap_or_else(|error| panic!("python3 (3.8 or newer) is needed, but: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    lines(&String::from_utf8(output.stdout).expect("UTF-8"))
}

/// What `annotate` shows. It checks the whole file: reserved bytes that are not zero and bytes behind the
/// last record are reported, and they say that they may be of a newer revision.
fn annotated(pair: &Pair, folder: &Path) -> Found {
    let format = |side: &str| -> Format {
        let text = std::fs::read(folder.join(side).join("grid.toml")).expect("the schema");
        atf_gen::load("grid.toml", &text).expect("it is valid")
    };
    let (old, new) = (format("old"), format("new"));
    let mut found = Found::new();
    for reading in readings(&pair.cells) {
        let format = if reading.is_new { &new } else { &old };
        let file = format.files.iter().position(|file| file.name == reading.cell.name);
        let bytes = files::bytes(reading.cell, reading.variant);
        let options = Options { all: true, checksum: true, ..Options::default() };
        let mut items = Vec::new();
        let summary = annotate(
            format,
            file.expect("it is there"),
            Cursor::new(bytes),
            &options,
            &mut |item| {
                items.push(item);
                Ok(())
            },
        )
        .expect("bytes in memory can be read");
        let newer = |problem: &atf_gen::annotate::Problem| {
            !reading.is_new
                && (problem.found.contains("newer revision") || problem.region == "file")
        };
        let problems: Vec<String> =
            summary.listed.iter().filter(|it| !newer(it)).map(ToString::to_string).collect();
        let what = if problems.iter().any(|it| it.contains("version: expected version")) {
            json!({ "refused": true })
        } else if problems.is_empty() {
            shown(&reading, &items)
        } else {
            json!({ "problems": problems })
        };
        found.insert(key(&reading), what);
    }
    found
}

/// Times of the events, and the state of each field, as the ranges show them.
fn shown(reading: &Reading<'_>, items: &[Item]) -> Json {
    let ranges = || {
        items.iter().filter_map(|item| match item {
            Item::Range(range) => Some(range),
            _ => None,
        })
    };
    let number = |value: &str| value.parse::<u64>().expect("a number");
    let times: Vec<u64> =
        ranges().filter(|range| range.field == "time").map(|range| number(&range.value)).collect();
    let mut fields = serde_json::Map::new();
    for kind in reading.cell.observed().filter(|_| reading.is_new) {
        let own = |path: &str| {
            let rest = path.strip_prefix(kind.name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let record = reading.cell.record(reading.cell.place, true);
        let first = ranges().find(|range| own(&range.field) && range.record == record);
        let absent = first
            .is_none_or(|range| range.value.starts_with("none") || range.note.contains("no value"));
        fields.insert(kind.name.to_owned(), if absent { "absent" } else { "present" }.into());
    }
    json!({ "times": times, "fields": fields })
}

/// How many readings of each row and absence a target got right.
type Counts = BTreeMap<(String, &'static str, &'static str), usize>;

fn count(target: &str, pair: &Pair, found: &Found, counts: &mut Counts) {
    let mut others = Vec::new();
    for reading in readings(&pair.cells) {
        let (expected, found) = (files::expected(&reading), found.get(&key(&reading)));
        if found != Some(&expected) {
            others
                .push(format!("{target}, {}: expected {expected}, found {found:?}", key(&reading)));
            continue;
        }
        for kind in &reading.cell.fields {
            let cell = (target.to_owned(), kind.row, reading.cell.absence.word());
            *counts.entry(cell).or_default() += 1;
        }
    }
    assert!(others.is_empty(), "{} readings: {:#?}", others.len(), &others[..others.len().min(20)]);
}

// G-07: the table on the page is the result.
#[test]
fn no_reader_judges_or_follows_what_is_absent() {
    let pairs = pairs();
    let (folder, _scratch) = written(&pairs);
    let mut counts = Counts::new();
    for pair in &pairs {
        let own = folder.join(pair.name);
        count("annotate", pair, &annotated(pair, &own), &mut counts);
        count("Python", pair, &python(&own), &mut counts);
        count("C", pair, &c::read(pair, &own), &mut counts);
    }
    for (pair, found) in pairs.iter().zip(rust::read(&pairs, &folder)) {
        count("Rust", pair, &found, &mut counts);
    }
    let page = package().join("../docs/evolving.md");
    let text = std::fs::read_to_string(&page).expect("the page is there");
    let table = table::table(&pairs, |target, row, absence: Absence| {
        // Kaitai's readers are run by tests/kaitai/run.sh, which compares them with this page.
        let target = if target == "Kaitai" { "Python" } else { target };
        counts.get(&(target.to_owned(), row, absence.word())).copied().unwrap_or(0)
    });
    let (before, rest) = text.split_once("| kind of field |").expect("the table is on the page");
    let after = rest.find("\n\n").map_or("", |end| &rest[end + 1..]);
    let wanted = format!("{before}{table}{after}");
    if std::env::var_os("ATF_UPDATE_PAGE").is_some() {
        std::fs::write(&page, &wanted).expect("the page can be written");
        return;
    }
    assert!(
        text == wanted,
        "the table in docs/evolving.md is not the result: run with ATF_UPDATE_PAGE=1\n{table}"
    );
}

/// What Kaitai's readers are run on, by tests/kaitai/run.sh, in the folder of the variable ATF_GRID.
#[test]
fn each_file_of_the_grid_is_that_of_its_schema() {
    let pairs = pairs();
    let (folder, _scratch) = written(&pairs);
    for pair in &pairs {
        for reading in readings(&pair.cells) {
            let side = if reading.is_new { "new" } else { "old" };
            let path = folder.join(pair.name).join(side).join("grid.toml");
            let text = std::fs::read(&path).expect("the schema");
            let format = atf_gen::load("grid.toml", &text).expect("it is valid");
            let length: u64 = [Place::Header, Place::Footer]
                .map(|place| reading.cell.size(place, reading.variant != files::Variant::Old))
                .iter()
                .sum::<u64>()
                + files::EVENTS
                    * reading.cell.size(Place::Event, reading.variant != files::Variant::Old);
            assert_eq!(files::bytes(reading.cell, reading.variant).len() as u64, length);
            assert!(format.files.iter().any(|file| file.name == reading.cell.name));
        }
    }
}

// The verdict is what was measured: every addition is fine, but for one that grows events.
#[test]
fn diff_calls_each_addition_what_the_readers_do() {
    for pair in pairs() {
        let schemas = [false, true].map(|is_new| {
            let text = cells::schema(&pair.cells, is_new);
            let loaded = atf_gen::diff::Schema::load("grid.toml", text.as_bytes());
            loaded.unwrap_or_else(|wrong| panic!("{wrong}"))
        });
        let findings = atf_gen::diff::compare(&schemas[0], &schemas[1]);
        for finding in &findings {
            let verdicts = (finding.old_reader.outcome.word(), finding.new_reader.outcome.word());
            let expected = if pair.name == "version" { ("refuse", "ok") } else { ("ok", "ok") };
            let rule = finding.rule.as_str();
            if matches!(rule, "D0201" | "D0501" | "D0502" | "D0503") {
                assert_eq!(verdicts, expected, "{rule} {}", finding.element);
            }
            // The records of a file have names of their own in the new schema.
            let is_named = rule == "D0003";
            assert!(finding.met || is_named, "{rule} {}: {:?}", finding.element, finding.missing);
        }
        let added = findings.iter().filter(|it| it.rule.as_str() == "D0201").count();
        let carved = pair.cells.iter().filter(|cell| cell.absence != Absence::Growth);
        assert_eq!(added, carved.map(|cell| cell.fields.len()).sum::<usize>());
    }
}
