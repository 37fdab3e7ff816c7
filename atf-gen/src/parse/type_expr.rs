//! The syntax of types: `u32`, `Name`, `[T; N]`.

/// A type as written, names not looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeExpr {
    Name(String),
    Array(Box<TypeExpr>, Length),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Number(u64),
    /// A constant, or the field that counts a tail.
    Name(String),
}

/// Arrays in arrays beyond this depth are refused: the parser recurses.
const DEEPEST: usize = 8;

/// Reads a type; the error says what was expected.
pub(crate) fn parse(text: &str) -> Result<TypeExpr, String> {
    parse_at(text.trim(), 0)
}

fn parse_at(text: &str, depth: usize) -> Result<TypeExpr, String> {
    if depth > DEEPEST {
        return Err(format!("at most {DEEPEST} nested arrays"));
    }
    let Some(inner) = text.strip_prefix('[') else {
        return if is_identifier(text) {
            Ok(TypeExpr::Name(text.to_owned()))
        } else {
            Err("a name such as u32, or an array such as [u8; 4]".to_owned())
        };
    };
    let inner = inner.strip_suffix(']').ok_or("`]` at the end of the array")?;
    let (element, length) =
        inner.rsplit_once(';').ok_or("`;` and a length in the array, as in [u8; 4]")?;
    let length = length.trim();
    let length = if is_identifier(length) {
        Length::Name(length.to_owned())
    } else {
        Length::Number(
            number(length).ok_or("a number, a constant or a field as the array's length")?,
        )
    };
    Ok(TypeExpr::Array(Box::new(parse_at(element.trim(), depth + 1)?), length))
}

fn number(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Whether the text is an ASCII identifier.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_nested_arrays_are_read() {
        assert_eq!(parse("u32"), Ok(TypeExpr::Name("u32".into())));
        assert_eq!(
            parse("[[u8; 4]; COUNT]"),
            Ok(TypeExpr::Array(
                Box::new(TypeExpr::Array(Box::new(TypeExpr::Name("u8".into())), Length::Number(4))),
                Length::Name("COUNT".into())
            ))
        );
        assert_eq!(
            parse("[u8; 0x1_0]"),
            Ok(TypeExpr::Array(Box::new(TypeExpr::Name("u8".into())), Length::Number(16)))
        );
    }

    #[test]
    fn broken_types_say_what_was_expected() {
        assert_eq!(parse("[u8; 4").unwrap_err(), "`]` at the end of the array");
        assert_eq!(parse("[u8]").unwrap_err(), "`;` and a length in the array, as in [u8; 4]");
        assert_eq!(parse("u8 *").unwrap_err(), "a name such as u32, or an array such as [u8; 4]");
        assert_eq!(
            parse("[u8; -1]").unwrap_err(),
            "a number, a constant or a field as the array's length"
        );
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("{}u8{}", "[".repeat(20), "; 1]".repeat(20))).is_err());
    }
}
