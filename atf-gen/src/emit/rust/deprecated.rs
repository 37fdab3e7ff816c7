//! Marks constants as deprecated for the compiler, and silences it
//! where generated code itself has to name such a constant.

use super::string;
use crate::model::{Evolution, Format};

/// `#[deprecated]` with what to use instead; nothing for an element that is not.
pub(super) fn attribute(evolution: &Evolution) -> String {
    let instead = evolution.deprecated.as_deref();
    instead.map_or_else(String::new, |instead| {
        format!("#[deprecated(note = {})]", string(&instead.replace('\n', " ")))
    })
}

/// Lets an item use deprecated constants; nothing when the format has none.
pub(in crate::emit) fn allowed(format: &Format) -> &'static str {
    let constants = format.constants.iter().map(|constant| &constant.evolution);
    let values = format.enums.iter().flat_map(|owner| &owner.values).map(|value| &value.evolution);
    let bits = format.flags.iter().flat_map(|owner| &owner.bits).map(|bit| &bit.evolution);
    if constants.chain(values).chain(bits).any(|evolution| evolution.deprecated.is_some()) {
        "#[allow(deprecated, reason = \"deprecated items are still described\")]"
    } else {
        ""
    }
}
