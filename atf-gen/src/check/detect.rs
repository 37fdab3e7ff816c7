//! Conditions that detect the host must be valid for Rust's `cfg!` and C's `#if`. Otherwise
//! the error would appear in generated code, far from the schema.

use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for declared in &format.enums {
        for value in &declared.values {
            let what = format!("enum {}, value {}: `detect`", declared.name, value.name);
            if let Some(rust) = &value.detect_rust
                && !is_cfg(rust)
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::Detect,
                        value.detect_rust_at,
                        format!(
                            "{what}: `rust`: expected a cfg predicate, found {}",
                            shorten(rust)
                        ),
                    )
                    .help("for example 'target_os = \"linux\"' or 'any(unix, windows)'"),
                );
            }
            if let Some(c) = &value.detect_c
                && !is_c_condition(c)
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::Detect,
                        value.detect_c_at,
                        format!(
                            "{what}: `c`: expected a preprocessor expression on one line, found {}",
                            shorten(c)
                        ),
                    )
                    .help("for example \"defined(__linux__) || defined(__ANDROID__)\""),
                );
            }
        }
    }
}

/// `name`, `name = "text"`, or `all`, `any`, `not` of such.
fn is_cfg(text: &str) -> bool {
    cfg(text.trim_start(), 0).is_some_and(|rest| rest.trim().is_empty())
}

/// The rest after one predicate.
fn cfg(text: &str, depth: usize) -> Option<&str> {
    if depth > 8 {
        return None;
    }
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let rest = rest.trim_start();
    if let Some(value) = rest.strip_prefix('=') {
        let (literal, rest) = value.trim_start().strip_prefix('"')?.split_once('"')?;
        let plain = literal.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c));
        return plain.then_some(rest);
    }
    let Some(mut rest) = rest.strip_prefix('(') else { return Some(rest) };
    let most = match name {
        "all" | "any" => usize::MAX,
        "not" => 1,
        _ => return None,
    };
    let mut count = 0;
    loop {
        rest = cfg(rest, depth + 1)?.trim_start();
        count += 1;
        if let Some(after) = rest.strip_prefix(',') {
            rest = after;
        } else {
            return if count <= most { rest.strip_prefix(')') } else { None };
        }
    }
}

fn is_c_condition(text: &str) -> bool {
    let mut depth = 0_i64;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if c.is_ascii_alphanumeric() || " _&|!<>=+-".contains(c) => {}
            _ => return false,
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_of_rust_are_told_from_other_text() {
        for good in ["unix", "target_os = \"linux\"", "any(unix, not(windows))", "all(a,b = \"c\")"]
        {
            assert!(is_cfg(good), "{good}");
        }
        for bad in [
            "",
            "target_os =",
            "a b",
            "any(",
            "not(a, b)",
            "x = \"a\") { panic!() } if (\"",
            "f(x)",
        ] {
            assert!(!is_cfg(bad), "{bad}");
        }
    }

    #[test]
    fn conditions_of_c_are_told_from_other_text() {
        assert!(is_c_condition("defined(__APPLE__) && (__GNUC__ >= 4)"));
        for bad in ["", "a)", "(a", "a\nb", "a /* b", "a \\", "\"a\""] {
            assert!(!is_c_condition(bad), "{bad}");
        }
    }
}
