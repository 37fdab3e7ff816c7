//! Text templates, for targets with long, mostly fixed text.
//!
//! A template looks like its output. `$name` is a hole. A hole that is alone on its line is
//! filled with complete lines, indented as the hole is, and the line is removed if there is
//! nothing to fill in. Inserted text is not scanned again, so a dollar sign in a schema's text stays one.
//! Called by the emitters; it knows no format.

/// Appends `template` to `out` with its holes filled.
///
/// # Panics
///
/// When the template has a hole that `holes` does not name. That is a mistake of the emitter, which shows
/// with the first schema that reaches the template.
pub(crate) fn fill(out: &mut String, template: &str, holes: &[(&str, &str)]) {
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        let (before, hole) = rest.split_at(at);
        let hole = &hole[1..];
        let end = hole.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(hole.len());
        let (name, after) = hole.split_at(end);
        let value = holes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let value = value.unwrap_or_else(|| panic!("the template's hole ${name} is filled"));
        let indent = before.len() - before.trim_end_matches(' ').len();
        let starts_line = match before.len() - indent {
            0 => out.is_empty() || out.ends_with('\n'),
            text => before[..text].ends_with('\n'),
        };
        let ends_line = after.is_empty() || after.starts_with('\n');
        if starts_line && ends_line {
            out.push_str(&before[..before.len() - indent]);
            lines(out, value, indent);
            rest = after.strip_prefix('\n').unwrap_or(after);
        } else {
            out.push_str(before);
            out.push_str(value);
            rest = after;
        }
    }
    out.push_str(rest);
}

/// Appends the lines of `text`, each `indent` spaces in; empty ones stay empty.
fn lines(out: &mut String, text: &str, indent: usize) {
    if indent == 0 {
        out.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            out.push('\n');
        }
        return;
    }
    for line in text.lines() {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    fn filled(template: &str, holes: &[(&str, &str)]) -> String {
        let mut out = String::new();
        fill(&mut out, template, holes);
        out
    }

    #[test]
    fn a_hole_within_a_line_takes_its_text() {
        assert_eq!(filled("a$b c $b", &[("b", "$x")]), "a$x c $x");
    }

    #[test]
    fn a_hole_on_a_line_of_its_own_takes_lines() {
        let template = "{\n    $lines\n}\n";
        assert_eq!(filled(template, &[("lines", "a\n\nb")]), "{\n    a\n\n    b\n}\n");
        assert_eq!(filled(template, &[("lines", "a\n")]), "{\n    a\n}\n");
        assert_eq!(filled(template, &[("lines", "")]), "{\n}\n");
        assert_eq!(filled("$lines\nend", &[("lines", "")]), "end");
    }
}
