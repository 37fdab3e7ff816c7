//! Integers that jq 1.6 and JavaScript cannot hold, as strings.

use serde_json::Value as Json;

use crate::numbers::MAX_EXACT_DOUBLE;

/// Replaces each integer above 2^53 in a value by a string of its digits.
pub(crate) fn of_large_integers(value: &mut Json) {
    match value {
        Json::Number(number) => {
            if let Some(large) = number.as_u64().filter(|&number| number > MAX_EXACT_DOUBLE) {
                *value = large.to_string().into();
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(of_large_integers),
        Json::Object(members) => members.values_mut().for_each(of_large_integers),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_integers_beyond_the_exact_ones_become_strings() {
        let mut value =
            json!({"a": [1_u64 << 53, (1_u64 << 53) + 1], "b": {"c": u64::MAX, "d": 1.5}});
        of_large_integers(&mut value);
        let expected = json!({
            "a": [1_u64 << 53, "9007199254740993"],
            "b": {"c": "18446744073709551615", "d": 1.5},
        });
        assert_eq!(value, expected);
    }
}
