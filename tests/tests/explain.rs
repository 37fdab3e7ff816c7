//! `atf-gen explain`: each rule with a schema that breaks it and one that keeps it; both are checked.
//! G-06.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use atf_gen::cli::{CANNOT, FINE, run};
use atf_gen::diagnostic::{Code, explain};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn atf_gen(arguments: &[&str]) -> (u8, String, String) {
    let arguments = std::iter::once("atf-gen").chain(arguments.iter().copied());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(arguments.map(OsString::from), &repository(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
    (code, text(out), text(err))
}

// G-06
#[test]
fn each_wrong_example_breaks_its_rule_and_no_other() {
    // What changes between two schemas (D....) has no example of one schema.
    for topic in explain::topics().into_iter().filter(|topic| topic.code.starts_with('E')) {
        let wrong = topic.wrong.unwrap_or_else(|| panic!("{}: a wrong schema", topic.code));
        let diagnostics = atf_gen::load("example.toml", &wrong.bytes)
            .expect_err(&format!("{}: the example is wrong", topic.code));
        for diagnostic in diagnostics.list() {
            assert_eq!(diagnostic.code.as_str(), topic.code, "{diagnostics}");
        }
    }
}

// G-06
#[test]
fn each_corrected_example_is_valid() {
    for topic in explain::topics().into_iter().filter(|topic| topic.code.starts_with('E')) {
        let right = topic.right.unwrap_or_else(|| panic!("{}: a right schema", topic.code));
        if let Err(diagnostics) = atf_gen::load("example.toml", &right.bytes) {
            panic!("{}: {diagnostics}", topic.code);
        }
    }
}

#[test]
fn each_code_explains_its_rule_and_the_reason() {
    let topics = explain::topics();
    for code in Code::ALL {
        let topic = topics.iter().find(|topic| topic.code == code.as_str()).expect("a topic");
        assert_eq!(topic.rule, code.rule());
        assert!(topic.text.len() > 60, "{code}: {}", topic.text);
    }
}

#[test]
fn a_rule_is_explained_with_the_report_that_people_see() {
    let (code, out, err) = atf_gen(&["explain", "e0605"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let expected = r#"E0605: A flag's bit is within its type.

A flag is one bit of an integer. Bits are counted from 0, the lowest. A `u16` has bits 0 to 15.

Wrong:

    [format]
    name = "tiny"
    version = 1
    endian = "little"

    [[flags]]
    name = "Marks"
    type = "u16"
    bits = [{ name = "fragile", bit = 16 }]

Report:

    example.toml:9:35: flags Marks, bit fragile: expected a bit from 0 to 15, found 16
      |
    8 | type = "u16"
      |        ----- the type
    9 | bits = [{ name = "fragile", bit = 16 }]
      |                                   ^^
      |
      = help: write a free bit from 0 to 15, or a wider type
      = note: E0605: A flag's bit is within its type.

Right:

    [format]
    name = "tiny"
    version = 1
    endian = "little"

    [[flags]]
    name = "Marks"
    type = "u16"
    bits = [{ name = "fragile", bit = 15 }]
"#;
    assert_eq!(out, expected);
    assert_eq!(atf_gen(&["explain", "E0605"]).1, out);
}

#[test]
fn without_a_code_all_are_listed() {
    let (code, out, _) = atf_gen(&["explain"]);
    assert_eq!(code, FINE);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines.len() >= Code::ALL.len());
    for code in Code::ALL {
        assert!(lines.contains(&&*format!("{code}  {}", code.rule())), "{code}");
    }
}

// G-07
#[test]
fn a_change_between_two_schemas_is_explained_by_the_rule_of_its_report() {
    let (code, out, err) = atf_gen(&["explain", "d0203"]);
    assert_eq!((code, err.as_str()), (FINE, ""));
    assert_eq!(
        out,
        "D0203: A field moved.\n\nEach reader reads the value from the wrong place. Move it back, or raise `version`.\n"
    );
}

#[test]
fn an_unknown_code_gets_the_nearest_suggested() {
    let (code, out, err) = atf_gen(&["explain", "E0510"]);
    assert_eq!((code, out.as_str()), (CANNOT, ""));
    assert_eq!(err, "expected the code of a rule, found E0510: did you mean E0501?\n");
    let (code, _, err) = atf_gen(&["explain", "overlap"]);
    assert_eq!(code, CANNOT);
    assert_eq!(err, "expected the code of a rule, found overlap: `atf-gen explain` lists them\n");
}

#[test]
fn an_explanation_as_json_is_one_object() {
    let (_, out, _) = atf_gen(&["explain", "E0101", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert_eq!(object["code"], "E0101");
    assert_eq!(object["rule"], Code::EmptyFile.rule());
    assert_eq!(object["wrong"], "");
    assert!(object["report"].as_str().expect("a report").starts_with("example.toml:1:1: schema:"));
    let (_, out, _) = atf_gen(&["explain", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&out).expect("one JSON value");
    assert!(object["codes"].as_array().expect("a list").len() >= Code::ALL.len());
}

#[test]
fn an_explanation_has_an_example_in_its_help() {
    let (code, out, _) = atf_gen(&["explain", "--help"]);
    assert_eq!(code, FINE);
    assert!(out.contains("Example:\n  atf-gen explain E0501\n"), "{out}");
    assert!(out.contains("Exit codes: 0 "), "{out}");
}

/// What the page shows of the wrong schemas of these tests, and of explanations, is what the
/// commands print in this repository.
#[test]
fn documented_reports_of_wrong_schemas_match_the_output() {
    let page = std::fs::read_to_string(repository().join("docs/schema.md")).expect("the page");
    let blocks: Vec<&str> = page
        .split("```console\n$ atf-gen ")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block ends"))
        .collect();
    let mut wrong = 0;
    for block in blocks {
        let (command, expected) = block.split_once('\n').expect("a command and what it prints");
        // Its file is made by the test of that command.
        if command.starts_with("annotate ") {
            continue;
        }
        let arguments: Vec<&str> = command.split(' ').collect();
        let (_, out, err) = atf_gen(&arguments);
        assert_eq!(format!("{out}{err}"), expected, "{command}");
        wrong += usize::from(command.contains("tests/schemas/wrong/"));
    }
    assert!(wrong >= 3, "three wrong schemas are shown, found {wrong}");
}
