//! Shortens names for messages.

/// `name`, cut to 80 characters.
pub(crate) fn shorten(name: &str) -> String {
    if name.chars().count() <= 80 {
        return name.to_owned();
    }
    name.chars().take(77).chain("...".chars()).collect()
}
