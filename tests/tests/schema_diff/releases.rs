//! Releases: how one is frozen, how `check` and `diff` hold the schema against all of them, and
//! which breaks are accepted.

use atf_tests::scratch::Scratch;
use std::path::Path;

use super::station::{Edit, REVISION, atf_gen, edited, folder, station, write};

const SCHEMA: &str = "schema/station.toml";
const RELEASE: &str = "schema/releases/station-3.2.toml";
const ACCEPTED: &str = "schema/releases/accepted.toml";
const FIELD: (&str, &str) = (
    "{ offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true }",
    "{ offset = 28, name = \"cloud\", type = \"u32\", sentinel = 0, since = 3 }",
);
const MOVED: (&str, &str) = ("{ name = \"rain\", value = 4 }", "{ name = \"rain\", value = 5 }");

/// A repository whose schema was generated from and released once.
fn released() -> Scratch {
    let folder = folder(&[(SCHEMA, &station())]);
    assert_eq!(atf_gen(folder.path(), &["generate"]).0, 0);
    let (code, out, err) = atf_gen(folder.path(), &["release"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "schema/releases/station-3.2.toml written: station 3.2 is frozen\n", "")
    );
    folder
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("it can be read")
}

/// Makes the schema be `text`, with all that is generated from it.
fn become_(folder: &Path, text: &str) {
    write(folder, SCHEMA, text);
    assert_eq!(atf_gen(folder, &["generate"]).0, 0);
}

#[test]
fn a_release_is_the_schema_behind_a_line_that_says_so() {
    let folder = released();
    let text = read(folder.path(), RELEASE);
    let (first, rest) = text.split_once('\n').expect("two lines");
    assert!(first.starts_with("# Frozen by `atf-gen release`: station 3.2, fnv1a64 "), "{first}");
    assert!(first.ends_with("; do not edit."), "{first}");
    assert_eq!(rest, station());
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("schema/releases")).expect("it is there").collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn a_release_is_written_once() {
    let folder = released();
    let before = read(folder.path(), RELEASE);
    let again = atf_gen(folder.path(), &["release"]);
    let message = "schema/releases/station-3.2.toml is already frozen with this content\n";
    assert_eq!(again, (0, message.to_owned(), String::new()));
    become_(folder.path(), &edited(&station(), &[("A reading without a photo.", "No photo.")]));
    let (code, out, err) = atf_gen(folder.path(), &["release"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "schema/releases/station-3.2.toml: station 3.2 is already frozen with different content: raise `revision` (or `version`) under [format]\n"
    );
    assert_eq!(read(folder.path(), RELEASE), before);
}

#[test]
fn findings_of_check_are_repaired_before_a_release() {
    let folder = folder(&[(SCHEMA, &station())]);
    let (code, out, err) = atf_gen(folder.path(), &["release"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.ends_with("station 3.2 is not frozen: fix what `atf-gen check` reports first\n"),
        "{err}"
    );
    assert!(!folder.path().join("schema/releases").exists());
    let folder = released();
    become_(folder.path(), &edited(&station(), &[MOVED, REVISION]));
    let (code, _, err) = atf_gen(folder.path(), &["release"]);
    assert_eq!(code, 1);
    assert!(err.contains("FAILS  D0305  enum Sky, value rain: 4 -> 5\n"), "{err}");
    assert!(!folder.path().join("schema/releases/station-3.3.toml").exists());
}

#[test]
fn check_counts_changes_since_the_releases_and_fails_on_missing_ones() {
    let folder = released();
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().last(), Some("schema/releases: 1 release, no changes"));
    become_(folder.path(), &edited(&station(), &[FIELD, REVISION]));
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().last(), Some("schema/releases: 1 release, 2 changes: 2 are fine"));
    // Generating does not judge; checking does.
    become_(folder.path(), &edited(&station(), &[MOVED]));
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, 1);
    assert_eq!(
        err,
        "schema/releases/station-3.2.toml (3.2) -> schema/station.toml (3.2)\n\n\
         FAILS  D0305  enum Sky, value rain: 4 -> 5\n  \
         old reader, new file: WRONG   it misreads 5\n  \
         new reader, old file: WRONG   it misreads 4\n  \
         needs: a new version, but the version is still 3\n  \
         old: schema/releases/station-3.2.toml:30:28\n    | { name = \"rain\", value = 4 },\n  \
         new: schema/station.toml:29:28\n    | { name = \"rain\", value = 5 },\n  \
         help: write 4 again, or write `version = 4` and `reads = [4]`: readers of the old version then refuse new files\n\n\
         1 change: 1 fails\n"
    );
}

// Among many changes those that fail are the report; its last line is the verdict.
#[test]
fn check_shows_what_fails_and_ends_with_its_verdict() {
    let folder = released();
    become_(folder.path(), &edited(&station(), &[FIELD, REVISION, MOVED]));
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.matches("FAILS  ").count(), err.matches("fine  ").count()), (1, 1, 0));
    assert!(err.ends_with("\n3 changes: 1 fails, 2 are fine\n"), "{err}");
    // All of them are in the comparison.
    assert_eq!(atf_gen(folder.path(), &["diff"]).1.matches("fine  D").count(), 2);
}

#[test]
fn generate_warns_of_a_schema_that_breaks_a_release() {
    let folder = released();
    assert_eq!(atf_gen(folder.path(), &["generate"]).2, "");
    write(folder.path(), SCHEMA, &edited(&station(), &[MOVED]));
    let (code, _, err) = atf_gen(folder.path(), &["generate"]);
    let warning = "warning: schema/releases: 1 change: 1 fails: `atf-gen check` shows what fails\n";
    assert_eq!((code, err.as_str()), (0, warning));
}

#[test]
fn the_schema_is_compared_with_every_release_and_a_change_is_reported_once() {
    let folder = released();
    let second = edited(&station(), &[FIELD, REVISION]);
    become_(folder.path(), &second);
    assert_eq!(atf_gen(folder.path(), &["release"]).0, 0);
    // The field goes again: the newest release has it, and the first never had.
    let gone = "{ offset = 28, name = \"_left\", type = \"u32\", reserved = true }";
    become_(folder.path(), &edited(&second, &[(FIELD.1, gone), MOVED]));
    let (code, out, err) = atf_gen(folder.path(), &["diff"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.starts_with("schema/releases/station-3.2.toml (3.2), schema/releases/station-3.3.toml (3.3) -> schema/station.toml (3.3)\n\n"),
        "{out}"
    );
    let verdicts: Vec<&str> = out
        .lines()
        .filter(|line| ["FAILS", "fine", "  against"].iter().any(|start| line.starts_with(start)))
        .collect();
    assert_eq!(
        verdicts,
        [
            "FAILS  D0305  enum Sky, value rain: 4 -> 5",
            "  against: every release",
            "FAILS  D0207  record Reading, field cloud: removed: bytes 28..32; absent for old readers",
            "  against: 3.3",
            "fine  D0103  [format]: revision 2 -> 3",
            "  against: 3.2",
        ]
    );
    // One release alone, and two schemas by name.
    let one = atf_gen(folder.path(), &["diff", RELEASE]);
    assert_eq!(one.0, 1);
    assert_eq!(one, atf_gen(folder.path(), &["diff", RELEASE, SCHEMA]));
    assert!(one.1.ends_with("\n2 changes: 1 fails, 1 is fine\n"), "{}", one.1);
}

#[test]
fn releases_that_were_touched_are_found() {
    let text = read(released().path(), RELEASE);
    let expected = text.lines().next().expect("a line").to_owned();
    let edited = text.replace("name = \"rain\", value = 4", "name = \"rain\", value = 7");
    let later = "schema/releases/station-4.0.toml";
    let cases: [(&str, String, &str); 4] = [
        (RELEASE, edited, "schema/releases/station-3.2.toml:1:1: release: expected \"# Frozen by"),
        (
            later,
            text.clone(),
            "schema/releases/station-4.0.toml: release station 3.2: expected the file name station-3.2.toml, found station-4.0.toml: rename it back\n",
        ),
        (
            later,
            station(),
            "schema/releases/station-4.0.toml:1:1: release: expected a file that `atf-gen release` wrote, found another first line: create releases with `atf-gen release` and keep other files elsewhere\n",
        ),
        (
            later,
            format!("{expected}\n[format]\n"),
            "schema/releases/station-4.0.toml:2:1: [format]: expected the key `name`, found none\n",
        ),
    ];
    for (path, text, message) in cases {
        let folder = released();
        write(folder.path(), path, &text);
        let (code, _, err) = atf_gen(folder.path(), &["check"]);
        assert!(err.starts_with(message), "{err}");
        assert_eq!(code, 1);
        let (code, out, err) = atf_gen(folder.path(), &["diff"]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.starts_with(message), "{err}");
    }
}

// A checkout that changes the ends of lines is the same release.
#[test]
fn ends_of_lines_do_not_matter_to_a_release() {
    let folder = released();
    let text = read(folder.path(), RELEASE).replace('\n', "\r\n");
    write(folder.path(), RELEASE, &text);
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().last(), Some("schema/releases: 1 release, no changes"));
    assert_eq!(atf_gen(folder.path(), &["release"]).0, 0);
}

const BREAK: &str = "[[accept]]\nrule = \"D0305\"\nelement = \"enum Sky, value rain\"\nwhy = \"no station ever saw rain\"\n";

#[test]
fn an_accepted_break_no_longer_fails_and_is_still_reported() {
    let folder = released();
    become_(folder.path(), &edited(&station(), &[MOVED]));
    write(folder.path(), ACCEPTED, BREAK);
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().last(), Some("schema/releases: 1 release, 1 change: 1 is accepted"));
    let (code, out, _) = atf_gen(folder.path(), &["diff"]);
    assert_eq!(code, 0);
    assert!(out.contains("accepted  D0305  enum Sky, value rain: 4 -> 5\n"), "{out}");
    assert!(out.contains("  accepted: no station ever saw rain\n"), "{out}");
    // Two schemas by name are compared without it, unless it is named.
    assert_eq!(atf_gen(folder.path(), &["diff", RELEASE]).0, 1);
    assert_eq!(atf_gen(folder.path(), &["diff", RELEASE, "--accepted", ACCEPTED]).0, 0);
}

const REWORDED: Edit = ("type = \"u8\", unit = \"mm\" }", "type = \"u8\", unit = \"millimetre\" }");

// A unit in other words is no other unit; that a person says so must not cover a later change.
#[test]
fn a_reworded_unit_is_accepted_for_this_wording_alone() {
    let folder = released();
    become_(folder.path(), &edited(&station(), &[REWORDED]));
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("or accept it in accepted.toml if millimetre is another word for mm, or"),
        "{err}"
    );
    let entry = "[[accept]]\nrule = \"D0211\"\nelement = \"record Reading, field rain\"\n\
        change = \"unit mm -> millimetre\"\nwhy = \"the same unit, written out\"\n";
    write(folder.path(), ACCEPTED, entry);
    let (code, out, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().last(), Some("schema/releases: 1 release, 1 change: 1 is accepted"));
    become_(folder.path(), &edited(&station(), &[(REWORDED.0, "type = \"u8\", unit = \"cm\" }")]));
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, 1);
    assert!(err.contains("FAILS  D0211  record Reading, field rain: unit mm -> cm\n"), "{err}");
    assert!(err.ends_with("1 change: 1 fails; 1 accepted break is unused\n"), "{err}");
}

#[test]
fn an_accepted_break_that_is_none_fails_with_its_line() {
    let folder = released();
    write(folder.path(), ACCEPTED, &format!("# Reviewed.\n\n{BREAK}"));
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, 1);
    assert_eq!(
        err,
        "schema/releases/station-3.2.toml (3.2) -> schema/station.toml (3.2)\n\n\
         FAILS  schema/releases/accepted.toml:4:8: accepted D0305 of \"enum Sky, value rain\": expected a break that fails, found none\n  \
         help: remove the entry, or correct its rule and element\n\n\
         no changes; 1 accepted break is unused\n"
    );
    // A change that has what it needs is no break either.
    become_(folder.path(), &edited(&station(), &[FIELD, REVISION]));
    write(
        folder.path(),
        ACCEPTED,
        &BREAK
            .replace("D0305", "D0201")
            .replace("enum Sky, value rain", "record Reading, field cloud"),
    );
    assert_eq!(atf_gen(folder.path(), &["check"]).0, 1);
}

#[test]
fn mistakes_in_the_file_of_accepted_breaks_are_reported_like_those_of_a_schema() {
    let folder = released();
    let text = format!(
        "{BREAK}{BREAK}\n[[accept]]\nrule = \"D0350\"\nelement = \"x\"\nwhy = \"y\"\n\n[[accept]]\nrule = \"D0203\"\nelement = \"x\"\nwhy = \" \"\n\n[[accept]]\nrule = \"D0203\"\nelment = \"x\"\n"
    );
    write(folder.path(), ACCEPTED, &text);
    let (code, _, err) = atf_gen(folder.path(), &["check"]);
    assert_eq!(code, 1);
    let heads: Vec<&str> = err.lines().filter(|line| line.starts_with(ACCEPTED)).collect();
    assert_eq!(
        heads,
        [
            "schema/releases/accepted.toml:5:1: accept: D0305 of enum Sky, value rain is already accepted in line 2",
            "schema/releases/accepted.toml:11:8: accept: `rule`: expected the id of a rule, found \"D0350\"",
            "schema/releases/accepted.toml:18:7: accept: `why`: expected a reason, found none",
            "schema/releases/accepted.toml:20:1: accept: expected the key `element`, found none",
            "schema/releases/accepted.toml:20:1: accept: expected the key `why`, found none",
            "schema/releases/accepted.toml:22:1: accept: unknown key `elment`",
        ],
        "{err}"
    );
    assert!(err.contains("= help: did you mean \"D0305\"?"), "{err}");
}

#[test]
fn schemas_that_cannot_be_compared_are_reported_and_exit_with_two() {
    let folder = folder(&[(SCHEMA, &station()), ("wrong.toml", "[format]\nname = \"x\"\n")]);
    let none = "schema/releases: expected a release to compare with, found none: freeze one with `atf-gen release`, or name two schemas\n";
    assert_eq!(atf_gen(folder.path(), &["diff"]), (2, String::new(), none.to_owned()));
    let (code, out, err) = atf_gen(folder.path(), &["diff", "wrong.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.starts_with("wrong.toml:1:1: [format]: expected the key `version`, found none"),
        "{err}"
    );
    let (code, out, err) = atf_gen(folder.path(), &["diff", "gone.toml", SCHEMA]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("gone.toml: "), "{err}");
    assert_eq!(atf_gen(folder.path(), &["diff", "--format", "yaml"]).0, 2);
}

// Symptom: `diff --format json` printed nothing where nothing could be compared.
#[test]
fn a_program_gets_an_object_also_when_nothing_can_be_compared() {
    let folder = folder(&[(SCHEMA, &station())]);
    let (code, out, err) = atf_gen(folder.path(), &["diff", "--format", "json"]);
    let why = "schema/releases: expected a release to compare with, found none: freeze one with `atf-gen release`, or name two schemas";
    assert_eq!(
        (code, out, err),
        (2, format!("{}\n", serde_json::json!({ "error": why })), format!("{why}\n"))
    );
    write(folder.path(), "old.toml", "[format]");
    let (code, out, _) = atf_gen(folder.path(), &["diff", "old.toml", SCHEMA, "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&out).expect("one object");
    assert_eq!(code, 2);
    assert!(object["error"].as_str().expect("a text").starts_with("old.toml:1:"), "{out}");
}

// Symptom: a format that was given another name was compared with nothing, and `check` was content.
#[test]
fn releases_of_a_format_that_no_schema_describes_any_more_are_a_problem() {
    let folder = released();
    let other = edited(&station(), &[("name = \"station\"", "name = \"buoy\"")]);
    write(folder.path(), "schema/buoy.toml", &other);
    let diff = |schema: &str| atf_gen(folder.path(), &["diff", "--schema", schema]);
    assert_eq!(diff(SCHEMA).0, 0);
    assert_eq!(diff("schema/buoy.toml").0, 2, "it has no release of its own");
    write(folder.path(), SCHEMA, &edited(&station(), &[("name = \"station\"", "name = \"mast\"")]));
    let (code, _, err) = diff(SCHEMA);
    assert_eq!(
        (code, err.as_str()),
        (
            2,
            "schema/releases/station-3.2.toml: release station 3.2: expected a schema of that name in the folder above, found mast, buoy: move the releases of a renamed format\n"
        )
    );
}
