//! The page of faults that were found: each test that it names exists, and so does each command with its options.

use std::fs;
use std::path::Path;

use atf_tests::{cli, named_test, scratch};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/TRACK_RECORD.md");
    fs::read_to_string(path).expect("the page is there")
}

/// The cells of the rows of all tables, their heads aside.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = page.lines().collect();
    let is_head = |at: usize| lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
    let is_row = |at: &usize| lines[*at].starts_with("| ") && !is_head(*at);
    (0..lines.len())
        .filter(is_row)
        .map(|at| lines[at].trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

fn is_of_a_fault(row: &[&str]) -> bool {
    row.len() == 4
}

#[test]
fn every_fault_has_a_test_that_exists() {
    let page = page();
    let rows = rows(&page);
    assert!(rows.iter().filter(|row| is_of_a_fault(row)).count() > 50, "{}", rows.len());
    for row in rows {
        assert!(matches!(row.len(), 3 | 4), "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        if is_of_a_fault(&row) {
            let named = named_test::named_in(row[3]);
            assert!(!named.is_empty(), "{row:?}");
            for (file, test) in named {
                assert!(named_test::exists(file, test), "{file}::{test}");
            }
        }
    }
}

/// Programs of every system that make the situation.
const OTHERS: [&str; 3] = ["mkfifo", "truncate", "ulimit"];

/// Whether the program has the command and its help names each option.
fn assert_offers(program: &Path, words: &[&str]) {
    let mut asked = scratch::command(program);
    let output = asked.args([words[1], "--help"]).output().expect("the program starts");
    let help = String::from_utf8(output.stdout).expect("help in UTF-8");
    assert!(output.status.success(), "{words:?}");
    for option in words.iter().filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{words:?}: {option}");
    }
}

/// Whether a filter of `cargo test` selects a test of this file or folder.
fn assert_runs_tests(words: &[&str]) {
    match words {
        ["cargo", "test", "-p", "atf-tests", "--test", file, filter @ ..] => {
            let text = fs::read_to_string(named_test::path_of(file)).expect("a file of tests");
            assert!(filter.len() <= 1, "{words:?}");
            let prefix = filter.first().copied().unwrap_or_default();
            let mut names = text.split("fn ").skip(1).filter_map(|it| it.split('(').next());
            assert!(names.any(|name| name.contains(prefix)), "{words:?}");
        }
        ["cargo", "test", "-p", "atf-runtime", "--lib", room] => {
            let folder = named_test::path_of("atf-runtime/src").join(room.replace("::", "/"));
            assert!(folder.is_dir(), "{words:?}");
        }
        _ => panic!("{words:?}: not a command of this test"),
    }
}

#[test]
fn every_command_exists_with_its_options() {
    let page = page();
    let mut count = 0;
    for row in rows(&page) {
        let cell = row[2];
        if cell == "-" {
            assert!(is_of_a_fault(&row), "{row:?}");
            continue;
        }
        let code = cell.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
        for command in code.unwrap_or_else(|| panic!("{row:?}")).split(';') {
            let words: Vec<&str> = command.split_whitespace().collect();
            match words[0] {
                "atf" => assert_offers(cli::program(), &words),
                "atf-gen" => assert_offers(cli::generator(), &words),
                "cargo" => assert_runs_tests(&words),
                other => assert!(OTHERS.contains(&other), "{row:?}"),
            }
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}
