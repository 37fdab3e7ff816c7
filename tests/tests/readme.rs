//! The terminal session in README is what a user sees: every command of it is run, and prints what the page shows.

use std::path::Path;

use atf_tests::cli;
use atf_tests::scratch::{self, Scratch};

/// The commands of the page's `console` blocks, each with what the page says it prints.
fn shown(page: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let blocks = page.split("```console\n").skip(1);
    for line in blocks.flat_map(|rest| rest.split("```").next().unwrap_or_default().lines()) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => {
                output.push_str(line);
                output.push('\n');
            }
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    commands
}

#[test]
fn terminal_session_of_the_readme_matches_the_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("README.md")).expect("README is there");
    let commands = shown(&page);
    assert!(commands.len() > 4, "{commands:?}");
    let folder = Scratch::new();
    for (command, expected) in commands {
        assert_eq!(printed(&command, folder.path()), expected, "$ {command}");
    }
}

/// What a shell prints for a command, on both streams.
fn printed(command: &str, folder: &Path) -> String {
    let program = cli::atf();
    let programs = Path::new(program.get_program()).parent().expect("a folder of programs");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).expect("folders without a colon");
    let mut shell = scratch::command("sh");
    shell.arg("-c").arg(format!("{{ {command}\n}} 2>&1"));
    let output = shell.current_dir(folder).env("PATH", &path).output().expect("sh starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

// Times differ from run to run. Lines without a digit do not: headings, and what is said in words.
#[test]
fn screens_of_the_page_on_answers_are_those_of_the_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/answers.md")).expect("the page is there");
    let commands = shown(&page);
    assert!(commands.len() > 8, "{commands:?}");
    let folder = Scratch::new();
    for (command, expected) in commands {
        let found = printed(&command, folder.path());
        assert!(!found.contains("error: "), "$ {command}\n{found}");
        let columns = if command.starts_with("COLUMNS=120") { 120 } else { 80 };
        assert!(expected.lines().all(|line| line.chars().count() <= columns), "$ {command}");
        let heading = expected.lines().next().filter(|line| !line.contains(char::is_numeric));
        if let Some(heading) = heading {
            let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(found.lines().next().map(words), Some(words(heading)), "$ {command}");
        }
    }
}
