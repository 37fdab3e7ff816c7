//! The figures of one run: what the benchmarks measured, in a file, and the tables made from it.
//!
//! [`run_rounds`](crate::run_rounds) adds a group to the file that the variable `ATF_FIGURES` names.
//! README and docs/benchmarks.md show that file: between `<!-- figures NAME -->` and
//! `<!-- /figures -->` stands the group of that name as a table, or, for a name that ends in `*`, each group
//! whose name begins so. [`render`] writes them and a test compares them. So no figure is typed by hand, and no two pages differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// Names the file that a run adds its groups to.
pub const VARIABLE: &str = "ATF_FIGURES";

/// All groups of a run, and what it ran on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Day of the run, `YYYY-MM-DD`.
    pub date: String,
    /// The command that measured.
    pub command: String,
    /// Processor, cores, kernel and compiler.
    pub machine: String,
    /// Groups by name.
    pub groups: BTreeMap<String, Group>,
}

/// Sides that were measured in turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// How many rounds the medians are of.
    pub rounds: usize,
    /// Events (or calls, or records) per run of a side.
    pub elements: u64,
    /// The sides, baselines included.
    pub sides: Vec<Measured>,
}

/// One side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// Median time of a run, in ns.
    pub median_ns: f64,
    /// Its targets, if any.
    pub targets: Vec<Judged>,
}

/// A target and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The measured value with its unit: `0.88 x bare limit`.
    pub measured: String,
    /// The target: `>= 0.8`.
    pub target: String,
    /// Whether it was reached.
    pub reached: bool,
}

impl Figures {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not what [`Self::write`] writes.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        fs::write(path, serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Adds a group to the file that [`VARIABLE`] names; without it does nothing.
///
/// # Panics
///
/// When that file cannot be read or written: the run would be lost in silence.
pub(crate) fn add(name: &str, group: Group) {
    let Some(path) = std::env::var_os(VARIABLE).map(PathBuf::from) else { return };
    let mut figures = match Figures::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Figures::default(),
        read => read.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    figures.groups.insert(name.to_owned(), group);
    figures.write(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

const OPEN: &str = "<!-- figures ";
const CLOSE: &str = "<!-- /figures -->";
const IF_MEASURED: &str = "if measured ";

/// The page with each of its tables made from `figures`. `<!-- figures run -->` is the line that says
/// when and on what they were measured. A name after `if measured ` may be missing in `figures`: a group that is
/// newer than the last full run.
///
/// # Errors
///
/// In words, when a mark names a group that was not measured, or is not closed.
pub fn render(page: &str, figures: &Figures) -> Result<String, String> {
    let mut rendered = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, marked)) = rest.split_once(OPEN) {
        let (name, after) =
            marked.split_once(" -->").ok_or_else(|| format!("`{OPEN}` is not ended by ` -->`"))?;
        let (_, after) = after
            .split_once(CLOSE)
            .ok_or_else(|| format!("`{OPEN}{name} -->` has no `{CLOSE}`"))?;
        let table = if name == "run" {
            format!(
                "Measured on {} ({}) by `{}`.\n",
                figures.date, figures.machine, figures.command
            )
        } else if let Some(name) = name.strip_prefix(IF_MEASURED) {
            tables(name, figures).unwrap_or_else(|_| "Not measured in that run.\n".to_owned())
        } else {
            tables(name, figures)?
        };
        let _ = write!(rendered, "{before}{OPEN}{name} -->\n{table}{CLOSE}");
        rest = after;
    }
    rendered.push_str(rest);
    Ok(rendered)
}

fn tables(name: &str, figures: &Figures) -> Result<String, String> {
    if let Some(group) = figures.groups.get(name) {
        return Ok(table(group));
    }
    let several = name.strip_suffix('*').map(|prefix| {
        let groups = figures.groups.iter().filter(|(known, _)| known.starts_with(prefix));
        groups.map(|(known, group)| format!("**{known}**\n\n{}\n", table(group))).collect()
    });
    several.filter(|tables: &String| !tables.is_empty()).ok_or_else(|| {
        let known: Vec<&str> = figures.groups.keys().map(String::as_str).collect();
        format!("no group `{name}` was measured; there are: {}", known.join(", "))
    })
}

fn table(group: &Group) -> String {
    let mut text = format!(
        "| median of {} rounds | M/s | ns each | measured | target |\n|---|---:|---:|---|---|\n",
        group.rounds
    );
    for side in &group.sides {
        let each_ns = side.median_ns / group.elements as f64;
        let _ = write!(text, "| {} | {:.1} | {each_ns:.2} |", side.name, 1e3 / each_ns);
        if side.targets.is_empty() {
            text.push_str(" | |\n");
        }
        for (at, target) in side.targets.iter().enumerate() {
            let missed = if target.reached { "" } else { ", **missed**" };
            let columns = if at == 0 { "" } else { "| | | |" };
            let _ = writeln!(text, "{columns} {} | {}{missed} |", target.measured, target.target);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let target = |reached| Judged {
            measured: "0.88 x bare limit".to_owned(),
            target: ">= 0.8".to_owned(),
            reached,
        };
        let sides = vec![
            Measured { name: "bare limit".to_owned(), median_ns: 10.0, targets: Vec::new() },
            Measured {
                name: "write_event".to_owned(),
                median_ns: 20.0,
                targets: vec![target(true), target(false)],
            },
        ];
        let group = Group { rounds: 7, elements: 2, sides };
        Figures {
            date: "2026-01-02".to_owned(),
            command: "measure".to_owned(),
            machine: "2 cores".to_owned(),
            groups: BTreeMap::from([("write".to_owned(), group)]),
        }
    }

    #[test]
    fn tables_replace_what_is_between_the_marks() {
        let page = "a\n<!-- figures write -->\nold\n<!-- /figures -->\nb <!-- figures run --><!-- /figures --> c";
        let rendered = render(page, &figures()).unwrap();
        let expected = "a\n<!-- figures write -->\n\
            | median of 7 rounds | M/s | ns each | measured | target |\n|---|---:|---:|---|---|\n\
            | bare limit | 200.0 | 5.00 | | |\n\
            | write_event | 100.0 | 10.00 | 0.88 x bare limit | >= 0.8 |\n\
            | | | | 0.88 x bare limit | >= 0.8, **missed** |\n\
            <!-- /figures -->\nb <!-- figures run -->\nMeasured on 2026-01-02 (2 cores) by `measure`.\n<!-- /figures --> c";
        assert_eq!(rendered, expected);
        assert_eq!(render(&rendered, &figures()).unwrap(), expected);
    }

    #[test]
    fn a_star_shows_every_group_that_begins_so() {
        let rendered = render("<!-- figures w* -->\n<!-- /figures -->", &figures()).unwrap();
        assert!(
            rendered.starts_with("<!-- figures w* -->\n**write**\n\n| median of 7"),
            "{rendered}"
        );
    }

    #[test]
    fn groups_that_were_not_measured_and_open_marks_are_refused() {
        let unknown = render("<!-- figures read --><!-- /figures -->", &figures()).unwrap_err();
        assert_eq!(unknown, "no group `read` was measured; there are: write");
        let none = render("<!-- figures r* --><!-- /figures -->", &figures()).unwrap_err();
        assert_eq!(none, "no group `r*` was measured; there are: write");
        let optional = |name: &str| {
            let page = format!("<!-- figures if measured {name} --><!-- /figures -->");
            render(&page, &figures()).unwrap()
        };
        assert!(optional("read").contains("Not measured in that run.\n<!-- /figures -->"));
        assert!(optional("write").contains("| write_event | 100.0 |"));
        let open = render("<!-- figures write -->\n", &figures()).unwrap_err();
        assert_eq!(open, "`<!-- figures write -->` has no `<!-- /figures -->`");
    }
}
