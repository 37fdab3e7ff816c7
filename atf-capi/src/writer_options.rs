//! How a writer writes its files, and what their headers say of the machine.

use std::ffi::c_int;

use atf_runtime::format::{Arch, ClockType, EnumValue, Os};
use atf_runtime::{Platform, WriterOptions};

use crate::clock::machine;
use crate::failure::{Failure, Result};
use crate::guard::guard;
use crate::sized::{self, Extensible};

/// How a writer writes its files, and what their headers say of the machine. Fill it with atf_writer_options_init
/// first.
///
/// A tracer sets `create_parents`. A program that writes files of another machine, such as a converter, also sets
/// `arch`, `os` and `clock_type`; atf_verify reports a clock that is not the one of that operating system.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfWriterOptions {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// 1: missing directories above the files are created, for their owner only; after a failure, directories that
    /// were created may stay. 0 (default): a missing one is -ENOENT.
    pub create_parents: u32,
    /// Bytes per file that are collected before they are written; limited to 1 GiB.
    pub buffer_bytes: u64,
    /// 1 (default): sync the files when they are finalized. 0: a power loss may damage finalized files.
    pub sync_on_finalize: u32,
    /// The clock of the timestamps: an ATF_CLOCK_ constant; ATF_CLOCK_HOST (default). A detail.atf does not name it.
    pub clock_type: u32,
    /// The instruction set of the traced program: an ATF_ARCH_ constant; ATF_ARCH_HOST (default).
    pub arch: u32,
    /// The operating system of the traced program: an ATF_OS_ constant; ATF_OS_HOST (default).
    pub os: u32,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfWriterOptions {
    const NAME: &'static str = "AtfWriterOptions";
    const LEAST: usize = size_of::<Self>();
}

impl AtfWriterOptions {
    /// The defaults. Where the format has no number for this machine, all numbers of the machine are 0, which is refused
    /// unless the program sets them.
    fn usual() -> Self {
        let usual = WriterOptions::default();
        let host = Platform::host();
        Self {
            size: size_of::<Self>() as u32,
            create_parents: usual.create_parents.into(),
            buffer_bytes: usual.buffer_bytes as u64,
            sync_on_finalize: usual.sync_on_finalize.into(),
            clock_type: host.map_or(0, |host| host.clock_type.get().into()),
            arch: host.map_or(0, |host| host.arch.get().into()),
            os: host.map_or(0, |host| host.os.get().into()),
        }
    }

    fn writer(&self) -> WriterOptions {
        WriterOptions::default()
            .buffer_bytes(usize::try_from(self.buffer_bytes).unwrap_or(usize::MAX))
            .sync_on_finalize(self.sync_on_finalize != 0)
            .create_parents(self.create_parents != 0)
    }

    fn platform(&self) -> Result<Platform> {
        let arch = known(self.arch, "options.arch", Arch::VALUES)?;
        let os = known(self.os, "options.os", Os::VALUES)?;
        let clock_type = known_clock(self.clock_type, "options.clock_type")?;
        Ok(Platform::new(Arch::new(arch), Os::new(os), clock_type))
    }
}

/// What the caller asks of a writer: its options, or the defaults for NULL.
///
/// # Safety
///
/// NULL, or options that were initialized.
pub(crate) unsafe fn given(options: *const AtfWriterOptions) -> Result<(Platform, WriterOptions)> {
    let usual = AtfWriterOptions::usual();
    let options = if options.is_null() {
        usual
    } else {
        // SAFETY: not NULL; the rest is the caller's.
        unsafe { sized::read(options, usual, "options") }?
    };
    Ok((options.platform()?, options.writer()))
}

/// This machine, with any clock that the format lists: the tracer knows which one it reads.
pub(crate) fn machine_with_clock(clock_type: u8) -> Result<Platform> {
    Ok(Platform { clock_type: known_clock(clock_type.into(), "clock_type")?, ..machine()? })
}

fn known_clock(clock_type: u32, argument: &str) -> Result<ClockType> {
    Ok(ClockType::new(known(clock_type, argument, ClockType::VALUES)?))
}

/// A number that the format lists; its enums are bytes.
fn known(number: u32, argument: &str, listed: &[EnumValue]) -> Result<u8> {
    let is_listed = listed.iter().any(|it| it.value == u64::from(number));
    u8::try_from(number).ok().filter(|_| is_listed).ok_or_else(|| {
        let listed: Vec<String> =
            listed.iter().map(|it| format!("{} ({})", it.value, it.name)).collect();
        Failure::argument(argument, format!("one of {}", listed.join(", ")), number)
    })
}

/// Fills options with the defaults: `atf_writer_options_init(&options, sizeof options)`.
///
/// @param options Receives the defaults.
/// @param size `sizeof *options`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_options_init(
    options: *mut AtfWriterOptions,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(options, size, AtfWriterOptions::usual(), "options") })
}
