//! Text in pictures: escaped for XML and shortened to fit.

/// `text` escaped for XML, between tags or double quotes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            // No XML holds these, not even escaped.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// Width of `text` in pixels, in the fonts of fixed width that browsers have.
pub(super) fn width(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(|c| if c.is_ascii() { 605 } else { 1000 }).sum();
    thousandths.saturating_mul(size).div_ceil(1000)
}

/// The first of `choices` that fits `room` pixels, in the largest of `sizes` in which one does;
/// else the last of them, cut in its middle (long names differ at their end), in the smallest size.
pub(super) fn fit(choices: &[&str], room: u32, sizes: &[u32]) -> (String, u32) {
    for choice in choices {
        for size in sizes {
            if width(choice, *size) <= room {
                return ((*choice).to_owned(), *size);
            }
        }
    }
    let size = sizes.last().copied().unwrap_or(10);
    let chars: Vec<char> = choices.last().copied().unwrap_or_default().chars().collect();
    for kept in (1..chars.len()).rev() {
        let (head, tail) = (&chars[..kept.div_ceil(2)], &chars[chars.len() - kept / 2..]);
        let cut: String = head.iter().chain(&['…']).chain(tail).collect();
        if width(&cut, size) <= room {
            return (cut, size);
        }
    }
    (String::new(), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_harmless_in_xml() {
        assert_eq!(
            escape("a<b> & \"c\"\n\u{1}\u{ffff}"),
            "a&lt;b&gt; &amp; &quot;c&quot; \u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn text_shrinks_before_it_is_cut() {
        assert_eq!(fit(&["short"], 100, &[13, 10]), ("short".to_owned(), 13));
        assert_eq!(fit(&["ten_letters"], 80, &[13, 10]), ("ten_letters".to_owned(), 10));
        assert_eq!(fit(&["u8 = 1234567890", "u8"], 40, &[10]), ("u8".to_owned(), 10));
        assert_eq!(fit(&["many_more_letters"], 50, &[13, 10]).0, "man…ers");
        assert_eq!(fit(&["x"], 0, &[10]).0, "");
    }
}
