//! Deliberately accepted breaks: a reviewed file, keyed by rule and element.
//!
//! ```toml
//! [[accept]]
//! rule = "D0203"
//! element = "record Reading, field wind"
//! why = "no station of the first series is left"
//! ```
//!
//! With `change`, an entry accepts this change of the element alone: a unit that was reworded once may later
//! become another unit.

use super::{Finding, Place, Rule};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, shorten};
use crate::parse::table::Table;
use crate::source::{Source, Span};
use crate::toml;

/// The file of accepted breaks.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    rule: Rule,
    element: String,
    /// The change as the report words it, if the entry names one.
    change: Option<String>,
    why: String,
    place: Place,
    used: bool,
}

impl Accepted {
    /// Reads the file; `name` is what diagnostics call it. An empty file accepts nothing.
    ///
    /// # Errors
    ///
    /// All errors of the file: an unknown key or rule, an entry without a reason, two entries for
    /// one break.
    pub fn load(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostics> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let source = Source::new(name, bytes)?;
        let mut diagnostics = Diagnostics::new(source.clone());
        let Some(root) = toml::read(&source, &mut diagnostics) else {
            return Err(diagnostics);
        };
        let mut root = Table::new("accepted breaks", Span::default(), &root);
        let mut entries: Vec<Entry> = Vec::new();
        for (span, table) in root.tables("accept", &mut diagnostics) {
            let Some(entry) = entry(&source, span, table, &mut diagnostics) else { continue };
            let twin = entries.iter().find(|other| {
                (other.rule, &other.element) == (entry.rule, &entry.element)
                    && (other.change.is_none()
                        || entry.change.is_none()
                        || other.change == entry.change)
            });
            if let Some(twin) = twin {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateName,
                        span,
                        format!(
                            "accept: {} of {} is already accepted in line {}",
                            entry.rule,
                            shorten(&entry.element),
                            twin.place.line
                        ),
                    )
                    .help("remove one of the two"),
                );
            }
            entries.push(entry);
        }
        root.finish(&mut diagnostics);
        diagnostics.sort();
        if diagnostics.is_empty() { Ok(Self { entries }) } else { Err(diagnostics) }
    }

    /// Marks the findings that are accepted, and the entries that accept them.
    pub(super) fn apply(&mut self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| !finding.met) {
            let entry = self.entries.iter_mut().find(|entry| {
                entry.rule == finding.rule
                    && entry.element == finding.element
                    && entry.change.as_ref().is_none_or(|change| *change == finding.change)
            });
            if let Some(entry) = entry {
                entry.used = true;
                finding.accepted = Some(entry.why.clone());
            }
        }
    }

    /// The unused entries, each with its place and content.
    pub(super) fn stale(&self) -> Vec<Stale> {
        self.entries
            .iter()
            .filter(|entry| !entry.used)
            .map(|entry| Stale {
                place: entry.place.clone(),
                rule: entry.rule,
                element: entry.element.clone(),
            })
            .collect()
    }
}

/// An unused entry, which fails: the break is gone or never existed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stale {
    /// Its place.
    pub place: Place,
    /// Its rule.
    pub rule: Rule,
    /// Its element.
    pub element: String,
}

fn entry(
    source: &Source,
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Entry> {
    let mut table = Table::new("accept", span, table);
    let rule = table.required_word("rule", "\"D0203\"", diagnostics);
    let element = table.required_word("element", "\"record Header, field size\"", diagnostics);
    let change = table.word("change", diagnostics);
    let why = table.required_word("why", "\"no file of this kind was ever written\"", diagnostics);
    table.finish(diagnostics);
    let (rule, element, why) = (rule?, element?, why?);
    if why.value.trim().is_empty() {
        diagnostics.push(
            Diagnostic::new(
                Code::MissingKey,
                why.span,
                "accept: `why`: expected a reason, found none",
            )
            .help("say why the break harms nobody"),
        );
        return None;
    }
    let Some(found) = Rule::find(&rule.value) else {
        let known = Rule::ALL.iter().map(|rule| rule.as_str());
        let help = match nearest(&rule.value, known) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => {
                "rules have ids such as D0001; the report of the break names its rule".to_owned()
            }
        };
        diagnostics.push(
            Diagnostic::new(
                Code::UnknownWord,
                rule.span,
                format!(
                    "accept: `rule`: expected the id of a rule, found \"{}\"",
                    shorten(&rule.value)
                ),
            )
            .help(help),
        );
        return None;
    };
    Some(Entry {
        rule: found,
        element: element.value,
        change: change.map(|word| word.value),
        why: why.value.trim().to_owned(),
        place: Place::new(source, rule.span),
        used: false,
    })
}
