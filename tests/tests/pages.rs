//! Pages for people name places in the repository: each of them exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn read(page: &str) -> String {
    fs::read_to_string(repository().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// Paths on a page: in backquotes, with a slash.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|code| {
        let is_path = code.bytes().all(|it| it.is_ascii_alphanumeric() || b"/._-".contains(&it));
        is_path && code.contains('/')
    })
}

/// Folders that the pages leave out of a path.
const WITHIN: [&str; 6] =
    ["", "atf-runtime/src", "atf-gen/src", "atf-analysis/src", "atf-export/src", "atf-html/src"];

// Symptom: a page that says where things are sent its readers to files that were moved.
#[test]
fn paths_on_the_pages_exist() {
    for page in ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let text = read(page);
        let mut count = 0;
        for path in paths(&text) {
            let exists = |within: &&str| repository().join(within).join(path).exists();
            assert!(WITHIN.iter().any(exists), "{page}: {path}");
            count += 1;
        }
        assert!(count > 0, "{page}");
    }
}

#[test]
fn links_between_the_pages_lead_to_files() {
    for page in [
        "docs/architecture.md",
        "docs/c.md",
        "docs/glossary.md",
        "docs/migrating.md",
        "CONTRIBUTING.md",
    ] {
        let text = read(page);
        let folder = repository().join(page);
        let folder = folder.parent().expect("a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            assert!(file.is_empty() || folder.join(file).exists(), "{page}: {link}");
        }
    }
}

#[test]
fn map_of_rooms_has_every_room_of_the_runtime() {
    let text = read("docs/architecture.md");
    let named: BTreeSet<_> = text.split('`').skip(1).step_by(2).collect();
    for entry in fs::read_dir(repository().join("atf-runtime/src")).expect("the sources") {
        let entry = entry.expect("its entries can be read");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        let room = if entry.path().is_dir() { format!("{name}/") } else { name };
        assert!(room == "lib.rs" || named.contains(room.as_str()), "{room} is not on the map");
    }
}

#[test]
fn glossary_has_each_term_once_in_order() {
    let text = read("docs/glossary.md");
    let terms = text.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    let terms: Vec<_> = terms.map(|line| line.split(" |").next().unwrap_or_default()).collect();
    assert!(terms.len() > 40, "{}", terms.len());
    assert!(terms.is_sorted(), "{terms:?}");
    assert_eq!(terms.iter().collect::<BTreeSet<_>>().len(), terms.len());
}
