//! Which boot of the machine this is: power that was lost since tells rings whose pages may have
//! reached the disk in any order from those that the kernel still holds whole.

const BOOT_ID_PATH: &str = "/proc/sys/kernel/random/boot_id";

/// The kernel's id of this boot; all zero where there is none to be had.
pub(crate) fn boot_id() -> [u8; 16] {
    std::fs::read_to_string(BOOT_ID_PATH).ok().and_then(|text| parse(&text)).unwrap_or_default()
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
    }
}
