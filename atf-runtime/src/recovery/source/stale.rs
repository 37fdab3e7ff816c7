//! Which bytes of a ring did not reach the disk before the machine was restarted. Called for rings of an
//! earlier boot only.

/// Whether bytes of a ring are zero, or are what the same place held one lap earlier: then this page of
/// the ring may never have reached the disk.
///
/// The bytes are at `position` of a lane whose buffer has `capacity` bytes. `file` holds the lane's
/// bytes that are in its file.
pub(super) fn is_stale(bytes: &[u8], position: u64, capacity: u64, file: &[u8]) -> bool {
    let is_zero = bytes.iter().all(|&byte| byte == 0);
    let before = position.checked_sub(capacity).and_then(|at| usize::try_from(at).ok());
    let before = before.and_then(|at| file.get(at..)?.get(..bytes.len()));
    is_zero || before == Some(bytes)
}
