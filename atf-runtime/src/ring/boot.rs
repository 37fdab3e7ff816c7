//! Which boot of the machine this is. The pages of a ring of an earlier boot may have reached the disk
//! in any order; those of a ring of this boot are all in memory.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::OnceLock;

use crate::error::{Error, Result};

const BOOT_ID_PATH: &str = "/proc/sys/kernel/random/boot_id";

/// The kernel's id of this boot; all zero where there is none.
pub(crate) fn boot_id() -> [u8; 16] {
    read_boot_id().unwrap_or_default()
}

/// As [`boot_id`], or why it cannot be read now: a process that has no file left to open must not
/// take a ring for one of another boot.
///
/// # Errors
///
/// [`Error::Io`], where the system has ids but does not give its own.
pub(crate) fn read_boot_id() -> Result<[u8; 16]> {
    // It stays the same as long as this process runs.
    static KNOWN: OnceLock<[u8; 16]> = OnceLock::new();
    if let Some(id) = KNOWN.get() {
        return Ok(*id);
    }
    let path = Path::new(BOOT_ID_PATH);
    let id = match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).unwrap_or_default(),
        Err(error) if is_for_good(error.kind()) => [0; 16],
        Err(error) => return Err(Error::io(path, "read")(error)),
    };
    Ok(*KNOWN.get_or_init(|| id))
}

/// Whether asking again would not help: the system has no boot ids, or does not show them.
fn is_for_good(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::Unsupported)
}

/// The id as the manifest has it; `None` where there is none.
///
/// # Errors
///
/// As for [`read_boot_id`].
pub(crate) fn boot_id_text() -> Result<Option<String>> {
    Ok(text(read_boot_id()?))
}

/// Whether a session or ring of this boot says so, in the words of [`boot_id_text`]. False where either boot
/// is unknown.
///
/// # Errors
///
/// As for [`read_boot_id`].
pub(crate) fn is_this_boot(said: Option<&str>) -> Result<bool> {
    let now = read_boot_id()?;
    Ok(now != [0; 16] && said.and_then(parse) == Some(now))
}

fn text(id: [u8; 16]) -> Option<String> {
    let digits = format!("{:032x}", u128::from_be_bytes(id));
    let (first, rest) = digits.split_at(8);
    let groups = [&rest[..4], &rest[4..8], &rest[8..12], &rest[12..]];
    (id != [0; 16]).then(|| format!("{first}-{}", groups.join("-")))
}

/// The 16 bytes of a UUID's hexadecimal digits.
fn parse(text: &str) -> Option<[u8; 16]> {
    let digits = text.trim().replace('-', "");
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    Some(number.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_ids_are_the_bytes_of_their_digits() {
        let id = parse("00112233-4455-6677-8899-aabbccddeeff\n").unwrap();
        assert_eq!(id[..4], [0x00, 0x11, 0x22, 0x33]);
        assert_eq!(id[15], 0xFF);
        assert_eq!(parse("0011"), None);
        assert_eq!(parse("zz112233-4455-6677-8899-aabbccddeeff"), None);
        assert_eq!(text(id).as_deref(), Some("00112233-4455-6677-8899-aabbccddeeff"));
        assert_eq!(text([0; 16]), None);
    }

    #[test]
    fn only_the_id_of_this_boot_is_of_this_boot() {
        let now = boot_id_text().unwrap();
        assert_eq!(is_this_boot(now.as_deref()).unwrap(), now.is_some());
        let other = "00112233-4455-6677-8899-aabbccddeeff";
        let zeros = "00000000-0000-0000-0000-000000000000";
        for said in [None, Some(""), Some("this"), Some(other), Some(zeros)] {
            assert!(!is_this_boot(said).unwrap(), "{said:?}");
        }
    }
}
