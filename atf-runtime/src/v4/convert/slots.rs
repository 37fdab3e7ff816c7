//! The registers of an event in v2's function payload: each goes, by its name in upper or lower case, to the
//! slot that the architecture has for it.

use super::super::entries::Registers;
use crate::format::{Arch, DetailEventType, DetailFunctionPayload};
use crate::writer::FunctionDetail;

/// Slots beside the numbered registers, and what registers are called that they hold.
const LINK: &[&str] = &["lr"];
const FRAME: &[&str] = &["fp"];
const STACK: &[&str] = &["sp"];
const ARM64_LINK: &[&str] = &["lr", "x30"];
const ARM64_FRAME: &[&str] = &["fp", "x29"];

/// The slots of an architecture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    on_call: &'static [&'static str],
    on_return: &'static [&'static str],
    link: &'static [&'static str],
    frame: &'static [&'static str],
    /// A register that has a numbered slot at a call, and is the frame pointer too.
    also_frame: Option<&'static str>,
    /// The same of the stack pointer.
    also_stack: Option<&'static str>,
}

/// A slot that got a value.
#[derive(Clone, Copy, Default)]
struct Slot(Option<u64>);

impl Slot {
    /// Sets the value; false if there was another one, which is lost then.
    fn set(&mut self, value: u64) -> bool {
        self.0.replace(value).is_none_or(|before| before == value)
    }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

impl Slots {
    pub(super) fn of(arch: Arch) -> Self {
        let names = |event_type| DetailFunctionPayload::x_regs_names(arch, event_type);
        let is_arm64 = arch == Arch::ARM64;
        let is_x86_64 = arch == Arch::X86_64;
        Self {
            on_call: names(DetailEventType::FUNCTION_CALL),
            on_return: names(DetailEventType::FUNCTION_RETURN),
            link: if is_arm64 { ARM64_LINK } else { LINK },
            frame: if is_arm64 { ARM64_FRAME } else { FRAME },
            also_frame: is_x86_64.then_some("rbp"),
            also_stack: is_x86_64.then_some("rsp"),
        }
    }

    /// The registers of a call or a return, without stack; `None` if none of them has a slot.
    /// `not_kept` is called with the name of each value that is not in the payload.
    pub(super) fn fill(
        &self,
        registers: Registers<'_>,
        is_return: bool,
        mut not_kept: impl FnMut(&str),
    ) -> Option<FunctionDetail<'static>> {
        let names = if is_return { self.on_return } else { self.on_call };
        let mut numbered = [Slot::default(); 8];
        let [mut link, mut frame, mut stack, mut also_frame, mut also_stack] = [Slot::default(); 5];
        let mut is_any = false;
        for (name, value) in &registers {
            let (mut is_kept, mut is_lost) = (false, false);
            let mut put = |slot: &mut Slot| {
                is_kept = true;
                is_lost |= !slot.set(value);
            };
            let at = names.iter().position(|known| known.eq_ignore_ascii_case(name));
            if let Some(slot) = at.and_then(|at| numbered.get_mut(at)) {
                put(slot);
            }
            for (is_meant, slot) in [
                (is_one_of(self.link, name), &mut link),
                (is_one_of(self.frame, name), &mut frame),
                (is_one_of(STACK, name), &mut stack),
                (is_one_of(self.also_frame.as_slice(), name), &mut also_frame),
                (is_one_of(self.also_stack.as_slice(), name), &mut also_stack),
            ] {
                if is_meant {
                    put(slot);
                }
            }
            is_any |= is_kept;
            if !is_kept || is_lost {
                not_kept(name);
            }
        }
        let value = |slot: Slot| slot.0.unwrap_or(0);
        // A pointer that was recorded under its own name comes first.
        for (own, also, name) in
            [(&mut frame, also_frame, self.also_frame), (&mut stack, also_stack, self.also_stack)]
        {
            let Some(found) = also.0 else { continue };
            if !Slot(own.0).set(found) && is_return {
                // At a return it has no numbered slot that keeps it.
                not_kept(name.unwrap_or_default());
            }
            own.0 = own.0.or(also.0);
        }
        is_any.then(|| FunctionDetail {
            x_regs: numbered.map(value),
            lr: value(link),
            fp: value(frame),
            sp: value(stack),
            stack: &[],
        })
    }
}
