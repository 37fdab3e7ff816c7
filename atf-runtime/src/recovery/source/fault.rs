//! Which errors are faults of a file's bytes, and which of these faults a ring makes good.

use crate::error::{Error, Fault, FaultKind, Result};

/// Separates wrong bytes, which go into the plan, from a file that cannot be read, which is an error.
pub(in crate::recovery) fn split_fault<T>(result: Result<T>) -> Result<Result<T, Fault>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Malformed { fault, .. }) => Ok(Err(*fault)),
        Err(error) => Err(error),
    }
}

/// Whether recovery makes a header with this fault again from the ring. It does if the header was
/// truncated or overwritten, or did not reach the disk. It does not if a newer version may have
/// written it.
pub(super) fn is_rebuilt(fault: &Fault) -> bool {
    use FaultKind::{BadByteOrder, BadMagic, Truncated, Zeroed};
    matches!(fault.kind, Truncated | BadMagic | BadByteOrder | Zeroed)
}
