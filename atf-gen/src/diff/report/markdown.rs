//! The report as a table, for a comment on a pull request.

use std::fmt::Write as _;

use super::{Entry, Report, Status};
use crate::diff::Place;

impl Report {
    /// The report in Markdown: a line of counts, a table, and how to fix what fails.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("**{}**\n\n{}\n", escape(&self.summary()), escape(&self.headline()));
        if !self.entries.is_empty() {
            text.push_str(
                "\n| | rule | element | change | old reader, new file | new reader, old file | needs | lines |\n\
                 |---|---|---|---|---|---|---|---|\n",
            );
        }
        for entry in &self.entries {
            let _ = writeln!(text, "{}", self.row(entry));
        }
        let fails = |entry: &&Entry| Status::of(&entry.finding) == Status::Fails;
        let fixes: Vec<String> = self
            .entries
            .iter()
            .filter(fails)
            .filter_map(|entry| {
                let finding = &entry.finding;
                let fix = escape(finding.fix.as_ref()?);
                Some(format!("- {} {}: {fix}\n", finding.rule, escape(&finding.element)))
            })
            .collect();
        if !fixes.is_empty() {
            let _ = write!(text, "\nTo fix:\n\n{}", fixes.concat());
        }
        if !self.stale.is_empty() {
            text.push_str("\nUnused entries of accepted breaks:\n\n");
            for stale in &self.stale {
                let _ = writeln!(
                    text,
                    "- {}: {} of {}",
                    escape(&stale.place.to_string()),
                    stale.rule,
                    escape(&stale.element)
                );
            }
        }
        text
    }

    fn row(&self, entry: &Entry) -> String {
        let finding = &entry.finding;
        let status = Status::of(finding);
        let verdict = |verdict: &crate::diff::Verdict| {
            let word = verdict.outcome.word();
            let word = if word == "WRONG" { format!("**{word}**") } else { word.to_owned() };
            if verdict.why.is_empty() { word } else { format!("{word}: {}", escape(&verdict.why)) }
        };
        let mut needs = finding.needs.words().to_owned();
        if let Some(missing) = &finding.missing {
            let _ = write!(needs, ", but {missing}");
        }
        if let Some(why) = &finding.accepted {
            let _ = write!(needs, "; accepted: {why}");
        }
        if let Some(warning) = &finding.warning {
            let _ = write!(needs, "; {warning}");
        }
        let mut change = finding.change.clone();
        if finding.source_breaking {
            change.push_str(" (programs that use it no longer compile)");
        }
        if let Some(against) = self.against(entry) {
            let _ = write!(change, " (against {against})");
        }
        let place = |place: &Option<Place>| {
            place
                .as_ref()
                .map_or("none".to_owned(), |place| format!("{}:{}", place.file, place.line))
        };
        let word = match status {
            Status::Fails => "**FAILS**",
            status => status.word(),
        };
        format!(
            "| {word} | {} | {} | {} | {} | {} | {} | {} -> {} |",
            finding.rule,
            escape(&finding.element),
            escape(&change),
            verdict(&finding.old_reader),
            verdict(&finding.new_reader),
            escape(&needs),
            escape(&place(&finding.old)),
            escape(&place(&finding.new)),
        )
    }
}

/// Text that neither ends a cell nor starts markup. Text between backticks is kept.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // An odd one out would start a span that never ends.
    let spans = text.matches('`').count().is_multiple_of(2);
    let mut inside = false;
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            // Within a word it starts nothing.
            '_' if last.is_alphanumeric() && next.is_alphanumeric() => escaped.push(c),
            '`' if spans => {
                inside = !inside;
                escaped.push(c);
            }
            '|' => escaped.push_str("\\|"),
            '\n' | '\r' => escaped.push(' '),
            '*' | '_' | '<' | '[' | ']' | '\\' | '`' | '#' | '@' if !inside => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
        last = c;
    }
    escaped
}
