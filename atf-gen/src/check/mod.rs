//! One file per rule. Each reads the resolved model and reports what breaks the rule;
//! none depends on another having run.

mod layout;

use crate::diagnostic::Diagnostics;
use crate::model::Format;

/// Runs every rule.
pub(crate) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    layout::check(format, diagnostics);
}
