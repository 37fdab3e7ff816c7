//! Comments from free text.

/// `/** ... */` with some paragraphs, at the left margin.
pub(super) fn block(paragraphs: &[&str]) -> String {
    indented(paragraphs, "")
}

/// The same with `indent`.
pub(super) fn indented(paragraphs: &[&str], indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraph.lines().map(harmless));
    }
    if let [line] = lines.as_slice() {
        return format!("{indent}/** {line} */\n");
    }
    let mut out = format!("{indent}/**\n");
    for line in lines {
        out.push_str(format!("{indent} * {line}").trim_end());
        out.push('\n');
    }
    out.push_str(indent);
    out.push_str(" */\n");
    out
}

/// Text that neither ends the comment, nor opens one inside it, nor spells a trigraph, nor
/// continues its line.
fn harmless(line: &str) -> String {
    let mut out = line.trim().replace("*/", "* /").replace("/*", "/ *");
    while out.contains("??") {
        out = out.replace("??", "? ?");
    }
    if out.ends_with('\\') {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_comment() {
        assert_eq!(block(&["a */ b /* c ??/ \\"]), "/** a * / b / * c ? ?/ \\. */\n");
        assert_eq!(block(&["*/*/"]), "/** * / * / */\n");
    }
}
