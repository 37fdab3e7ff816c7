//! Converts names to the cases of the target languages.

/// `HttpHeader2` -> `http_header2`; a name that is lower snake case already stays.
#[must_use]
pub fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            let before = chars[at - 1];
            let next_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
            // A new word starts after a small letter or digit, and at the last capital of a
            // run of capitals when a small letter follows: `HTTPServer` is `http_server`.
            if before != '_' && (!before.is_ascii_uppercase() || next_is_lower) {
                out.push('_');
            }
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `HttpHeader` or `http_header` -> `HTTP_HEADER`; a leading underscore is dropped.
#[must_use]
pub fn upper(name: &str) -> String {
    snake(name).trim_start_matches('_').to_ascii_uppercase()
}

/// `name` in upper snake case with `prefix`, which is not repeated.
#[must_use]
pub fn prefixed(prefix: &str, name: &str) -> String {
    let name = upper(name);
    if prefix.is_empty() || name.starts_with(&format!("{prefix}_")) {
        return name;
    }
    format!("{prefix}_{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_by_their_capitals() {
        assert_eq!(snake("PacketHeader"), "packet_header");
        assert_eq!(snake("HTTPServer"), "http_server");
        assert_eq!(snake("Md5Sum"), "md5_sum");
        assert_eq!(snake("already_snake"), "already_snake");
        assert_eq!(upper("_reserved1"), "RESERVED1");
    }

    #[test]
    fn a_prefix_is_not_said_twice() {
        assert_eq!(prefixed("ZIP", "EndRecord"), "ZIP_END_RECORD");
        assert_eq!(prefixed("ZIP", "ZipEndRecord"), "ZIP_END_RECORD");
        assert_eq!(prefixed("ZIP", "Zipper"), "ZIP_ZIPPER");
    }
}
