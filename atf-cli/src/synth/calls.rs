//! The generated program: modules with functions, each of which calls a few others.

use atf_runtime::Event;
use atf_runtime::format::EventKind;
use atf_runtime::manifest::{Module, Symbol};

use super::random::{Random, mix};

const MODULES: [(&str, u64); 3] = [
    ("/opt/app/bin/app", 0x40_0000),
    ("/usr/lib/libui.so", 0x7F00_1000_0000),
    ("/usr/lib/libnet.so", 0x7F00_2000_0000),
];
const FUNCTIONS_PER_MODULE: u32 = 120;
/// Number of different functions that one function calls.
const CALLEES: u64 = 6;
const MAX_DEPTH: usize = 40;
/// One in this many calls ends in an exception.
const CALLS_PER_EXCEPTION: u64 = 200;

/// The modules, for the manifest.
pub(super) fn modules() -> Vec<Module> {
    let module = |(id, (path, base)): (u64, (&str, u64))| {
        let mut module = Module::new(id, path);
        module.base_address = format!("{base:#x}");
        module.size = u64::from(FUNCTIONS_PER_MODULE) * 64;
        module.uuid = format!("{:032x}", u128::from(mix(base)) << 64 | u128::from(mix(id)));
        module
    };
    (1..).zip(MODULES).map(module).collect()
}

/// The functions, for the manifest.
pub(super) fn symbols() -> Vec<Symbol> {
    let verbs = ["load", "parse", "update", "find", "draw", "send", "close", "hash"];
    let nouns = ["Config", "Frame", "Packet", "Layout", "Session"];
    let name = |module: u32, function: u32| {
        let (module, number) = (["app", "ui", "net"][module as usize - 1], function as usize);
        let (verb, noun) = (verbs[number % verbs.len()], nouns[number / verbs.len() % nouns.len()]);
        format!("{module}::{noun}::{verb}_{}", number / (verbs.len() * nouns.len()))
    };
    let modules = 1..=MODULES.len() as u32;
    modules
        .flat_map(|module| (0..FUNCTIONS_PER_MODULE).map(move |function| (module, function)))
        .map(|(module, function)| Symbol::new(module, function, name(module, function)))
        .collect()
}

/// The events of one thread, in order. The sequence does not end.
pub(super) struct Calls {
    /// The open calls, outermost first.
    stack: Vec<u64>,
    now_ns: u64,
    root: u64,
}

impl Calls {
    /// A thread whose first event is shortly after `start_ns`.
    pub(super) fn new(start_ns: u64, random: &mut Random) -> Self {
        let root = function(random.any());
        Self { stack: Vec::with_capacity(MAX_DEPTH), now_ns: start_ns, root }
    }

    /// The next event. `left` is the number of events after it: enough must remain for every open
    /// call to return.
    pub(super) fn next(&mut self, left: u64, random: &mut Random) -> Event {
        self.now_ns += gap_ns(random);
        let depth = self.stack.len();
        let must_return = depth as u64 >= left || depth == MAX_DEPTH;
        // A return becomes more likely with depth.
        let returns =
            depth > 0 && (must_return || random.below(MAX_DEPTH as u64) < depth as u64 + 8);
        let (function_id, event_kind) = match self.stack.last() {
            Some(&function_id) if returns => {
                self.stack.pop();
                let kind = if random.one_in(CALLS_PER_EXCEPTION) {
                    EventKind::EXCEPTION
                } else {
                    EventKind::RETURN
                };
                (function_id, kind)
            }
            caller => {
                let caller = caller.copied().unwrap_or(self.root);
                let callee = function(mix(caller).wrapping_add(random.below(CALLEES)));
                self.stack.push(callee);
                (callee, EventKind::CALL)
            }
        };
        // A call and its return have the same depth.
        let call_depth = if event_kind == EventKind::CALL { depth } else { depth - 1 };
        Event { timestamp_ns: self.now_ns, function_id, event_kind, call_depth: call_depth as u32 }
    }
}

/// Maps any number to a function.
fn function(number: u64) -> u64 {
    let number = mix(number);
    let module = number % MODULES.len() as u64 + 1;
    (module << 32) | ((number >> 32) % u64::from(FUNCTIONS_PER_MODULE))
}

/// The time between two events: mostly 15 to 1000 ns, as in a busy program, and rarely a long wait.
fn gap_ns(random: &mut Random) -> u64 {
    if random.one_in(4096) {
        return 50_000 + random.below(2_000_000);
    }
    15 + random.below(32) * random.below(32)
}
