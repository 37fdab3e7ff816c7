//! The page on evolving the format shows what the commands print: each is run on the schema of
//! release 1.0, which never changes. G-04, G-05, G-07.

use atf_tests::scratch::Scratch;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(repository().join(path)).expect("the file is there")
}

/// The blocks of `language` in the page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block ends").to_owned())
        .collect()
}

/// The words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<OsString> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is a first").push(c),
        }
    }
    words.into_iter().map(OsString::from).collect()
}

/// A folder that holds the schema of release 1.0, that release, and what is generated from it.
struct Folder(Scratch);

impl Folder {
    fn of_release() -> Self {
        let folder = Self(Scratch::new());
        let name = "schema/releases/atf-v2-1.0.toml";
        for part in ["schema/releases", "atf-runtime/schema"] {
            std::fs::create_dir_all(folder.0.path().join(part)).expect("its part");
        }
        std::fs::write(folder.0.path().join(name), read(name)).expect("the release");
        folder.write(&released());
        folder.run("atf-gen generate");
        folder
    }

    fn write(&self, schema: &str) {
        std::fs::write(self.0.path().join("schema/atf-v2.toml"), schema).expect("the schema");
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.path().join(path)).expect("the file is there")
    }

    /// What the command says, all of it.
    fn run(&self, line: &str) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        atf_gen::cli::run(words(line), self.0.path(), &mut out, &mut err);
        out.extend(err);
        String::from_utf8(out).expect("text")
    }
}

fn released() -> String {
    let frozen = read("schema/releases/atf-v2-1.0.toml");
    frozen.split_once('\n').expect("a first line").1.to_owned()
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(released(), |schema, (from, to)| {
        assert!(schema.contains(from), "{from}");
        schema.replace(from, to)
    })
}

/// The lines of a diff that have the sign, without it.
fn signed(diff: &str, sign: char) -> Vec<&str> {
    diff.lines().filter_map(|line| line.strip_prefix(sign)).collect()
}

/// Lines of `text` that are not in `other`.
fn only_in<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    text.lines().filter(|line| !other.lines().any(|known| known == *line)).collect()
}

#[test]
fn each_command_of_the_page_prints_what_the_page_shows() {
    let page = read("docs/evolving.md");
    let microseconds = (
        "unit = \"ns\", doc = \"Time of the event on",
        "unit = \"us\", doc = \"Time of the event on",
    );
    // The schema before each command; `None` keeps the result of the command before.
    let before: [Option<String>; 6] = [
        Some(released()),
        None,
        None,
        Some(edited(&[("name = \"call_depth\"", "name = \"depth\"")])),
        Some(edited(&[microseconds])),
        Some(edited(&[
            microseconds,
            ("\nversion = 1\n", "\nversion = 2\n"),
            ("reads = [1]", "reads = [2]"),
            (
                "name = \"version\", type = \"u8\", const = 1",
                "name = \"version\", type = \"u8\", const = 2",
            ),
        ])),
    ];
    let shown = blocks(&page, "console");
    assert_eq!(shown.len(), before.len());
    let folder = Folder::of_release();
    for (shown, before) in shown.iter().zip(before) {
        if let Some(schema) = before {
            folder.write(&schema);
        }
        let (command, expected) = shown.split_once('\n').expect("a command and what it prints");
        let line = command.strip_prefix("$ ").expect("a command");
        assert_eq!(folder.run(line), expected, "{line}");
    }
}

#[test]
fn the_diffs_of_the_page_are_those_that_the_command_makes() {
    let page = read("docs/evolving.md");
    let diffs = blocks(&page, "diff");
    let [schema, layout] = diffs.as_slice() else { panic!("two diffs, found {}", diffs.len()) };
    let command = blocks(&page, "console").remove(0);
    let folder = Folder::of_release();
    let tables = folder.text("schema/generated/docs/atf_v2_layout.txt");
    folder.run(command.lines().next().and_then(|line| line.strip_prefix("$ ")).expect("a command"));

    let (old, new) = (released(), folder.text("schema/atf-v2.toml"));
    assert_eq!(signed(schema, '-'), only_in(&old, &new));
    assert_eq!(signed(schema, '+'), only_in(&new, &old));

    // The snapshots hold the rows of the layout tables, as far in as their own columns are.
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let tables_after = folder.text("schema/generated/docs/atf_v2_layout.txt");
    let has = |tables: &str, line: &str| tables.lines().any(|row| plain(row) == plain(line));
    for line in signed(layout, '-') {
        assert!(has(&tables, line) && !has(&tables_after, line), "{line}");
    }
    for line in signed(layout, '+') {
        assert!(has(&tables_after, line) && !has(&tables, line), "{line}");
    }
}

#[test]
fn the_page_is_right_about_renames_tombstones_and_accepted_breaks() {
    let page = read("docs/evolving.md");
    let [tombstone, accept] = <[String; 2]>::try_from(blocks(&page, "toml")).expect("two blocks");
    let folder = Folder::of_release();
    let ends = |line: &str, end: &str| {
        let output = folder.run(line);
        assert!(output.ends_with(end), "{output}");
    };

    folder.write(&edited(&[("name = \"call_depth\"", "name = \"depth\", was = \"call_depth\"")]));
    ends("atf-gen diff", "\n1 change: 1 is fine\n");

    folder.write(&edited(&[
        ("revision = 0", "revision = 1"),
        (
            "{ name = \"exception\", value = 3, doc = \"The function was left by an exception.\" }",
            tombstone.trim(),
        ),
    ]));
    ends("atf-gen diff", "\n2 changes: 2 are fine\n");

    folder.write(&edited(&[(
        "unit = \"ns\", doc = \"Time of the event on",
        "unit = \"us\", doc = \"Time of the event on",
    )]));
    std::fs::write(folder.0.path().join("schema/releases/accepted.toml"), &accept)
        .expect("written");
    ends("atf-gen diff", "\n1 change: 1 is accepted\n");
    folder.write(&released());
    let output = folder.run("atf-gen check");
    assert!(output.contains("schema/releases/accepted.toml:2:8: "), "{output}");
}
