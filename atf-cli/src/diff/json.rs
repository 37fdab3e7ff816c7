//! The difference as JSON.

use atf_analysis::{Change, Difference, DifferenceRow};
use serde_json::{Value as Json, json};

use super::{both, name};
use crate::filters::NameArgs;

/// The object.
pub(super) fn object(difference: &Difference, names: NameArgs) -> Json {
    let functions = difference.rows().iter().map(|row| {
        json!({
            "function": name(&row.key, names),
            "module": row.key.module,
            "change": super::text::word(row.change),
            "calls": both(row, |it| it.calls),
            "total_ns": both(row, |it| it.total_ns),
            "self_ns": both(row, |it| it.self_ns),
        })
    });
    let those = |choose: fn(&DifferenceRow) -> bool| -> Json {
        let rows = difference.rows().iter().filter(|row| choose(row));
        rows.map(|row| name(&row.key, names)).collect()
    };
    json!({
        "functions": functions.collect::<Json>(),
        "only_in_a": those(|row| row.change == Change::Gone),
        "only_in_b": those(|row| row.change == Change::New),
        "beyond_threshold": those(|row| row.is_beyond_threshold),
        "threshold": difference.threshold(),
    })
}
