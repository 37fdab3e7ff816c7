//! Diagnostics as plain text: a headline each, then the schema's lines with the place marked.
//!
//! The proc-macros show this inside a compile error. It is written without a crate, so that
//! users of the macros do not build one.

use std::fmt::{Formatter, Result};

use super::{Diagnostic, Diagnostics, MOST_SHOWN};
use crate::source::{Source, Span};

/// Characters of a line that are shown before and after the wrong place.
const AROUND: usize = 120;

pub(super) fn write(diagnostics: &Diagnostics, f: &mut Formatter<'_>) -> Result {
    for (at, diagnostic) in diagnostics.list().iter().take(MOST_SHOWN).enumerate() {
        if at > 0 {
            writeln!(f)?;
        }
        writeln!(f, "{}", diagnostics.headline(diagnostic))?;
        body(diagnostics.source(), diagnostic, f)?;
    }
    let hidden = diagnostics.list().len().saturating_sub(MOST_SHOWN);
    if hidden > 0 {
        writeln!(f, "\nand {hidden} more")?;
    }
    Ok(())
}

fn body(source: &Source, diagnostic: &Diagnostic, f: &mut Formatter<'_>) -> Result {
    let mut marks = vec![(diagnostic.span, '^', diagnostic.label.as_deref().unwrap_or_default())];
    if let Some((span, label)) = &diagnostic.second {
        marks.push((*span, '-', label));
        marks.sort_by_key(|(span, ..)| *span);
    }
    let last_line = marks.iter().map(|(span, ..)| line_of(source, *span) + 1).max().unwrap_or(1);
    let width = last_line.to_string().len();
    let mut shown = None;
    for (span, underline, label) in marks {
        if source.text().is_empty() {
            break;
        }
        let line = line_of(source, span);
        let (text, marked) = mark(source, line, span, underline);
        if shown.replace(line) != Some(line) {
            writeln!(f, "{:>width$} | {text}", line + 1)?;
        }
        writeln!(f, "{:>width$} | {}", "", format!("{marked} {label}").trim_end())?;
    }
    if let Some(help) = &diagnostic.help {
        writeln!(f, "{:>width$} = help: {}", "", help.replace('\n', "\n          "))?;
    }
    writeln!(f, "{:>width$} = note: {}: {}", "", diagnostic.code, diagnostic.code.rule())
}

fn line_of(source: &Source, span: Span) -> usize {
    source.line_of(source.floor(span.start))
}

/// The line, and below it the mark. Of a long line only the text around the place is shown.
fn mark(source: &Source, line: usize, span: Span, underline: char) -> (String, String) {
    let range = source.line_range(line);
    let start = source.floor(span.start).clamp(range.start, range.end);
    let end = source.floor(span.end).clamp(start, range.end);
    let before: Vec<char> = source.text()[range.start..start].chars().collect();
    let marked: Vec<char> = source.text()[start..end].chars().take(AROUND).collect();
    let after = source.text()[end..range.end].chars().take(AROUND);
    let skipped = before.len().saturating_sub(AROUND);
    let mut text = String::new();
    let mut below = String::new();
    if skipped > 0 {
        text.push_str("...");
        below.push_str("   ");
    }
    for c in &before[skipped..] {
        text.push(visible(*c));
        below.push(if *c == '\t' { '\t' } else { ' ' });
    }
    text.extend(marked.iter().copied().chain(after).map(visible));
    below.extend(std::iter::repeat_n(underline, marked.len().max(1)));
    (text.trim_end().to_owned(), below)
}

/// Control characters, and those that change the direction of text, as a sign of their own.
fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;

    fn report(text: &str, at: (usize, usize)) -> String {
        let source = Source::new("a.toml", text.as_bytes()).expect("it is text");
        let mut diagnostics = Diagnostics::new(source);
        diagnostics.push(
            Diagnostic::new(Code::Toml, Span::new(at.0, at.1), "wrong")
                .label("here")
                .second(Span::new(0, 1), "because of this")
                .help("first\nsecond"),
        );
        diagnostics.to_string()
    }

    #[test]
    fn both_places_are_marked_below_their_lines() {
        assert_eq!(
            report("a = 1\n\tb\u{202e} = é2\n", (14, 17)),
            "a.toml:2:7: wrong\n1 | a = 1\n  | - because of this\n2 | \tb\u{fffd} = é2\n  | \t     ^^ here\n  \
             = help: first\n          second\n  = note: E0104: The schema is TOML.\n"
        );
    }

    #[test]
    fn places_of_one_line_share_it() {
        assert_eq!(report("a = 1", (4, 5)).lines().nth(3), Some("  |     ^ here"));
    }

    #[test]
    fn only_the_surroundings_of_a_place_in_a_long_line_are_shown() {
        let text = format!("a\nb{}=", " ".repeat(100_000));
        let report = report(&text, (100_003, 100_004));
        assert!(report.contains("^ here"), "{report}");
        assert!(report.len() < 1_000, "{}", report.len());
    }

    #[test]
    fn places_beyond_the_text_are_at_its_end() {
        assert!(report("a", (9, 12)).contains("1 | a\n"));
    }
}
