//! Numbers of variable length: seven bits in each byte, the lowest first; the highest bit says that more follow.

pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_have_the_bytes_of_the_format() {
        let bytes = |number| {
            let mut bytes = Vec::new();
            super::put(&mut bytes, number);
            bytes
        };
        assert_eq!((bytes(0), bytes(127), bytes(128)), (vec![0], vec![127], vec![128, 1]));
        assert_eq!(bytes(u64::MAX), [vec![0xFF; 9], vec![1]].concat());
    }
}
