//! Diagnostics as the command prints them: a headline each, then the schema's lines with the
//! place underlined. The proc-macros print [`super::plain`] text, which needs no crate.

use std::fmt::{Formatter, Result};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use super::{Diagnostic, Diagnostics, MOST_SHOWN};
use crate::source::{Source, Span};

/// Two places further apart than this many lines get a snippet each.
const FAR: usize = 12;
/// Longest line that is shown in full; of a longer line, the text around the place is shown.
const LONGEST_LINE: usize = 400;

pub(super) fn write(diagnostics: &Diagnostics, f: &mut Formatter<'_>) -> Result {
    for (at, diagnostic) in diagnostics.list().iter().take(MOST_SHOWN).enumerate() {
        if at > 0 {
            writeln!(f)?;
        }
        writeln!(f, "{}", diagnostics.headline(diagnostic))?;
        writeln!(f, "{}", body(diagnostics.source(), diagnostic))?;
    }
    let hidden = diagnostics.list().len().saturating_sub(MOST_SHOWN);
    if hidden > 0 {
        writeln!(f, "\nand {hidden} more")?;
    }
    Ok(())
}

fn body(source: &Source, diagnostic: &Diagnostic) -> String {
    let mut group = Group::with_level(Level::ERROR);
    let primary = Mark {
        span: diagnostic.span,
        kind: AnnotationKind::Primary,
        label: diagnostic.label.as_deref(),
    };
    let second = diagnostic.second.as_ref().map(|(span, label)| Mark {
        span: *span,
        kind: AnnotationKind::Context,
        label: Some(label),
    });
    let text_is_there = !source.text().is_empty();
    match second {
        _ if !text_is_there => {}
        None => group = snippet(group, source, &[primary], false),
        Some(second) => {
            let lines =
                source.line_of(primary.span.start).abs_diff(source.line_of(second.span.start));
            if lines > FAR {
                group = snippet(group, source, &[primary], false);
                group = snippet(group, source, &[second], true);
            } else {
                group = snippet(group, source, &[primary, second], false);
            }
        }
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group = group.element(Level::NOTE.message(format!(
        "{}: {}",
        diagnostic.code,
        diagnostic.code.rule()
    )));
    Renderer::plain().decor_style(DecorStyle::Ascii).term_width(140).render(&[group])
}

struct Mark<'a> {
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// Adds the lines around `marks`. Only those lines are handed over: rendering costs the
/// length of what is given, and a schema may have very many or very long lines.
fn snippet<'a>(group: Group<'a>, source: &'a Source, marks: &[Mark<'a>], named: bool) -> Group<'a> {
    let first = marks.iter().map(|m| source.line_of(source.floor(m.span.start))).min().unwrap_or(0);
    let last = marks.iter().map(|m| source.line_of(source.floor(m.span.start))).max().unwrap_or(0);
    let mut window = source.line_range(first).start..source.line_range(last).end;
    if window.len() > LONGEST_LINE * (last - first + 1) {
        let at = marks[0].span.start;
        window.start = source.floor(at.saturating_sub(LONGEST_LINE / 4)).max(window.start);
        window.end = source.floor(at + LONGEST_LINE).min(window.end);
    }
    let mut shown =
        Snippet::source(&source.text()[window.clone()]).line_start(first + 1).fold(true);
    if named {
        shown = shown.path(source.name());
    }
    for mark in marks {
        let line_end = source.line_range(source.line_of(source.floor(mark.span.start))).end;
        let start = source.floor(mark.span.start).clamp(window.start, window.end);
        // What spans many lines (a record) is marked on its first line only.
        let end = source.floor(mark.span.end).min(line_end).clamp(start, window.end);
        let mut annotation = mark.kind.span(start - window.start..end - window.start);
        if let Some(label) = mark.label {
            annotation = annotation.label(label);
        }
        shown = shown.annotation(annotation);
    }
    group.element(shown)
}
