//! The schema that every case edits, and the command that compares.

use atf_tests::scratch::Scratch;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// An edit: text that occurs once in the schema, and its replacement.
pub(crate) type Edit = (&'static str, &'static str);

/// A new revision.
pub(crate) const REVISION: Edit = ("revision = 2", "revision = 3");

pub(crate) fn station() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/evolution/station.toml");
    std::fs::read_to_string(path).expect("the schema is there")
}

pub(crate) fn edited(text: &str, edits: &[Edit]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

/// The schema with the next version on disk, whose readers accept `reads`.
pub(crate) fn bumped(text: &str, reads: &'static str) -> String {
    edited(text, &[("version = 3\n", "version = 4\n"), ("reads = [3]", reads)])
        .replace("const = 3,", "const = 4,")
}

/// Runs the command in `here`: exit code, standard output, standard error.
pub(crate) fn atf_gen(here: &Path, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all = std::iter::once("atf-gen").chain(arguments.iter().copied()).map(OsString::from);
    let code = atf_gen::cli::run(all, here, &mut out, &mut err);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

/// A folder with files in it.
pub(crate) fn folder(files: &[(&str, &str)]) -> Scratch {
    let folder = Scratch::new();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path: PathBuf = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("it has one")).expect("its folder");
    std::fs::write(path, text).expect("the file can be written");
}

/// A comparison of two texts: exit code and the JSON report. Each line that it shows is looked up.
pub(crate) fn compare(old: &str, new: &str) -> (u8, Json) {
    let folder = folder(&[("old.toml", old), ("new.toml", new)]);
    let (code, out, err) =
        atf_gen(folder.path(), &["diff", "old.toml", "new.toml", "--format", "json"]);
    assert_eq!(err, "");
    let report: Json = serde_json::from_str(&out).expect("exactly one JSON object");
    for finding in findings(&report) {
        for (side, text) in [("old", old), ("new", new)] {
            let place = &finding[side];
            if place.is_null() {
                continue;
            }
            let line = place["line"].as_u64().expect("a line") as usize;
            let line = text.lines().nth(line - 1).expect("the line is there");
            let shown = place["text"].as_str().expect("its text");
            assert!(line.contains(shown.trim_matches('.').trim_end()), "{shown} in {line}");
            assert_eq!(place["file"], format!("{side}.toml"));
        }
        assert!(!(finding["old"].is_null() && finding["new"].is_null()), "{finding}");
    }
    (code, report)
}

pub(crate) fn findings(report: &Json) -> &[Json] {
    report["findings"].as_array().expect("a list")
}

/// The one finding of a rule about an element.
pub(crate) fn finding<'a>(report: &'a Json, rule: &str, element: &str) -> &'a Json {
    let found: Vec<&Json> = findings(report)
        .iter()
        .filter(|finding| finding["rule"] == rule && finding["element"] == element)
        .collect();
    match found.as_slice() {
        [one] => one,
        other => panic!("{rule} of {element}: {} in {report:#}", other.len()),
    }
}

/// `ok ok revision met` of a finding.
pub(crate) fn verdicts(finding: &Json) -> String {
    let word = |key: &str| finding[key]["outcome"].as_str().unwrap_or_default().to_owned();
    let met = if finding["met"] == true { "met" } else { "unmet" };
    let needs = finding["needs"].as_str().unwrap_or_default();
    format!("{} {} {needs} {met}", word("old_reader"), word("new_reader"))
}
