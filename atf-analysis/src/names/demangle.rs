//! From the name that a linker sees to the one in the source.

use std::fmt::{self, Write};

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

/// A longer name is not demangled, neither is one that would become longer: a few bytes can stand for gigabytes.
const MAX_LEN: usize = 16 * 1024;
/// Far below what overflows the stack of a thread; more than compilers nest.
const MAX_NESTING: u32 = 96;
/// What the demangler of Rust writes in place of what it cannot read.
const UNREADABLE: [&str; 3] =
    ["{invalid syntax}", "{recursion limit reached}", "{size limit reached}"];

/// The source name of a function of C++ or Rust; `None` if the name is not a mangled one.
///
/// The hash that Rust adds to names is left out. A symbol's version (`@GLIBC_2.2.5`) stays.
///
/// ```
/// use atf_analysis::names::demangle;
/// assert_eq!(demangle("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE").unwrap(), "core::fmt::Write::write_fmt");
/// assert_eq!(demangle("_RNvCs1234_7mycrate3foo").unwrap(), "mycrate::foo");
/// assert_eq!(demangle("_ZNSt6vectorIiSaIiEE9push_backEOi").unwrap(), "std::vector<int, std::allocator<int> >::push_back(int&&)");
/// assert_eq!(demangle("main"), None);
/// assert_eq!(demangle("_Z"), None);
/// ```
#[must_use]
pub fn demangle(name: &str) -> Option<String> {
    if name.len() > MAX_LEN || !name.starts_with('_') {
        return None;
    }
    // A version is no part of the mangled name.
    let (symbol, version) = name.split_at(name.find('@').unwrap_or(name.len()));
    // macOS puts an underscore before each symbol.
    let symbol = symbol.strip_prefix('_').filter(|rest| is_mangled(rest)).unwrap_or(symbol);
    let found = if symbol.starts_with("_R") || has_rust_hash(symbol) {
        rust(symbol)
    } else if is_mangled(symbol) {
        cpp(symbol)
    } else {
        None
    };
    found.map(|found| found + version)
}

fn is_mangled(symbol: &str) -> bool {
    // Three underscores: a block of Apple's extension of C.
    ["_Z", "_R", "___Z"].iter().any(|start| symbol.starts_with(start))
}

/// `_ZN...17h` and 16 hexadecimal digits: Rust before its own mangling.
fn has_rust_hash(symbol: &str) -> bool {
    let Some(at) = symbol.rfind("17h").filter(|_| symbol.starts_with("_ZN")) else { return false };
    let hash = symbol.as_bytes()[at + 3..].first_chunk::<17>();
    hash.is_some_and(|hash| hash[..16].iter().all(u8::is_ascii_hexdigit) && hash[16] == b'E')
}

fn rust(symbol: &str) -> Option<String> {
    let demangled = rustc_demangle::try_demangle(symbol).ok()?;
    let mut text = Limited(String::new());
    write!(text, "{demangled:#}").ok()?;
    let is_complete = !UNREADABLE.iter().any(|it| text.0.contains(it));
    is_complete.then_some(text.0)
}

fn cpp(symbol: &str) -> Option<String> {
    let parsing = ParseOptions::default().recursion_limit(MAX_NESTING);
    let symbol = Symbol::new_with_options(symbol, &parsing).ok()?;
    let mut text = Limited(String::new());
    let writing = DemangleOptions::default().recursion_limit(MAX_NESTING);
    symbol.structured_demangle(&mut text, &writing).ok()?;
    Some(text.0)
}

/// Text up to [`MAX_LEN`] bytes. More is an error, which ends the demangling.
struct Limited(String);

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_LEN {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cpp_and_rust_are_demangled() {
        for (mangled, expected) in [
            ("_Z3addii", "add(int, int)"),
            ("__Z3addii", "add(int, int)"),
            ("_ZN3foo3barEv", "foo::bar()"),
            ("_ZN3foo3barEv@@LIB_1.0", "foo::bar()@@LIB_1.0"),
            ("_ZN12_GLOBAL__N_14helpEv.part.0", "(anonymous namespace)::help() [clone .part.0]"),
            ("_ZN3std2io5Write5flush17h0123456789abcdefE", "std::io::Write::flush"),
            ("__ZN3std2io5Write5flush17h0123456789abcdefE", "std::io::Write::flush"),
            (
                "_ZN4core3ptr24drop_in_place$LT$i32$GT$17h0123456789abcdefE",
                "core::ptr::drop_in_place<i32>",
            ),
            ("_ZN3std2io5Write5flush17h0123456789abcdefE.llvm.1234ABCD", "std::io::Write::flush"),
            ("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"),
            ("_RNCNvC7mycrate3foo0", "mycrate::foo::{closure#0}"),
        ] {
            assert_eq!(demangle(mangled).as_deref(), Some(expected), "{mangled}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "",
            "_",
            "__",
            "main",
            "_start",
            "__libc_start_main",
            "Z3addii",
            "RNvC1a1b",
            "_Z",
            "_ZN",
            "_R",
            "_Zfoo",
            "_Real",
            "?f@@YAXXZ",
            "$s4main3fooyyF",
            "_ZN3fooEv\n",
            "größe",
            "_größe@",
            "___",
            "@",
            "_@_Z3addii",
            "_ZN17h",
            "_ZN3foo17hE",
        ] {
            assert_eq!(demangle(name), None, "{name}");
        }
    }

    // Each back reference doubles what it refers to: 30 of them would be a name of gigabytes.
    #[test]
    fn name_that_would_become_huge_is_not_demangled() {
        let mut types = "St4pairIiiE".to_owned();
        for at in 0..40 {
            let last = if at == 0 { "S0_".to_owned() } else { format!("S{}_", base36(at)) };
            types.push_str(&format!("St4pairI{last}{last}E"));
        }
        let name = format!("_Z1f{types}");
        let _ = demangle(&name);
        assert_eq!(demangle(&format!("_Z1f{}", "PFv".repeat(6000))), None);
        assert_eq!(demangle(&"_Z".repeat(20_000)), None);
    }

    fn base36(number: u32) -> String {
        let digit = char::from_digit(number % 36, 36).unwrap().to_ascii_uppercase();
        if number < 36 { digit.to_string() } else { base36(number / 36) + &digit.to_string() }
    }
}
