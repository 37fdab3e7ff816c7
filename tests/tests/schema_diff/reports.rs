//! What a report looks like, and that none fails to come.

use std::collections::BTreeSet;

use atf_gen::diff::{Rule, Schema, compare};
use proptest::prelude::*;

use super::station::{Edit, REVISION, atf_gen, bumped, edited, folder, station};

/// Changes of every kind of status.
const EDITS: &[Edit] = &[
    REVISION,
    ("A reading without a photo.", "No photo was taken."),
    ("{ name = \"rain\", value = 4 }", "{ name = \"rain\", value = 5 }"),
    (
        "{ name = \"vane\", bit = 1 }",
        "{ name = \"vane\", bit = 1 },\n  { name = \"rust\", bit = 4, since = 3 }",
    ),
    ("name = \"rain\", type", "name = \"fall\", type"),
    ("[\"east\", \"north\"]", "[\"east\", \"to_north\"]"),
    (
        "{ offset = 28, name = \"_reserved\", type = \"[u8; 4]\", reserved = true }",
        "{ offset = 28, name = \"cloud\", type = \"u32\" }",
    ),
    ("default = 50", "default = 60"),
];
const ACCEPTED: &str = "[[accept]]\nrule = \"D0214\"\nelement = \"record Reading, field humidity\"\nwhy = \"every station measures it\"\n";

fn report(style: &str) -> String {
    let new = edited(&station(), EDITS);
    let folder =
        folder(&[("old.toml", &station()), ("new.toml", &new), ("accepted.toml", ACCEPTED)]);
    let arguments =
        ["diff", "old.toml", "new.toml", "--accepted", "accepted.toml", "--format", style];
    let (code, out, err) = atf_gen(folder.path(), &arguments);
    assert_eq!((code, err.as_str()), (1, ""));
    out
}

// G-07: each finding with its rule, both lines, both verdicts and what it needs.
#[test]
fn a_report_for_people_is_as_reviewed() {
    insta::assert_snapshot!(report("text"));
}

#[test]
fn a_report_for_a_pull_request_is_as_reviewed() {
    insta::assert_snapshot!(report("markdown"));
}

#[test]
fn a_report_for_programs_is_as_reviewed() {
    insta::assert_snapshot!(report("json"));
}

#[test]
fn rules_have_ids_of_their_own_and_texts() {
    let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        let id = rule.as_str();
        assert!(id.len() == 5 && id.starts_with('D'), "{id}");
        assert_eq!(Rule::find(id), Some(*rule));
        assert!(rule.statement().ends_with('.') && rule.explanation().ends_with('.'), "{id}");
    }
    assert_eq!(Rule::find("D9999"), None);
}

#[test]
fn the_documentation_lists_every_rule() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema.md");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| D")).collect();
    let expected: Vec<String> =
        Rule::ALL.iter().map(|rule| format!("| {rule} | {} |", rule.statement())).collect();
    assert_eq!(rows, expected);
}

fn load(text: &str) -> Option<Schema> {
    Schema::load("any.toml", text.as_bytes()).ok()
}

// A schema of 16 MiB of nothing but changes would show a square; 20,000 fields do already.
#[test]
fn twenty_thousand_renamed_fields_are_compared() {
    let schema = |prefix: &str| {
        let fields: String = (0..20_000)
            .map(|at| format!("  {{ offset = {at}, name = \"{prefix}{at}\", type = \"u8\" }},\n"))
            .collect();
        let text = format!(
            "[format]\nname = \"wide\"\nversion = 1\nendian = \"little\"\n[[record]]\nname = \"Wide\"\nsize = 20000\nfields = [\n{fields}]\n"
        );
        load(&text).expect("it is right")
    };
    let findings = compare(&schema("a"), &schema("b"));
    assert_eq!(findings.len(), 20_000);
    assert!(findings.iter().all(|finding| finding.rule == Rule::Renamed));
}

#[test]
fn a_schema_has_no_changes_against_itself() {
    for path in [
        "evolution/station.toml",
        "ledger.toml",
        "pcap.toml",
        "bmp.toml",
        "../../schema/atf-v2.toml",
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(path);
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let schema = load(&text).expect("it is right");
        assert_eq!(compare(&schema, &schema), [], "{}", path.display());
    }
}

/// The schema with words exchanged, as often as it stays right.
fn mutated(text: &str, swaps: &[(prop::sample::Index, prop::sample::Index)]) -> String {
    let mut text = text.to_owned();
    for (a, b) in swaps {
        let mut words: Vec<&str> = text.split_inclusive([' ', ',', '\n']).collect();
        let (a, b) = (a.index(words.len()), b.index(words.len()));
        words.swap(a, b);
        let swapped = words.concat();
        if load(&swapped).is_some() {
            text = swapped;
        }
    }
    text
}

/// The schema without some of its lines, as often as it stays right.
fn thinned(text: &str, lines: &[prop::sample::Index]) -> String {
    let mut text = text.to_owned();
    for line in lines {
        let mut all: Vec<&str> = text.split_inclusive('\n').collect();
        all.remove(line.index(all.len()));
        let thinner = all.concat();
        if load(&thinner).is_some() {
            text = thinner;
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    //
    #[test]
    fn any_two_schemas_are_compared_without_a_panic(
        swaps in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..12),
        lines in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        numbers in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..40), 0..12),
        bump in any::<bool>(),
    ) {
        let old = mutated(&station(), &swaps);
        let mut new = thinned(&station(), &lines);
        for (at, number) in numbers {
            let places: Vec<usize> = new.match_indices("= ").map(|(at, _)| at + 2).collect();
            let at = places[at.index(places.len())];
            let end = at + new[at..].find([' ', ',', '\n']).unwrap_or(0);
            let other = format!("{}{number}{}", &new[..at], &new[end..]);
            if load(&other).is_some() {
                new = other;
            }
        }
        if bump && new.contains("version = 3\n") && new.contains("reads = [3]") {
            new = bumped(&new, "reads = [4]");
        }
        let (Some(old), Some(new)) = (load(&old), load(&new)) else { return Ok(()) };
        prop_assert_eq!(compare(&old, &old), []);
        prop_assert_eq!(compare(&new, &new), []);
        for (a, b) in [(&old, &new), (&new, &old)] {
            let report = atf_gen::diff::report::Report::new(&[a], b, atf_gen::diff::Accepted::default());
            prop_assert!(!report.text().is_empty() && !report.markdown().is_empty());
            prop_assert!(serde_json::from_str::<serde_json::Value>(&report.json()).is_ok());
            prop_assert_eq!(report.fails(), compare(a, b).iter().any(|finding| !finding.met));
        }
    }
}
