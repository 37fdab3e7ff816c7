//! Doc comments have no code block that rustdoc takes for Rust by accident: an indented block is compiled and run as
//! a test, whatever it shows. CI finds that late, when all documentation is tested; this finds it at once.

use std::fs;
use std::path::{Path, PathBuf};

use atf_tests::scratch;

/// The sources of the repository, relative to it.
fn sources(root: &Path) -> Vec<PathBuf> {
    let mut command = scratch::command("git");
    let output = command.arg("-C").arg(root).args(["ls-files", "-z", "*.rs"]).output();
    let output = output.expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("names in UTF-8");
    names.split_terminator('\0').map(PathBuf::from).collect()
}

/// The text of a line of documentation after its mark; `None` for other lines.
fn documentation(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    let is_doc = |mark: &'static str| line.strip_prefix(mark).map(|text| (mark, text));
    is_doc("//!").or_else(|| is_doc("///").filter(|(_, text)| !text.starts_with('/')))
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Bytes of the marker of a list item, its indent included: `- `, `* `, `1. `.
fn list_marker(text: &str) -> Option<usize> {
    let item = text.trim_start();
    let digits = item.len() - item.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    let marker = match digits {
        0 if item.starts_with(['-', '*', '+']) => 1,
        1.. if item[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    item[marker..].starts_with(' ').then(|| indent(text) + marker + 1)
}

/// Numbers of the lines, from 1, at which an indented code block starts.
fn indented_blocks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut mark, mut fence, mut after_blank, mut margin) = ("", None, true, 0);
    for (number, line) in text.lines().enumerate() {
        let Some((of_line, text)) = documentation(line) else {
            mark = "";
            continue;
        };
        if of_line != mark {
            (mark, fence, after_blank, margin) = (of_line, None, true, 1);
        }
        let start = text.trim_start();
        let is_fence = start.starts_with("```") || start.starts_with("~~~");
        match fence {
            Some(end) => fence = (!start.starts_with(end)).then_some(end),
            None if is_fence => fence = Some(&start[..3]),
            None if start.is_empty() => after_blank = true,
            None => {
                if let Some(content) = list_marker(text).filter(|_| indent(text) < margin + 4) {
                    margin = content;
                } else if after_blank {
                    if indent(text) >= margin + 4 {
                        found.push(number + 1);
                    } else if indent(text) < margin {
                        margin = 1;
                    }
                }
                after_blank = false;
            }
        }
    }
    found
}

#[test]
fn no_documentation_has_an_indented_code_block() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let files = sources(root);
    assert!(files.len() > 300, "{} files", files.len());
    let mut found = Vec::new();
    for path in files {
        // A file that was removed and not committed yet.
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        for line in indented_blocks(&text) {
            found.push(format!("{}:{line}: put it between ```text and ```", path.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn indented_code_blocks_are_recognized() {
    const NONE: [usize; 0] = [];
    assert_eq!(indented_blocks("//! Run:\n//!\n//!     cargo bench\n"), [3]);
    assert_eq!(indented_blocks("///     cargo bench\nfn a() {}\n"), [1]);
    assert_eq!(indented_blocks("    /// - An item:\n    ///\n    ///       code\n"), [3]);
    assert_eq!(indented_blocks("//! ```text\n//!\n//!     text\n//! ```\n"), NONE);
    assert_eq!(indented_blocks("//! A paragraph that\n//!     continues.\n"), NONE);
    assert_eq!(indented_blocks("//! - An item.\n//!\n//!   Its second paragraph.\n"), NONE);
    assert_eq!(indented_blocks("//! 1. An item\n//!    - and one\n//!      below it\n"), NONE);
    assert_eq!(indented_blocks("//// - no documentation\n//     nor is this\n"), NONE);
}
