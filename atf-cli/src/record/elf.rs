//! What an ELF file says of its functions: their names, and which of them are instrumented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use atf_record::protocol::{Place, PlaceKind};
use object::read::ReadCache;
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

const HOOK: &[u8] = b"__cyg_profile_func_enter";
/// An entry of XRay's table.
const SLED_BYTES: usize = 32;

/// The functions of a module, by their addresses in the file; these are offsets from the module's base.
#[derive(Clone, Debug, Default)]
pub(super) struct Functions {
    /// Names by address.
    pub(super) names: BTreeMap<u64, Name>,
    /// Functions that call the hooks.
    pub(super) calling: BTreeSet<u64>,
    /// XRay's sleds.
    pub(super) sleds: Vec<Place>,
    /// In hexadecimal digits; empty without one.
    pub(super) build_id: String,
    /// Whether no interpreter, so no dynamic linker, loads it. True for libraries as well.
    pub(super) is_static: bool,
}

/// A function's name and length.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    len: u64,
}

impl Functions {
    /// Reads a file; nothing if it is no ELF file of this machine.
    pub(super) fn read(path: &Path) -> Self {
        Self::try_read(path).unwrap_or_default()
    }

    fn try_read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok().filter(|it| it.metadata().is_ok_and(|it| it.is_file()))?;
        let cache = ReadCache::new(BufReader::new(file));
        let elf = object::File::parse(&cache).ok()?;
        let mut functions = Self { names: names(&elf), ..Self::default() };
        let id = elf.build_id().ok().flatten().unwrap_or_default();
        functions.build_id = crate::numbers::hex(id);
        functions.is_static = elf.section_by_name(".interp").is_none();
        if let Some(section) = elf.section_by_name("xray_instr_map") {
            functions.sleds = sleds(section.address(), section.data().unwrap_or_default());
        }
        functions.calling = functions.callers(&elf);
        Some(functions)
    }

    /// Addresses of the instrumented functions.
    pub(super) fn traceable(&self) -> BTreeSet<u64> {
        let sleds = self.sleds.iter().map(|sled| u64::from(sled.function));
        sleds.chain(self.calling.iter().copied()).collect()
    }

    /// The name of the function that an address is in.
    pub(super) fn name_of(&self, address: u64) -> Option<&str> {
        let (&start, name) = self.names.range(..=address).next_back()?;
        (address == start || address - start < name.len).then_some(name.text.as_str())
    }

    fn start_of(&self, address: u64) -> Option<u64> {
        let (&start, name) = self.names.range(..=address).next_back()?;
        (address - start < name.len).then_some(start)
    }

    /// Functions that contain a call of the hook.
    fn callers<'d, R: object::ReadRef<'d>>(&self, elf: &object::File<'d, R>) -> BTreeSet<u64> {
        let targets = targets(elf);
        let slots = slots(elf);
        if targets.is_empty() && slots.is_empty() {
            return BTreeSet::new();
        }
        let mut found = BTreeSet::new();
        for section in elf.sections().filter(|it| it.kind() == object::SectionKind::Text) {
            let Ok(code) = section.data() else { continue };
            let calls = calls(code, section.address(), &targets, &slots);
            found.extend(calls.filter_map(|address| self.start_of(address)));
        }
        found
    }
}

/// Names of all functions. Of several at one address the first global one.
fn names<'d, R: object::ReadRef<'d>>(elf: &object::File<'d, R>) -> BTreeMap<u64, Name> {
    let mut names: BTreeMap<u64, (bool, Name)> = BTreeMap::new();
    for symbol in elf.symbols().chain(elf.dynamic_symbols()) {
        if symbol.kind() != SymbolKind::Text || symbol.address() == 0 || symbol.is_undefined() {
            continue;
        }
        // A name that is not Unicode costs only itself.
        let Ok(text) = symbol.name_bytes() else { continue };
        let text = String::from_utf8_lossy(text).into_owned();
        let name = Name { text, len: symbol.size() };
        let entry = (symbol.is_global(), name);
        let known = names.get(&symbol.address());
        if known.is_none_or(|(is_global, known)| {
            !is_global && entry.0 || known.len == 0 && entry.1.len > 0
        }) {
            names.insert(symbol.address(), entry);
        }
    }
    names.into_iter().map(|(address, (_, name))| (address, name)).collect()
}

/// Slots of the global offset table that hold the hook's address.
fn slots<'d, R: object::ReadRef<'d>>(elf: &object::File<'d, R>) -> BTreeSet<u64> {
    let Some(relocations) = elf.dynamic_relocations() else { return BTreeSet::new() };
    let table = elf.dynamic_symbol_table();
    let is_hook = |target| match (target, &table) {
        (RelocationTarget::Symbol(index), Some(table)) => {
            use object::ObjectSymbolTable;
            let symbol = table.symbol_by_index(index);
            symbol.is_ok_and(|symbol| symbol.name_bytes().is_ok_and(|name| name == HOOK))
        }
        _ => false,
    };
    relocations.filter(|(_, it)| is_hook(it.target())).map(|(address, _)| address).collect()
}

/// Addresses that lead to the hook: its stubs in the procedure linkage table, and itself if it is in the file.
fn targets<'d, R: object::ReadRef<'d>>(elf: &object::File<'d, R>) -> BTreeSet<u64> {
    let slots = slots(elf);
    let own = elf.symbols().filter(|it| !it.is_undefined() && it.name_bytes() == Ok(HOOK));
    let mut targets: BTreeSet<u64> = own.map(|it| it.address()).collect();
    for section in elf.sections() {
        if !section.name().is_ok_and(|name| name.starts_with(".plt")) {
            continue;
        }
        let Ok(code) = section.data() else { continue };
        // jmp *slot(%rip), in stubs of 16 bytes or of 8.
        for (at, window) in code.windows(6).enumerate() {
            let jump = window.strip_prefix(&[0xFF, 0x25]).and_then(|it| it.first_chunk());
            let Some(&distance) = jump else { continue };
            let next = section.address() + at as u64 + 6;
            if slots.contains(&next.wrapping_add_signed(i32::from_le_bytes(distance).into())) {
                let address = section.address() + at as u64;
                targets.extend([address, address & !15, address & !7]);
            }
        }
    }
    targets
}

/// Places of calls: of a target, or through a slot.
fn calls<'a>(
    code: &'a [u8],
    start: u64,
    targets: &'a BTreeSet<u64>,
    slots: &'a BTreeSet<u64>,
) -> impl Iterator<Item = u64> + 'a {
    let to = move |at: usize, len: u64, bytes: &[u8]| {
        let &distance = bytes.first_chunk()?;
        Some((start + at as u64 + len).wrapping_add_signed(i32::from_le_bytes(distance).into()))
    };
    (0..code.len()).filter_map(move |at| {
        let is_call = match code[at..] {
            [0xE8, ref rest @ ..] => to(at, 5, rest).is_some_and(|it| targets.contains(&it)),
            [0xFF, 0x15, ref rest @ ..] => to(at, 6, rest).is_some_and(|it| slots.contains(&it)),
            _ => false,
        };
        is_call.then_some(start + at as u64)
    })
}

/// XRay's table, version 2: each entry says where it lies relative to itself.
fn sleds(start: u64, table: &[u8]) -> Vec<Place> {
    let sled = |(at, entry): (usize, &[u8])| {
        let here = start + (at * SLED_BYTES) as u64;
        let relative = |from: usize| {
            let &bytes = entry.get(from..)?.first_chunk()?;
            let address = (here + from as u64).wrapping_add_signed(i64::from_le_bytes(bytes));
            u32::try_from(address).ok()
        };
        let kind = match entry.get(16)? {
            0 | 3 => PlaceKind::XrayEntry,
            1 => PlaceKind::XrayExit,
            2 => PlaceKind::XrayTail,
            _ => return None,
        };
        if *entry.get(18)? < 2 {
            return None;
        }
        Some(Place { offset: relative(0)?, kind, function: relative(8)? })
    };
    table.chunks_exact(SLED_BYTES).enumerate().filter_map(sled).collect()
}
