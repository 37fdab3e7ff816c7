//! Kinds of events by name.

use atf_runtime::format::EventKind;

use super::error::FilterError;

/// The kind of that name in the schema, or of that number.
///
/// ```
/// use atf_analysis::filter::parse_kind;
/// use atf_runtime::format::EventKind;
/// assert_eq!(parse_kind("exception"), Ok(EventKind::EXCEPTION));
/// assert_eq!(parse_kind("77"), Ok(EventKind::new(77)));
/// assert!(parse_kind("throw").is_err());
/// ```
///
/// # Errors
///
/// If it is neither.
pub fn parse_kind(text: &str) -> Result<EventKind, FilterError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok()).flatten();
    let named = EventKind::VALUES.iter().find(|kind| kind.name == text);
    let named = named.and_then(|kind| u32::try_from(kind.value).ok());
    named.or(number).map(EventKind::new).ok_or_else(|| {
        let names: Vec<&str> = EventKind::VALUES.iter().map(|kind| kind.name).collect();
        FilterError::new(format!(
            "expected a kind of event ({}) or its number, for example exception",
            names.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_name() {
        for kind in EventKind::VALUES {
            assert_eq!(parse_kind(kind.name).map(|it| u64::from(it.get())), Ok(kind.value));
        }
        for text in ["", "Call", "calls", "-1", "4294967296", "1.0"] {
            let error = parse_kind(text).expect_err(text).to_string();
            assert!(
                error.contains("call, return, exception") && error.contains("for example"),
                "{error}"
            );
        }
    }
}
