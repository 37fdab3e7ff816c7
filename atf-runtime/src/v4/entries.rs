//! Registers and arguments of an event, read from the message each time they are asked for: a map
//! of protobuf is a list of small messages, and copying it would allocate.

use std::collections::BTreeMap;
use std::fmt;

use super::damage::Damage;
use super::wire::{Fields, Key};

/// Where in a message the elements of a list are. The message was decoded before, so that walking
/// it again cannot fail.
///
/// A payload may be split into several parts, which protobuf reads as one: the fields numbered
/// `payload` between `start` and `end`. All that is in that range has that number, or is unknown.
#[derive(Clone, Copy, Default)]
pub(super) struct Run<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) start: usize,
    pub(super) end: usize,
    /// Field number of the payload in the event.
    pub(super) payload: u32,
}

/// Walks the fields numbered `element` of all parts of a payload.
#[derive(Clone, Debug)]
struct Elements<'a> {
    fields: Fields<'a>,
    /// Where the part that is walked ends.
    part_end: usize,
    end: usize,
    payload: u32,
    element: u32,
}

impl<'a> Run<'a> {
    fn elements(self, element: u32) -> Elements<'a> {
        let Self { bytes, start, end, payload } = self;
        let fields = Fields::new(bytes, start, u32::MAX);
        Elements { fields, part_end: start, end, payload, element }
    }
}

impl Elements<'_> {
    /// Steps to the next element; its value is in the fields.
    fn next(&mut self) -> Result<Option<Key>, Damage> {
        loop {
            while let Some(key) = self.fields.key(self.part_end, "")? {
                if key.number == self.element {
                    return Ok(Some(key));
                }
                self.fields.skip(key, self.part_end, "")?;
            }
            match self.fields.key(self.end, "")? {
                None => return Ok(None),
                Some(key) if key.number == self.payload => {
                    self.part_end = self.fields.length(key, self.end, "")?;
                }
                Some(key) => {
                    self.fields.skip(key, self.end, "")?;
                    self.part_end = self.fields.at();
                }
            }
        }
    }
}

/// Field number of the registers in a call, a return and a signal.
pub(super) const REGISTERS: u32 = 3;
/// Field number of the arguments in a trace start.
pub(super) const ARGUMENTS: u32 = 2;

/// An entry of a map, from its fields up to `end`.
#[inline]
pub(super) fn register<'a>(
    fields: &mut Fields<'a>,
    end: usize,
    field: &'static str,
) -> Result<(&'a str, u64), Damage> {
    let (mut name, mut value) = ("", 0);
    while let Some(key) = fields.key(end, field)? {
        match key.number {
            1 => name = fields.string(key, end, field)?,
            2 => value = fields.integer(key, end, field)?,
            _ => fields.skip(key, end, field)?,
        }
    }
    Ok((name, value))
}

/// Registers by name, as they are stored.
///
/// Names are the recorder's, in any case. A name that is stored twice comes twice; the last one
/// counts, as in [`get`](Self::get) and [`to_map`](Self::to_map).
#[derive(Clone, Copy, Default)]
pub struct Registers<'a>(pub(super) Run<'a>);

impl<'a> Registers<'a> {
    /// Names and values in the order of the file.
    #[must_use]
    pub fn iter(&self) -> RegisterIter<'a> {
        RegisterIter(self.0.elements(REGISTERS))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The value of a register, by its exact name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u64> {
        self.iter().filter(|(known, _)| *known == name).last().map(|(_, value)| value)
    }

    /// All of them by name.
    #[must_use]
    pub fn to_map(&self) -> BTreeMap<&'a str, u64> {
        self.iter().collect()
    }
}

/// Iterator of [`Registers::iter`].
#[derive(Clone, Debug)]
pub struct RegisterIter<'a>(Elements<'a>);

impl<'a> Iterator for RegisterIter<'a> {
    type Item = (&'a str, u64);

    fn next(&mut self) -> Option<Self::Item> {
        let elements = &mut self.0;
        let key = elements.next().ok()??;
        let end = elements.fields.length(key, elements.part_end, "").ok()?;
        register(&mut elements.fields, end, "").ok()
    }
}

impl<'a> IntoIterator for &Registers<'a> {
    type Item = (&'a str, u64);
    type IntoIter = RegisterIter<'a>;

    fn into_iter(self) -> RegisterIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Registers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// Equal if the same names have the same values.
impl PartialEq for Registers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.to_map() == other.to_map()
    }
}

/// The arguments of the traced program.
#[derive(Clone, Copy, Default)]
pub struct Arguments<'a>(pub(super) Run<'a>);

impl<'a> Arguments<'a> {
    /// The arguments in their order.
    #[must_use]
    pub fn iter(&self) -> ArgumentIter<'a> {
        ArgumentIter(self.0.elements(ARGUMENTS))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// Iterator of [`Arguments::iter`].
#[derive(Clone, Debug)]
pub struct ArgumentIter<'a>(Elements<'a>);

impl<'a> Iterator for ArgumentIter<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let elements = &mut self.0;
        let key = elements.next().ok()??;
        elements.fields.string(key, elements.part_end, "").ok()
    }
}

impl<'a> IntoIterator for &Arguments<'a> {
    type Item = &'a str;
    type IntoIter = ArgumentIter<'a>;

    fn into_iter(self) -> ArgumentIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Arguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl PartialEq for Arguments<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
