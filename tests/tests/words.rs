//! Words that the project no longer uses, in any text file: docs/glossary.md and plain English have others.

use std::fs;
use std::path::{Path, PathBuf};

use atf_tests::scratch;

/// How an old word is recognized.
enum Kind {
    /// Anywhere, also as a part of a longer name. Upper and lower case count.
    Part,
    /// As a part of a name, except where the name continues with one of these.
    PartExcept(&'static [&'static str]),
    /// As a word or phrase of its own, in upper or lower case, except before one of these words.
    WordExcept(&'static [&'static str]),
}

use Kind::{Part, PartExcept, WordExcept};

/// An old word, how it is recognized, and the word to use instead.
const WORDS: &[(&str, Kind, &str)] = &[
    ("AtfLane", Part, "AtfProducer"),
    ("atf_lane", Part, "atf_producer"),
    ("ATF_LANE", Part, "ATF_PRODUCER"),
    ("whole_end", Part, "records_end"),
    ("is_whole", Part, "is_complete, is_unchanged, or changes_nothing"),
    ("torn_", PartExcept(&["write", "bytes"]), "truncated_, or incomplete_"),
    ("AtfSession", PartExcept(&["Reader", "Writer", "Problem", "Thread"]), "AtfDrain"),
    ("LaneFile", Part, "the name of the file, such as index.atf"),
    ("ThreadLane", Part, "a name with ring or producer"),
    ("order of time", WordExcept(&[]), "timestamp order"),
    ("tells of", WordExcept(&[]), "reports, or shows"),
    ("told of", WordExcept(&[]), "reported, or called with"),
    // A disk that cuts a write has torn it: the term of the field.
    ("torn", WordExcept(&["write", "writes"]), "truncated, incomplete, or trailing"),
    ("mended", WordExcept(&[]), "repaired, or corrected"),
];

/// Names of files that said nothing, and what a name says instead.
const FILES: &[(&str, &str)] = &[
    ("joined.rs", "the file's concept, such as a source of events"),
    ("settle.rs", "the file's concept, such as ending"),
    ("since.rs", "revision.rs"),
    ("said.rs", "the file's concept, such as messages"),
    ("kept.rs", "the file's concept, such as counts"),
    ("offsets.rs", "detail_offsets.rs"),
];

/// The text files of the repository, relative to it.
fn files(root: &Path) -> Vec<PathBuf> {
    let output = scratch::command("git").arg("-C").arg(root).args(["ls-files", "-z"]).output();
    let output = output.expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("names in UTF-8");
    names.split_terminator('\0').map(PathBuf::from).filter(|path| is_checked(path)).collect()
}

fn is_checked(path: &Path) -> bool {
    let is_text = path.extension().is_some_and(|it| {
        ["rs", "md", "c", "h", "py", "toml", "sh"].iter().any(|text| it == *text)
    });
    // Released schemas never change; a changelog names what was renamed.
    let is_exempt = path.starts_with("schema/releases")
        || path.ends_with("CHANGELOG.md")
        || path == Path::new("tests/tests/words.rs");
    is_text && !is_exempt
}

fn is_letter(letter: Option<char>) -> bool {
    letter.is_some_and(|it| it.is_alphanumeric() || it == '_')
}

/// Whether `line` has the old word.
fn has(line: &str, word: &str, kind: &Kind) -> bool {
    let starts = |text: &str, of: &[&str]| of.iter().any(|it| text.starts_with(it));
    match kind {
        Part => line.contains(word),
        PartExcept(names) => {
            line.match_indices(word).any(|(at, _)| !starts(&line[at + word.len()..], names))
        }
        WordExcept(next) => {
            let line = line.to_lowercase();
            line.match_indices(word).any(|(at, _)| {
                let (before, after) = (&line[..at], &line[at + word.len()..]);
                !is_letter(before.chars().next_back())
                    && !is_letter(after.chars().next())
                    && !starts(after.trim_start(), next)
            })
        }
    }
}

#[test]
fn old_words_are_not_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let files = files(root);
    assert!(files.len() > 300, "{} files", files.len());
    let mut found = Vec::new();
    for path in files {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        for (old, instead) in FILES.iter().filter(|(old, _)| *old == name) {
            found.push(format!("{}: name: {old}: use {instead}", path.display()));
        }
        // A file that was removed and not committed yet.
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for (word, _, instead) in WORDS.iter().filter(|(word, kind, _)| has(line, word, kind)) {
                found.push(format!("{}:{}: {word}: use {instead}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Nouns that messages count.
const COUNTED: &[&str] = &[
    "anchors",
    "bytes",
    "calls",
    "details",
    "entries",
    "events",
    "files",
    "folders",
    "functions",
    "links",
    "messages",
    "modules",
    "names",
    "notes",
    "problems",
    "records",
    "returns",
    "sessions",
    "signals",
    "symbols",
    "threads",
    "times",
    "values",
];

/// Folders of Rust whose messages people read.
const SPEAKING: [&str; 7] = [
    "atf-runtime/src",
    "atf-analysis/src",
    "atf-export/src",
    "atf-html/src",
    "atf-cli/src",
    "atf-capi/src",
    "python/src",
];

/// Plurals in a line of Rust that follow a number which is only known when the program runs: "{count} events",
/// "{} more problems". A constant is known, and so is the form of its noun.
fn fixed_plurals(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("} ") {
        let hole = line[..at].rsplit('{').next().unwrap_or_default();
        if !hole.is_empty() && hole.chars().all(|it| it.is_ascii_uppercase() || it == '_') {
            continue;
        }
        let mut words = line[at + 2..].split(' ');
        let mut noun = words.next().unwrap_or_default();
        if ["complete", "lost", "more", "new", "other"].contains(&noun) {
            noun = words.next().unwrap_or_default();
        }
        let noun = noun.trim_end_matches(|it: char| !it.is_ascii_alphabetic());
        if COUNTED.contains(&noun) {
            found.push(noun);
        }
    }
    found
}

// Symptom: "the clock went backwards 1 times", "1 more files", "found 1 bytes". The texts were written for
// many. `error::count` and the command's `numbers::count` choose the form.
#[test]
fn counts_of_one_have_no_plural() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut found = Vec::new();
    for path in files(root) {
        let is_rust = path.extension().is_some_and(|it| it == "rs");
        // The model of the rings speaks to its authors only; the helper chooses the form.
        let is_exempt = path.starts_with("atf-runtime/src/ring/model")
            || path == Path::new("atf-runtime/src/error/count.rs");
        if !is_rust || is_exempt || !SPEAKING.iter().any(|it| path.starts_with(it)) {
            continue;
        }
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let code = line.trim_start();
            // The texts of a progress bar that never shows one.
            let is_fine = code.starts_with("//") || code.contains("{human_len}");
            if !is_fine && code.contains('"') && !fixed_plurals(code).is_empty() {
                found.push(format!("{}:{}: {code}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn fixed_plurals_are_recognized() {
    assert_eq!(
        fixed_plurals(r#"format!("went backwards {count} times, {} events")"#),
        ["times", "events"]
    );
    assert_eq!(fixed_plurals(r#"format!("{more} more problems with {field}")"#), ["problems"]);
    assert_eq!(fixed_plurals(r#"format!("{} of {what}", count(len, "byte"))"#), [""; 0]);
    for right in [r#"format!("{HEADER_SIZE} bytes of header")"#, r#"format!("{} (events of {})""#] {
        assert_eq!(fixed_plurals(right), [""; 0], "{right}");
    }
}

#[test]
fn old_words_are_recognized() {
    let has = |line: &str, word: &str| {
        let (_, kind, _) = WORDS.iter().find(|(it, ..)| *it == word).expect("a word of the list");
        has(line, word, kind)
    };
    assert!(has("let lane: *mut AtfLaneOptions;", "AtfLane"));
    assert!(has("AtfSession *session;", "AtfSession"));
    assert!(has("AtfSessionReader *reader, AtfSession *session", "AtfSession"));
    assert!(!has("AtfSessionReader *reader;", "AtfSession"));
    assert!(has("A torn footer", "torn") && has("Torn: nothing is kept", "torn"));
    assert!(!has("after a torn write", "torn") && !has("the scan has torn_bytes", "torn"));
    assert!(
        has("in the order of time", "order of time") && !has("the order of times", "order of time")
    );
}
