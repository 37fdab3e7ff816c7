//! The page on evolving the format shows what the commands print: each is run on a copy of today's
//! schema, its releases and what is generated from it. G-04, G-05, G-07.
//!
//! A change of the schema changes what they print. Then write the page's blocks again and review the
//! difference: `ATF_UPDATE_PAGE=1 cargo test -p atf-tests --test evolving`

use atf_tests::scratch::Scratch;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/evolving.md";
const SCHEMA: &str = "schema/atf-v2.toml";
const LAYOUT: &str = "schema/generated/docs/atf_v2_layout.txt";
const UPDATE: &str = "ATF_UPDATE_PAGE";
/// In a block of the page: findings that the unchanged tree has too.
const OTHERS: &str = "[...]";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(repository().join(path)).expect("the file exists")
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

/// A folder that holds a copy of today's schema, its releases, and what is generated from it.
struct Folder(Scratch);

impl Folder {
    fn of_today() -> Self {
        let folder = Self(Scratch::new());
        std::fs::create_dir_all(folder.0.path().join("schema/releases")).expect("its folder");
        let releases = repository().join("schema/releases");
        for release in std::fs::read_dir(releases).expect("the releases") {
            let name = release.expect("a release").file_name();
            let path = Path::new("schema/releases").join(name);
            std::fs::write(folder.0.path().join(&path), read(&path)).expect("the release");
        }
        folder.write(&today());
        // Copies of generated files are written into folders that exist.
        let schema = today();
        for copy in quoted(line_of(&schema, "copies = ")) {
            let copy = folder.0.path().join("schema").join(copy);
            std::fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
        }
        folder.run("atf-gen generate");
        folder
    }

    fn write(&self, schema: &str) {
        std::fs::write(self.0.path().join(SCHEMA), schema).expect("the schema");
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.path().join(path)).expect("the file exists")
    }

    /// What the command says, all of it.
    fn run(&self, line: &str) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        atf_gen::cli::run(words(line), self.0.path(), &mut out, &mut err);
        out.extend(err);
        String::from_utf8(out).expect("text")
    }

    /// The same without the findings that are in `before` too.
    fn run_after(&self, line: &str, before: &str) -> String {
        let mut shown: Vec<&str> = Vec::new();
        let said = self.run(line);
        for paragraph in said.split("\n\n") {
            let is_finding = |text: &str| text.starts_with("fine ") || text.starts_with("FAILS ");
            let title = paragraph.lines().next().unwrap_or_default();
            let is_known = is_finding(title) && before.lines().any(|line| line == title);
            match (is_known, shown.last()) {
                (true, Some(&OTHERS)) => {}
                (true, _) => shown.push(OTHERS),
                (false, _) => shown.push(paragraph),
            }
        }
        shown.join("\n\n")
    }
}

fn today() -> String {
    read(SCHEMA)
}

/// The only line that starts with `start`, spaces before it aside.
fn line_of<'a>(schema: &'a str, start: &str) -> &'a str {
    let lines: Vec<&str> = schema.lines().filter(|it| it.trim_start().starts_with(start)).collect();
    let [line] = lines.as_slice() else { panic!("{SCHEMA}: one line {start}, found {lines:?}") };
    line
}

/// The texts in quotes in a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

fn number(schema: &str, key: &str) -> u32 {
    let line = line_of(schema, &format!("{key} = "));
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

fn edited(schema: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(schema.to_owned(), |schema, (from, to)| {
        assert!(schema.contains(from), "{SCHEMA}: an example of {PAGE} changes {from:?}");
        schema.replace(from, to)
    })
}

fn renamed(attributes: &str) -> String {
    let name = format!("name = \"depth\"{attributes}");
    edited(&today(), &[("name = \"call_depth\"", &name)])
}

/// The timestamp of an event in another unit.
fn in_microseconds() -> String {
    let line = "{ offset = 0, name = \"timestamp_ns\", type = \"u64\", unit = ";
    edited(&today(), &[(&format!("{line}\"ns\""), &format!("{line}\"us\""))])
}

fn in_the_next_version(schema: &str) -> String {
    let version = number(schema, "version");
    let edits =
        ["\nversion = {}\n", "\nreads = [{}]\n", "name = \"version\", type = \"u8\", const = {}"]
            .map(|edit| {
                [version, version + 1].map(|number| edit.replace("{}", &number.to_string()))
            });
    let edits = edits.each_ref().map(|[from, to]| (from.as_str(), to.as_str()));
    edited(schema, &edits)
}

/// The value whose removal the page shows, and its line as a tombstone of the next revision.
fn tombstone(folder: &Folder) -> (String, String) {
    let schema = today();
    let value = line_of(&schema, "{ name = \"exception\",").trim().to_owned();
    let revision = number(&folder.text(SCHEMA), "revision");
    let removed = edited(&value, &[(", doc = ", &format!(", removed = {revision}, doc = "))]);
    (value, removed)
}

/// The lines that differ, each run of them with the line before and the line after it.
fn diff(old: &str, new: &str, context: bool) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let (mut text, mut at_old, mut at_new) = (String::new(), 0, 0);
    while at_old < old.len() || at_new < new.len() {
        if old.get(at_old) == new.get(at_new) {
            (at_old, at_new) = (at_old + 1, at_new + 1);
            continue;
        }
        // The nearest pair of equal lines ends the run.
        let ends = (0..).find_map(|distance| {
            (0..=distance).map(|cut| (at_old + cut, at_new + distance - cut)).find(|&(o, n)| {
                (o == old.len() && n == new.len()) || (o < old.len() && old.get(o) == new.get(n))
            })
        });
        let (end_old, end_new) = ends.expect("both end");
        let mut line =
            |sign, line: &str| text += &format!("{}\n", format!("{sign}{line}").trim_end());
        if context && at_old > 0 {
            line(' ', old[at_old - 1]);
        }
        old[at_old..end_old].iter().for_each(|it| line('-', it));
        new[at_new..end_new].iter().for_each(|it| line('+', it));
        if let Some(after) = old.get(end_old).filter(|_| context) {
            line(' ', after);
        }
        (at_old, at_new) = (end_old, end_new);
    }
    text
}

/// The page with its blocks as today's tree makes them. The first line of a console block, the
/// command, is the page's.
fn as_of_today(page: &str) -> String {
    let folder = Folder::of_today();
    let tables = |folder: &Folder| {
        let layout = folder.text(LAYOUT);
        // The byte maps repeat the tables.
        let rows = layout.lines().filter(|line| !line.contains(['|', '+']));
        rows.map(|row| format!("{row}\n")).collect::<String>()
    };
    let (schema, layout, before) = (today(), tables(&folder), folder.run("atf-gen diff"));
    let microseconds = in_microseconds();
    // The schema before each command; `None` goes on with what the one before it left.
    let schemas: [Option<String>; 6] = [
        None,
        None,
        None,
        Some(renamed("")),
        Some(microseconds.clone()),
        Some(in_the_next_version(&microseconds)),
    ];
    let shown = blocks(page, "console");
    assert_eq!(shown.len(), schemas.len(), "{PAGE}: console blocks");
    let mut made: Vec<(String, String)> = Vec::new();
    let mut diffs = Vec::new();
    for (shown, schema_before) in shown.into_iter().zip(schemas) {
        let is_first = made.is_empty();
        if let Some(schema) = schema_before {
            folder.write(&schema);
        }
        let command = shown.lines().next().unwrap_or_default();
        let line = command.strip_prefix("$ ").expect("a command");
        made.push((shown.clone(), format!("{command}\n{}", folder.run_after(line, &before))));
        if is_first {
            let rows = diff(&layout, &tables(&folder), true);
            diffs = vec![diff(&schema, &folder.text(SCHEMA), false), rows, tombstone(&folder).1];
        }
    }
    let others = blocks(page, "diff").into_iter().chain(blocks(page, "toml").into_iter().take(1));
    let others: Vec<String> = others.collect();
    assert_eq!(others.len(), diffs.len(), "{PAGE}: diffs and a tombstone");
    made.extend(others.into_iter().zip(diffs));
    // A block is replaced with the fence before it: no text of the page is taken for one.
    made.into_iter().fold(page.to_owned(), |page, (shown, now)| {
        let fence = |block: &str| format!("\n{}\n```\n", block.trim_end());
        page.replacen(&fence(&shown), &fence(&now), 1)
    })
}

#[test]
fn page_shows_what_each_command_prints_and_changes_today() {
    let page = read(PAGE);
    let now = as_of_today(&page);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(repository().join(PAGE), now).expect("the page can be written");
        return;
    }
    assert!(
        page == now,
        "{PAGE} does not show what the commands print today:\n{}\
         if the change is meant, run `{UPDATE}=1 cargo test -p atf-tests --test evolving`",
        diff(&page, &now, false)
    );
}

#[test]
fn the_page_is_right_about_renames_tombstones_and_accepted_breaks() {
    let folder = Folder::of_today();
    let adds_to_today = |accepted: &str| {
        let said = folder.run("atf-gen diff");
        let changes = said.lines().last().unwrap_or_default();
        assert!(!changes.contains("fail"), "{said}");
        assert_eq!(changes.contains("1 is accepted"), !accepted.is_empty(), "{said}");
    };
    let (value, tombstone) = {
        let other = Folder::of_today();
        let page = read(PAGE);
        let add_field = blocks(&page, "console").remove(0);
        other.run(add_field.lines().next().and_then(|line| line.strip_prefix("$ ")).expect("it"));
        let revision = number(&other.text(SCHEMA), "revision");
        folder.write(&edited(
            &today(),
            &[(line_of(&today(), "revision = "), &format!("revision = {revision}"))],
        ));
        tombstone(&other)
    };

    folder.write(&edited(&folder.text(SCHEMA), &[(value.trim(), tombstone.trim())]));
    adds_to_today("");
    assert!(folder.run("atf-gen diff").contains("value exception: "), "the removal is reported");

    folder.write(&renamed(", was = \"call_depth\""));
    adds_to_today("");

    let accept = blocks(&read(PAGE), "toml").remove(1);
    let accepted = "schema/releases/accepted.toml";
    folder.write(&in_microseconds());
    std::fs::write(folder.0.path().join(accepted), &accept).expect("written");
    adds_to_today(&accept);
    folder.write(&today());
    let said = folder.run("atf-gen check");
    assert!(said.contains(&format!("{accepted}:2:8: ")), "{said}");
}

// The part that the page's diffs rest on.
#[test]
fn diff_shows_each_run_of_changed_lines() {
    assert_eq!(diff("a\nb\nc\n", "a\nb\nc\n", true), "");
    assert_eq!(diff("a\nb\nc\n", "a\nx\ny\nc\n", true), " a\n-b\n+x\n+y\n c\n");
    assert_eq!(diff("a\nb\nc\nd\n", "a\nc\nd\ne\n", false), "-b\n+e\n");
    assert_eq!(diff("", "a\n", true), "+a\n");
}
