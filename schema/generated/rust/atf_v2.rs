// Generated from atf-v2.toml by `cargo run -p atf-gen -- generate`; do not edit.

/// Name of the format: ADA Trace Format v2.
///
/// Function call and return traces. Each thread of the traced process has its own
/// files: an index lane with one fixed-size event per call, return, exception or signal,
/// and, if detail was recorded, a detail lane with registers and stack bytes. Events of the
/// two lanes refer to each other by sequence.
pub const FORMAT_NAME: &str = "atf-v2";
/// Version of the format, as stored on disk.
pub const FORMAT_VERSION: u8 = 1;
/// Revision of the format: counts compatible additions; not stored on disk.
pub const FORMAT_REVISION: u32 = 1;
/// Versions on disk that a reader of this format accepts.
pub const READS: &[u8] = &[1];
/// Value of `detail_seq` in an index event that has no detail event.
pub const NO_DETAIL_SEQ: u32 = 0xFFFF_FFFF;
/// Maximum of stack bytes in one function payload; 128 is the usual setting.
pub const MAX_STACK_BYTES: u16 = 256;
/// The buffers of a ring start at multiples of this many bytes. The capacity of a buffer is a power of two and at least this many bytes.
///
/// Since revision 1.
pub const RING_ALIGN: u32 = 4096;

/// Instruction set of the traced process.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct Arch(u8);

impl Arch {
    /// 64-bit x86.
    ///
    /// `x86_64`, 1.
    pub const X86_64: Self = Self::new(1);
    /// 64-bit ARM (AArch64).
    ///
    /// `arm64`, 2.
    pub const ARM64: Self = Self::new(2);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "x86_64",
            value: 1,
            doc: "64-bit x86.",
        },
        EnumValue {
            name: "arm64",
            value: 2,
            doc: "64-bit ARM (AArch64).",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::X86_64 => ::core::option::Option::Some("x86_64"),
            Self::ARM64 => ::core::option::Option::Some("arm64"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "x86_64" => ::core::option::Option::Some(Self::X86_64),
            "arm64" => ::core::option::Option::Some(Self::ARM64),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }

    /// The value of the target machine, or `None` if the schema has none for it.
    #[must_use]
    pub const fn host() -> ::core::option::Option<Self> {
        if ::core::cfg!(target_arch = "x86_64") {
            return ::core::option::Option::Some(Self::X86_64);
        }
        if ::core::cfg!(target_arch = "aarch64") {
            return ::core::option::Option::Some(Self::ARM64);
        }
        ::core::option::Option::None
    }
}

impl ::core::fmt::Display for Arch {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for Arch {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "Arch({name})"),
            ::core::option::Option::None => ::core::write!(f, "Arch({})", self.get()),
        }
    }
}

impl ::core::convert::From<u8> for Arch {
    fn from(value: u8) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<Arch> for u8 {
    fn from(value: Arch) -> Self {
        value.get()
    }
}

/// Operating system of the traced process.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct Os(u8);

impl Os {
    /// iOS.
    ///
    /// `ios`, 1.
    pub const IOS: Self = Self::new(1);
    /// Android.
    ///
    /// `android`, 2.
    pub const ANDROID: Self = Self::new(2);
    /// macOS.
    ///
    /// `macos`, 3.
    pub const MACOS: Self = Self::new(3);
    /// Linux.
    ///
    /// `linux`, 4.
    pub const LINUX: Self = Self::new(4);
    /// Windows.
    ///
    /// `windows`, 5.
    pub const WINDOWS: Self = Self::new(5);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "ios",
            value: 1,
            doc: "iOS.",
        },
        EnumValue {
            name: "android",
            value: 2,
            doc: "Android.",
        },
        EnumValue {
            name: "macos",
            value: 3,
            doc: "macOS.",
        },
        EnumValue {
            name: "linux",
            value: 4,
            doc: "Linux.",
        },
        EnumValue {
            name: "windows",
            value: 5,
            doc: "Windows.",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::IOS => ::core::option::Option::Some("ios"),
            Self::ANDROID => ::core::option::Option::Some("android"),
            Self::MACOS => ::core::option::Option::Some("macos"),
            Self::LINUX => ::core::option::Option::Some("linux"),
            Self::WINDOWS => ::core::option::Option::Some("windows"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "ios" => ::core::option::Option::Some(Self::IOS),
            "android" => ::core::option::Option::Some(Self::ANDROID),
            "macos" => ::core::option::Option::Some(Self::MACOS),
            "linux" => ::core::option::Option::Some(Self::LINUX),
            "windows" => ::core::option::Option::Some(Self::WINDOWS),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }

    /// The value of the target machine, or `None` if the schema has none for it.
    #[must_use]
    pub const fn host() -> ::core::option::Option<Self> {
        if ::core::cfg!(target_os = "ios") {
            return ::core::option::Option::Some(Self::IOS);
        }
        if ::core::cfg!(target_os = "android") {
            return ::core::option::Option::Some(Self::ANDROID);
        }
        if ::core::cfg!(target_os = "macos") {
            return ::core::option::Option::Some(Self::MACOS);
        }
        if ::core::cfg!(target_os = "linux") {
            return ::core::option::Option::Some(Self::LINUX);
        }
        if ::core::cfg!(target_os = "windows") {
            return ::core::option::Option::Some(Self::WINDOWS);
        }
        ::core::option::Option::None
    }
}

impl ::core::fmt::Display for Os {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for Os {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "Os({name})"),
            ::core::option::Option::None => ::core::write!(f, "Os({})", self.get()),
        }
    }
}

impl ::core::convert::From<u8> for Os {
    fn from(value: u8) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<Os> for u8 {
    fn from(value: Os) -> Self {
        value.get()
    }
}

/// Clock of the timestamps. Each clock is continuous: it keeps running while the machine sleeps.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct ClockType(u8);

impl ClockType {
    /// `mach_continuous_time` of macOS and iOS.
    ///
    /// `mach_continuous`, 1.
    pub const MACH_CONTINUOUS: Self = Self::new(1);
    /// `QueryPerformanceCounter` of Windows.
    ///
    /// `qpc`, 2.
    pub const QPC: Self = Self::new(2);
    /// `CLOCK_BOOTTIME` of Linux and Android.
    ///
    /// `boottime`, 3.
    pub const BOOTTIME: Self = Self::new(3);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "mach_continuous",
            value: 1,
            doc: "`mach_continuous_time` of macOS and iOS.",
        },
        EnumValue {
            name: "qpc",
            value: 2,
            doc: "`QueryPerformanceCounter` of Windows.",
        },
        EnumValue {
            name: "boottime",
            value: 3,
            doc: "`CLOCK_BOOTTIME` of Linux and Android.",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::MACH_CONTINUOUS => ::core::option::Option::Some("mach_continuous"),
            Self::QPC => ::core::option::Option::Some("qpc"),
            Self::BOOTTIME => ::core::option::Option::Some("boottime"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "mach_continuous" => ::core::option::Option::Some(Self::MACH_CONTINUOUS),
            "qpc" => ::core::option::Option::Some(Self::QPC),
            "boottime" => ::core::option::Option::Some(Self::BOOTTIME),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }

    /// The value of the target machine, or `None` if the schema has none for it.
    #[must_use]
    pub const fn host() -> ::core::option::Option<Self> {
        if ::core::cfg!(any(target_os = "macos", target_os = "ios")) {
            return ::core::option::Option::Some(Self::MACH_CONTINUOUS);
        }
        if ::core::cfg!(target_os = "windows") {
            return ::core::option::Option::Some(Self::QPC);
        }
        if ::core::cfg!(any(target_os = "linux", target_os = "android")) {
            return ::core::option::Option::Some(Self::BOOTTIME);
        }
        ::core::option::Option::None
    }
}

impl ::core::fmt::Display for ClockType {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for ClockType {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "ClockType({name})"),
            ::core::option::Option::None => ::core::write!(f, "ClockType({})", self.get()),
        }
    }
}

impl ::core::convert::From<u8> for ClockType {
    fn from(value: u8) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<ClockType> for u8 {
    fn from(value: ClockType) -> Self {
        value.get()
    }
}

/// What an index event records.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct EventKind(::zerocopy::little_endian::U32);

impl EventKind {
    /// The function was entered.
    ///
    /// `call`, 1.
    pub const CALL: Self = Self::new(1);
    /// The function returned.
    ///
    /// `return`, 2.
    pub const RETURN: Self = Self::new(2);
    /// An exception left the function.
    ///
    /// `exception`, 3.
    pub const EXCEPTION: Self = Self::new(3);
    /// Events were lost here: `function_id` holds their number, and the time is that of the next recorded event. A marker, not an event of the program.
    ///
    /// `lost`, 4.
    ///
    /// Since revision 1.
    pub const LOST: Self = Self::new(4);
    /// A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call made at this place. Neither a call nor a return: the depth of the call stack stays as it is.
    ///
    /// `signal`, 5.
    ///
    /// Since revision 1.
    pub const SIGNAL: Self = Self::new(5);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "call",
            value: 1,
            doc: "The function was entered.",
        },
        EnumValue {
            name: "return",
            value: 2,
            doc: "The function returned.",
        },
        EnumValue {
            name: "exception",
            value: 3,
            doc: "An exception left the function.",
        },
        EnumValue {
            name: "lost",
            value: 4,
            doc: "Events were lost here: `function_id` holds their number, and the time is that of the next recorded event. A marker, not an event of the program.",
        },
        EnumValue {
            name: "signal",
            value: 5,
            doc: "A signal was delivered: `function_id` holds its number, and `call_depth` is that of a call made at this place. Neither a call nor a return: the depth of the call stack stays as it is.",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(::zerocopy::little_endian::U32::new(value))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::CALL => ::core::option::Option::Some("call"),
            Self::RETURN => ::core::option::Option::Some("return"),
            Self::EXCEPTION => ::core::option::Option::Some("exception"),
            Self::LOST => ::core::option::Option::Some("lost"),
            Self::SIGNAL => ::core::option::Option::Some("signal"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "call" => ::core::option::Option::Some(Self::CALL),
            "return" => ::core::option::Option::Some(Self::RETURN),
            "exception" => ::core::option::Option::Some(Self::EXCEPTION),
            "lost" => ::core::option::Option::Some(Self::LOST),
            "signal" => ::core::option::Option::Some(Self::SIGNAL),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }
}

impl ::core::fmt::Display for EventKind {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for EventKind {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "EventKind({name})"),
            ::core::option::Option::None => ::core::write!(f, "EventKind({})", self.get()),
        }
    }
}

impl ::core::convert::From<u32> for EventKind {
    fn from(value: u32) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<EventKind> for u32 {
    fn from(value: EventKind) -> Self {
        value.get()
    }
}

/// What a detail event records. It selects the payload.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct DetailEventType(::zerocopy::little_endian::U16);

impl DetailEventType {
    /// Registers and stack at the entry of a function.
    ///
    /// `function_call`, 3.
    pub const FUNCTION_CALL: Self = Self::new(3);
    /// Registers and stack at the return of a function.
    ///
    /// `function_return`, 4.
    pub const FUNCTION_RETURN: Self = Self::new(4);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "function_call",
            value: 3,
            doc: "Registers and stack at the entry of a function.",
        },
        EnumValue {
            name: "function_return",
            value: 4,
            doc: "Registers and stack at the return of a function.",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u16) -> Self {
        Self(::zerocopy::little_endian::U16::new(value))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::FUNCTION_CALL => ::core::option::Option::Some("function_call"),
            Self::FUNCTION_RETURN => ::core::option::Option::Some("function_return"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "function_call" => ::core::option::Option::Some(Self::FUNCTION_CALL),
            "function_return" => ::core::option::Option::Some(Self::FUNCTION_RETURN),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }
}

impl ::core::fmt::Display for DetailEventType {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for DetailEventType {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "DetailEventType({name})"),
            ::core::option::Option::None => ::core::write!(f, "DetailEventType({})", self.get()),
        }
    }
}

impl ::core::convert::From<u16> for DetailEventType {
    fn from(value: u16) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<DetailEventType> for u16 {
    fn from(value: DetailEventType) -> Self {
        value.get()
    }
}

/// The file that a file of chunk checksums is about.
///
/// Since revision 1.
///
/// Open: an unknown value is kept as its number.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct SummedFile(u8);

impl SummedFile {
    /// The index file of a thread.
    ///
    /// `index`, 0.
    ///
    /// Since revision 1.
    pub const INDEX: Self = Self::new(0);
    /// The detail file of a thread.
    ///
    /// `detail`, 1.
    ///
    /// Since revision 1.
    pub const DETAIL: Self = Self::new(1);
    /// The manifest of the session.
    ///
    /// `manifest`, 2.
    ///
    /// Since revision 1.
    pub const MANIFEST: Self = Self::new(2);
    /// Whether unknown values are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The values that have a name, as the schema lists them.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "index",
            value: 0,
            doc: "The index file of a thread.",
        },
        EnumValue {
            name: "detail",
            value: 1,
            doc: "The detail file of a thread.",
        },
        EnumValue {
            name: "manifest",
            value: 2,
            doc: "The manifest of the session.",
        },
    ];
    /// Removed values: older data contains them, and their numbers are not reused.
    pub const REMOVED: &'static [EnumValue] = &[];

    /// The value with this number, known or unknown.
    #[must_use]
    pub const fn new(value: u8) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The name of the value, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> ::core::option::Option<&'static str> {
        match self {
            Self::INDEX => ::core::option::Option::Some("index"),
            Self::DETAIL => ::core::option::Option::Some("detail"),
            Self::MANIFEST => ::core::option::Option::Some("manifest"),
            _ => ::core::option::Option::None,
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> ::core::option::Option<Self> {
        match name {
            "index" => ::core::option::Option::Some(Self::INDEX),
            "detail" => ::core::option::Option::Some(Self::DETAIL),
            "manifest" => ::core::option::Option::Some(Self::MANIFEST),
            _ => ::core::option::Option::None,
        }
    }

    /// Whether the value is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.name().is_some()
    }

    /// Whether data may contain the value: any value of an open enum, else known and removed
    /// values.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        Self::OPEN || self.is_known()
    }
}

impl ::core::fmt::Display for SummedFile {
    /// The name, or the number of an unknown value.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => f.pad(name),
            ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
        }
    }
}

impl ::core::fmt::Debug for SummedFile {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self.name() {
            ::core::option::Option::Some(name) => ::core::write!(f, "SummedFile({name})"),
            ::core::option::Option::None => ::core::write!(f, "SummedFile({})", self.get()),
        }
    }
}

impl ::core::convert::From<u8> for SummedFile {
    fn from(value: u8) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<SummedFile> for u8 {
    fn from(value: SummedFile) -> Self {
        value.get()
    }
}

/// Flags of an index file.
///
/// Open: an unknown bit is kept.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct IndexFlags(::zerocopy::little_endian::U32);

impl IndexFlags {
    /// There is a detail file beside the index file.
    ///
    /// `has_detail_file`, bit 0. Set if the file `detail` exists.
    pub const HAS_DETAIL_FILE: Self = Self::new(1);
    /// Whether unknown bits are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The bits that have a name, each as its mask.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "has_detail_file",
            value: 1,
            doc: "There is a detail file beside the index file.",
        },
    ];
    /// All known bits.
    pub const KNOWN: Self = Self::new(1);
    /// Bits that every reader must know; a reader that ignores them misreads the file.
    pub const MUST_UNDERSTAND: Self = Self::new(0);
    /// Removed bits: older data may have them set.
    pub const REMOVED: Self = Self::new(0);

    /// The flags whose bits are set in `value`.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(::zerocopy::little_endian::U32::new(value))
    }

    /// No flag at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(0)
    }

    /// The bits.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.get() == 0
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.get() & other.get() == other.get()
    }

    /// These flags and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self::new(self.get() | other.get())
    }

    /// These flags but those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self::new(self.get() & !other.get())
    }

    /// The set bits that have no name: of a later revision, removed, or damage. Whether a
    /// reader may pass over them is not known here; a bit that none may comes with a new
    /// version of the format.
    #[must_use]
    pub const fn unknown_bits(self) -> u32 {
        self.get() & !Self::KNOWN.get()
    }
}

impl ::core::ops::BitOr for IndexFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl ::core::fmt::Display for IndexFlags {
    /// The names of the set bits with `|` between them, unnamed bits as a number; `0` when none is set.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let mut between = "";
        for flag in Self::VALUES {
            if u64::from(self.get()) & flag.value != 0 {
                ::core::write!(f, "{between}{}", flag.name)?;
                between = "|";
            }
        }
        if self.unknown_bits() != 0 || self.is_empty() {
            ::core::write!(f, "{between}{:#x}", self.unknown_bits())?;
        }
        ::core::result::Result::Ok(())
    }
}

impl ::core::fmt::Debug for IndexFlags {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(f, "IndexFlags({self})")
    }
}

impl ::core::convert::From<u32> for IndexFlags {
    fn from(value: u32) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<IndexFlags> for u32 {
    fn from(value: IndexFlags) -> Self {
        value.get()
    }
}

/// What is known of a chunk.
///
/// Since revision 1.
///
/// Open: an unknown bit is kept.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(transparent)]
pub struct ChunkFlags(::zerocopy::little_endian::U32);

impl ChunkFlags {
    /// Nothing proves that the bytes are what was recorded: the machine stopped before they were synced.
    ///
    /// `unverified`, bit 0.
    ///
    /// Since revision 1.
    pub const UNVERIFIED: Self = Self::new(1);
    /// The last entry: it covers the file's header and footer.
    ///
    /// `closing_entry`, bit 1.
    ///
    /// Since revision 1.
    pub const CLOSING_ENTRY: Self = Self::new(2);
    /// The bytes failed an earlier checksum, and recovery kept them.
    ///
    /// `known_damaged`, bit 2.
    ///
    /// Since revision 1.
    pub const KNOWN_DAMAGED: Self = Self::new(4);
    /// Whether unknown bits are kept (`true`) or rejected.
    pub const OPEN: bool = true;
    /// The bits that have a name, each as its mask.
    pub const VALUES: &'static [EnumValue] = &[
        EnumValue {
            name: "unverified",
            value: 1,
            doc: "Nothing proves that the bytes are what was recorded: the machine stopped before they were synced.",
        },
        EnumValue {
            name: "closing_entry",
            value: 2,
            doc: "The last entry: it covers the file's header and footer.",
        },
        EnumValue {
            name: "known_damaged",
            value: 4,
            doc: "The bytes failed an earlier checksum, and recovery kept them.",
        },
    ];
    /// All known bits.
    pub const KNOWN: Self = Self::new(7);
    /// Bits that every reader must know; a reader that ignores them misreads the file.
    pub const MUST_UNDERSTAND: Self = Self::new(0);
    /// Removed bits: older data may have them set.
    pub const REMOVED: Self = Self::new(0);

    /// The flags whose bits are set in `value`.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(::zerocopy::little_endian::U32::new(value))
    }

    /// No flag at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(0)
    }

    /// The bits.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.get() == 0
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.get() & other.get() == other.get()
    }

    /// These flags and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self::new(self.get() | other.get())
    }

    /// These flags but those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self::new(self.get() & !other.get())
    }

    /// The set bits that have no name: of a later revision, removed, or damage. Whether a
    /// reader may pass over them is not known here; a bit that none may comes with a new
    /// version of the format.
    #[must_use]
    pub const fn unknown_bits(self) -> u32 {
        self.get() & !Self::KNOWN.get()
    }
}

impl ::core::ops::BitOr for ChunkFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl ::core::fmt::Display for ChunkFlags {
    /// The names of the set bits with `|` between them, unnamed bits as a number; `0` when none is set.
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let mut between = "";
        for flag in Self::VALUES {
            if u64::from(self.get()) & flag.value != 0 {
                ::core::write!(f, "{between}{}", flag.name)?;
                between = "|";
            }
        }
        if self.unknown_bits() != 0 || self.is_empty() {
            ::core::write!(f, "{between}{:#x}", self.unknown_bits())?;
        }
        ::core::result::Result::Ok(())
    }
}

impl ::core::fmt::Debug for ChunkFlags {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(f, "ChunkFlags({self})")
    }
}

impl ::core::convert::From<u32> for ChunkFlags {
    fn from(value: u32) -> Self {
        Self::new(value)
    }
}

impl ::core::convert::From<ChunkFlags> for u32 {
    fn from(value: ChunkFlags) -> Self {
        value.get()
    }
}

/// First bytes of an index file. Counts and times are zero until the file is finalized.
///
/// 64 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct AtfIndexHeader {
    /// Marks an index file.
    ///
    /// Offset 0, 4 bytes; always `"ATI2"`.
    pub magic: [u8; 4],
    /// Byte order of the file: 1 is little-endian, the only legal value.
    ///
    /// Offset 4, 1 byte; always `1`.
    pub endian: u8,
    /// Version of the format.
    ///
    /// Offset 5, 1 byte; always `1`; version of the format.
    pub version: u8,
    /// Instruction set of the traced process.
    ///
    /// Offset 6, 1 byte.
    pub arch: Arch,
    /// Operating system of the traced process.
    ///
    /// Offset 7, 1 byte.
    pub os: Os,
    /// Flags of this file; undeclared bits are zero.
    ///
    /// Offset 8, 4 bytes.
    pub flags: IndexFlags,
    /// Thread that wrote this file.
    ///
    /// Offset 12, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Clock of every timestamp in this file.
    ///
    /// Offset 16, 1 byte.
    pub clock_type: ClockType,
    /// Zero.
    ///
    /// Offset 17, 3 bytes; reserved, zero.
    pub _reserved1: [u8; 3],
    /// Zero.
    ///
    /// Offset 20, 4 bytes; reserved, zero.
    pub _reserved2: ::zerocopy::little_endian::U32,
    /// Distance from one event to the next.
    ///
    /// Offset 24, 4 bytes; in bytes; `32` by default; distance from one event to the next.
    pub event_size: ::zerocopy::little_endian::U32,
    /// Number of events; 0 until the file is finalized.
    ///
    /// Offset 28, 4 bytes; number of events.
    pub event_count: ::zerocopy::little_endian::U32,
    /// Offset of the first event.
    ///
    /// Offset 32, 8 bytes; in bytes; `64` by default; start of the events.
    pub events_offset: ::zerocopy::little_endian::U64,
    /// Offset of the footer; the end of this header until the file is finalized.
    ///
    /// Offset 40, 8 bytes; in bytes; `64` by default; start of the footer.
    pub footer_offset: ::zerocopy::little_endian::U64,
    /// Timestamp of the first event.
    ///
    /// Offset 48, 8 bytes; in ns; `timestamp_ns` of the first event.
    pub time_start_ns: ::zerocopy::little_endian::U64,
    /// Timestamp of the last event.
    ///
    /// Offset 56, 8 bytes; in ns; `timestamp_ns` of the last event.
    pub time_end_ns: ::zerocopy::little_endian::U64,
}

impl AtfIndexHeader {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"ATI2",
        endian: 1,
        version: 1,
        arch: Arch::new(0),
        os: Os::new(0),
        flags: IndexFlags::new(0),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        clock_type: ClockType::new(0),
        _reserved1: [0; 3],
        _reserved2: ::zerocopy::little_endian::U32::new(0),
        event_size: ::zerocopy::little_endian::U32::new(32),
        event_count: ::zerocopy::little_endian::U32::new(0),
        events_offset: ::zerocopy::little_endian::U64::new(64),
        footer_offset: ::zerocopy::little_endian::U64::new(64),
        time_start_ns: ::zerocopy::little_endian::U64::new(0),
        time_end_ns: ::zerocopy::little_endian::U64::new(0),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x8272_78F2_64EE_FD09;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xA160_A96F_5FD3_836D;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"ATI2";
    /// The only legal value of `endian`.
    pub const ENDIAN: u8 = 1;
    /// The only legal value of `version`.
    pub const VERSION: u8 = 1;
}

impl ::core::default::Default for AtfIndexHeader {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for AtfIndexHeader {
    const NAME: &'static str = "AtfIndexHeader";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Marks an index file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"ATI2"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "endian",
            offset: 4,
            size: 1,
            type_name: "u8",
            doc: "Byte order of the file: 1 is little-endian, the only legal value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "version",
            offset: 5,
            size: 1,
            type_name: "u8",
            doc: "Version of the format.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "arch",
            offset: 6,
            size: 1,
            type_name: "Arch",
            doc: "Instruction set of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Arch::VALUES, removed: Arch::REMOVED },
        },
        Field {
            name: "os",
            offset: 7,
            size: 1,
            type_name: "Os",
            doc: "Operating system of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Os::VALUES, removed: Os::REMOVED },
        },
        Field {
            name: "flags",
            offset: 8,
            size: 4,
            type_name: "IndexFlags",
            doc: "Flags of this file; undeclared bits are zero.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Flags { bits: IndexFlags::VALUES, removed: 0 },
        },
        Field {
            name: "thread_id",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Thread that wrote this file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "clock_type",
            offset: 16,
            size: 1,
            type_name: "ClockType",
            doc: "Clock of every timestamp in this file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: ClockType::VALUES, removed: ClockType::REMOVED },
        },
        Field {
            name: "_reserved1",
            offset: 17,
            size: 3,
            type_name: "[u8; 3]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "_reserved2",
            offset: 20,
            size: 4,
            type_name: "u32",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_size",
            offset: 24,
            size: 4,
            type_name: "u32",
            doc: "Distance from one event to the next.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b" \x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_count",
            offset: 28,
            size: 4,
            type_name: "u32",
            doc: "Number of events; 0 until the file is finalized.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "events_offset",
            offset: 32,
            size: 8,
            type_name: "u64",
            doc: "Offset of the first event.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "footer_offset",
            offset: 40,
            size: 8,
            type_name: "u64",
            doc: "Offset of the footer; the end of this header until the file is finalized.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_start_ns",
            offset: 48,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the first event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_end_ns",
            offset: 56,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the last event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<AtfIndexHeader>() == 64, "size of AtfIndexHeader");
    ::core::assert!(::core::mem::align_of::<AtfIndexHeader>() == 1, "alignment of AtfIndexHeader");
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, magic) == 0,
        "offset of AtfIndexHeader.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, endian) == 4,
        "offset of AtfIndexHeader.endian"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, version) == 5,
        "offset of AtfIndexHeader.version"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, arch) == 6,
        "offset of AtfIndexHeader.arch"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, os) == 7,
        "offset of AtfIndexHeader.os"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, flags) == 8,
        "offset of AtfIndexHeader.flags"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, thread_id) == 12,
        "offset of AtfIndexHeader.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, clock_type) == 16,
        "offset of AtfIndexHeader.clock_type"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, _reserved1) == 17,
        "offset of AtfIndexHeader._reserved1"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, _reserved2) == 20,
        "offset of AtfIndexHeader._reserved2"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, event_size) == 24,
        "offset of AtfIndexHeader.event_size"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, event_count) == 28,
        "offset of AtfIndexHeader.event_count"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, events_offset) == 32,
        "offset of AtfIndexHeader.events_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, footer_offset) == 40,
        "offset of AtfIndexHeader.footer_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, time_start_ns) == 48,
        "offset of AtfIndexHeader.time_start_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexHeader, time_end_ns) == 56,
        "offset of AtfIndexHeader.time_end_ns"
    );
};

/// One call, return, exception or signal. Its sequence is its position in the file, counted from zero.
///
/// 32 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct IndexEvent {
    /// Time of the event on the clock named in the header.
    ///
    /// Offset 0, 8 bytes; in ns.
    pub timestamp_ns: ::zerocopy::little_endian::U64,
    /// The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a number.
    ///
    /// Offset 8, 8 bytes.
    pub function_id: ::zerocopy::little_endian::U64,
    /// Thread that the event happened on.
    ///
    /// Offset 16, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// What happened.
    ///
    /// Offset 20, 4 bytes.
    pub event_kind: EventKind,
    /// Depth of the call stack.
    ///
    /// Offset 24, 4 bytes.
    pub call_depth: ::zerocopy::little_endian::U32,
    /// Sequence of the linked detail event.
    ///
    /// Offset 28, 4 bytes; `NO_DETAIL_SEQ (0xFFFFFFFF)` by default; `NO_DETAIL_SEQ (0xFFFFFFFF)` means none; position of the linked event in the file `detail`.
    pub detail_seq: ::zerocopy::little_endian::U32,
}

impl IndexEvent {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        timestamp_ns: ::zerocopy::little_endian::U64::new(0),
        function_id: ::zerocopy::little_endian::U64::new(0),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        event_kind: EventKind::new(0),
        call_depth: ::zerocopy::little_endian::U32::new(0),
        detail_seq: ::zerocopy::little_endian::U32::new(NO_DETAIL_SEQ),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xD2AB_412B_C411_7EDA;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xF53F_388F_5D19_1278;

    /// Whether `detail_seq` holds a value.
    ///
    /// It does when it is not `NO_DETAIL_SEQ (0xFFFFFFFF)`.
    #[must_use]
    pub fn has_detail_seq(&self) -> bool {
        self.detail_seq.get() != NO_DETAIL_SEQ
    }
}

impl ::core::default::Default for IndexEvent {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for IndexEvent {
    const NAME: &'static str = "IndexEvent";
    const SIZE: usize = 32;
    const CORE_SIZE: usize = 32;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "timestamp_ns",
            offset: 0,
            size: 8,
            type_name: "u64",
            doc: "Time of the event on the clock named in the header.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "function_id",
            offset: 8,
            size: 8,
            type_name: "u64",
            doc: "The function: `(module_id << 32) | symbol_index`. Of the kinds `lost` and `signal` it is a number.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 16,
            size: 4,
            type_name: "u32",
            doc: "Thread that the event happened on.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_kind",
            offset: 20,
            size: 4,
            type_name: "EventKind",
            doc: "What happened.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: EventKind::VALUES, removed: EventKind::REMOVED },
        },
        Field {
            name: "call_depth",
            offset: 24,
            size: 4,
            type_name: "u32",
            doc: "Depth of the call stack.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_seq",
            offset: 28,
            size: 4,
            type_name: "u32",
            doc: "Sequence of the linked detail event.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"\xFF\xFF\xFF\xFF"),
            sentinel: ::core::option::Option::Some(b"\xFF\xFF\xFF\xFF"),
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<IndexEvent>() == 32, "size of IndexEvent");
    ::core::assert!(::core::mem::align_of::<IndexEvent>() == 1, "alignment of IndexEvent");
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, timestamp_ns) == 0,
        "offset of IndexEvent.timestamp_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, function_id) == 8,
        "offset of IndexEvent.function_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, thread_id) == 16,
        "offset of IndexEvent.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, event_kind) == 20,
        "offset of IndexEvent.event_kind"
    );
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, call_depth) == 24,
        "offset of IndexEvent.call_depth"
    );
    ::core::assert!(
        ::core::mem::offset_of!(IndexEvent, detail_seq) == 28,
        "offset of IndexEvent.detail_seq"
    );
};

/// Last bytes of a finalized index file. If it differs from the header, the footer is right.
///
/// 64 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct AtfIndexFooter {
    /// The magic of the header, reversed.
    ///
    /// Offset 0, 4 bytes; always `"2ITA"`.
    pub magic: [u8; 4],
    /// CRC-32 (IEEE) of the events section.
    ///
    /// Offset 4, 4 bytes; crc32 of the events.
    pub checksum: ::zerocopy::little_endian::U32,
    /// Number of events.
    ///
    /// Offset 8, 8 bytes; number of events, authoritative.
    pub event_count: ::zerocopy::little_endian::U64,
    /// Timestamp of the first event.
    ///
    /// Offset 16, 8 bytes; in ns; `timestamp_ns` of the first event, authoritative.
    pub time_start_ns: ::zerocopy::little_endian::U64,
    /// Timestamp of the last event.
    ///
    /// Offset 24, 8 bytes; in ns; `timestamp_ns` of the last event, authoritative.
    pub time_end_ns: ::zerocopy::little_endian::U64,
    /// Length of the events section.
    ///
    /// Offset 32, 8 bytes; in bytes; length of the events, authoritative.
    pub bytes_written: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 40, 24 bytes; reserved, zero.
    pub reserved: [u8; 24],
}

impl AtfIndexFooter {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"2ITA",
        checksum: ::zerocopy::little_endian::U32::new(0),
        event_count: ::zerocopy::little_endian::U64::new(0),
        time_start_ns: ::zerocopy::little_endian::U64::new(0),
        time_end_ns: ::zerocopy::little_endian::U64::new(0),
        bytes_written: ::zerocopy::little_endian::U64::new(0),
        reserved: [0; 24],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x7974_5C2C_F26D_B82C;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xAEC4_0DC6_DCE5_3775;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"2ITA";
}

impl ::core::default::Default for AtfIndexFooter {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for AtfIndexFooter {
    const NAME: &'static str = "AtfIndexFooter";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "The magic of the header, reversed.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"2ITA"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "checksum",
            offset: 4,
            size: 4,
            type_name: "u32",
            doc: "CRC-32 (IEEE) of the events section.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_count",
            offset: 8,
            size: 8,
            type_name: "u64",
            doc: "Number of events.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_start_ns",
            offset: 16,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the first event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_end_ns",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the last event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "bytes_written",
            offset: 32,
            size: 8,
            type_name: "u64",
            doc: "Length of the events section.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "reserved",
            offset: 40,
            size: 24,
            type_name: "[u8; 24]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<AtfIndexFooter>() == 64, "size of AtfIndexFooter");
    ::core::assert!(::core::mem::align_of::<AtfIndexFooter>() == 1, "alignment of AtfIndexFooter");
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, magic) == 0,
        "offset of AtfIndexFooter.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, checksum) == 4,
        "offset of AtfIndexFooter.checksum"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, event_count) == 8,
        "offset of AtfIndexFooter.event_count"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, time_start_ns) == 16,
        "offset of AtfIndexFooter.time_start_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, time_end_ns) == 24,
        "offset of AtfIndexFooter.time_end_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, bytes_written) == 32,
        "offset of AtfIndexFooter.bytes_written"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfIndexFooter, reserved) == 40,
        "offset of AtfIndexFooter.reserved"
    );
};

/// First bytes of a detail file. Counts and lengths are zero until the file is finalized.
///
/// 64 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct AtfDetailHeader {
    /// Marks a detail file.
    ///
    /// Offset 0, 4 bytes; always `"ATD2"`.
    pub magic: [u8; 4],
    /// Byte order of the file: 1 is little-endian, the only legal value.
    ///
    /// Offset 4, 1 byte; always `1`.
    pub endian: u8,
    /// Version of the format.
    ///
    /// Offset 5, 1 byte; always `1`; version of the format.
    pub version: u8,
    /// Instruction set of the traced process.
    ///
    /// Offset 6, 1 byte.
    pub arch: Arch,
    /// Operating system of the traced process.
    ///
    /// Offset 7, 1 byte.
    pub os: Os,
    /// Zero.
    ///
    /// Offset 8, 4 bytes; reserved, zero.
    pub flags: ::zerocopy::little_endian::U32,
    /// Thread that wrote this file.
    ///
    /// Offset 12, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Zero.
    ///
    /// Offset 16, 4 bytes; reserved, zero.
    pub _reserved1: ::zerocopy::little_endian::U32,
    /// Offset of the first event.
    ///
    /// Offset 20, 8 bytes; in bytes; `64` by default; start of the events.
    pub events_offset: ::zerocopy::little_endian::U64,
    /// Number of detail events; 0 until the file is finalized.
    ///
    /// Offset 28, 8 bytes; number of events.
    pub event_count: ::zerocopy::little_endian::U64,
    /// Length of the events section.
    ///
    /// Offset 36, 8 bytes; in bytes; length of the events.
    pub bytes_length: ::zerocopy::little_endian::U64,
    /// Lowest `index_seq` of the events.
    ///
    /// Offset 44, 8 bytes; lowest `index_seq` of the events.
    pub index_seq_start: ::zerocopy::little_endian::U64,
    /// Highest `index_seq` of the events.
    ///
    /// Offset 52, 8 bytes; highest `index_seq` of the events.
    pub index_seq_end: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 60, 4 bytes; reserved, zero.
    pub _reserved2: [u8; 4],
}

impl AtfDetailHeader {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"ATD2",
        endian: 1,
        version: 1,
        arch: Arch::new(0),
        os: Os::new(0),
        flags: ::zerocopy::little_endian::U32::new(0),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        _reserved1: ::zerocopy::little_endian::U32::new(0),
        events_offset: ::zerocopy::little_endian::U64::new(64),
        event_count: ::zerocopy::little_endian::U64::new(0),
        bytes_length: ::zerocopy::little_endian::U64::new(0),
        index_seq_start: ::zerocopy::little_endian::U64::new(0),
        index_seq_end: ::zerocopy::little_endian::U64::new(0),
        _reserved2: [0; 4],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x8711_A898_DD0B_E190;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x49CF_73CC_D8E4_8492;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"ATD2";
    /// The only legal value of `endian`.
    pub const ENDIAN: u8 = 1;
    /// The only legal value of `version`.
    pub const VERSION: u8 = 1;
}

impl ::core::default::Default for AtfDetailHeader {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for AtfDetailHeader {
    const NAME: &'static str = "AtfDetailHeader";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Marks a detail file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"ATD2"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "endian",
            offset: 4,
            size: 1,
            type_name: "u8",
            doc: "Byte order of the file: 1 is little-endian, the only legal value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "version",
            offset: 5,
            size: 1,
            type_name: "u8",
            doc: "Version of the format.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "arch",
            offset: 6,
            size: 1,
            type_name: "Arch",
            doc: "Instruction set of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Arch::VALUES, removed: Arch::REMOVED },
        },
        Field {
            name: "os",
            offset: 7,
            size: 1,
            type_name: "Os",
            doc: "Operating system of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Os::VALUES, removed: Os::REMOVED },
        },
        Field {
            name: "flags",
            offset: 8,
            size: 4,
            type_name: "u32",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Thread that wrote this file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved1",
            offset: 16,
            size: 4,
            type_name: "u32",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "events_offset",
            offset: 20,
            size: 8,
            type_name: "u64",
            doc: "Offset of the first event.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_count",
            offset: 28,
            size: 8,
            type_name: "u64",
            doc: "Number of detail events; 0 until the file is finalized.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "bytes_length",
            offset: 36,
            size: 8,
            type_name: "u64",
            doc: "Length of the events section.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "index_seq_start",
            offset: 44,
            size: 8,
            type_name: "u64",
            doc: "Lowest `index_seq` of the events.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "index_seq_end",
            offset: 52,
            size: 8,
            type_name: "u64",
            doc: "Highest `index_seq` of the events.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved2",
            offset: 60,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<AtfDetailHeader>() == 64, "size of AtfDetailHeader");
    ::core::assert!(::core::mem::align_of::<AtfDetailHeader>() == 1, "alignment of AtfDetailHeader");
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, magic) == 0,
        "offset of AtfDetailHeader.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, endian) == 4,
        "offset of AtfDetailHeader.endian"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, version) == 5,
        "offset of AtfDetailHeader.version"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, arch) == 6,
        "offset of AtfDetailHeader.arch"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, os) == 7,
        "offset of AtfDetailHeader.os"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, flags) == 8,
        "offset of AtfDetailHeader.flags"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, thread_id) == 12,
        "offset of AtfDetailHeader.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, _reserved1) == 16,
        "offset of AtfDetailHeader._reserved1"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, events_offset) == 20,
        "offset of AtfDetailHeader.events_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, event_count) == 28,
        "offset of AtfDetailHeader.event_count"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, bytes_length) == 36,
        "offset of AtfDetailHeader.bytes_length"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, index_seq_start) == 44,
        "offset of AtfDetailHeader.index_seq_start"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, index_seq_end) == 52,
        "offset of AtfDetailHeader.index_seq_end"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailHeader, _reserved2) == 60,
        "offset of AtfDetailHeader._reserved2"
    );
};

/// Header of a detail event; its payload follows. The event's sequence is its position in the file, counted from zero.
///
/// 24 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct DetailEventHeader {
    /// Length of this header and its payload.
    ///
    /// Offset 0, 4 bytes; in bytes; length of this record and its payload.
    pub total_length: ::zerocopy::little_endian::U32,
    /// What the payload is.
    ///
    /// Offset 4, 2 bytes.
    pub event_type: DetailEventType,
    /// Flags of the event type. None are defined, so zero.
    ///
    /// Offset 6, 2 bytes.
    pub flags: ::zerocopy::little_endian::U16,
    /// Sequence of the linked index event.
    ///
    /// Offset 8, 4 bytes; position of the linked event in the file `index`.
    pub index_seq: ::zerocopy::little_endian::U32,
    /// Thread that the event happened on.
    ///
    /// Offset 12, 4 bytes; same as `thread_id` of the linked event in the file `index`.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Time of the event, as in the linked index event.
    ///
    /// Offset 16, 8 bytes; in ns; same as `timestamp_ns` of the linked event in the file `index`.
    pub timestamp: ::zerocopy::little_endian::U64,
}

impl DetailEventHeader {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        total_length: ::zerocopy::little_endian::U32::new(0),
        event_type: DetailEventType::new(0),
        flags: ::zerocopy::little_endian::U16::new(0),
        index_seq: ::zerocopy::little_endian::U32::new(0),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        timestamp: ::zerocopy::little_endian::U64::new(0),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xFBB7_E8B1_ADDC_AE70;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x4955_A22A_5F7F_1E7B;
}

impl ::core::default::Default for DetailEventHeader {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for DetailEventHeader {
    const NAME: &'static str = "DetailEventHeader";
    const SIZE: usize = 24;
    const CORE_SIZE: usize = 24;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "total_length",
            offset: 0,
            size: 4,
            type_name: "u32",
            doc: "Length of this header and its payload.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_type",
            offset: 4,
            size: 2,
            type_name: "DetailEventType",
            doc: "What the payload is.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: DetailEventType::VALUES, removed: DetailEventType::REMOVED },
        },
        Field {
            name: "flags",
            offset: 6,
            size: 2,
            type_name: "u16",
            doc: "Flags of the event type. None are defined, so zero.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "index_seq",
            offset: 8,
            size: 4,
            type_name: "u32",
            doc: "Sequence of the linked index event.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Thread that the event happened on.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "timestamp",
            offset: 16,
            size: 8,
            type_name: "u64",
            doc: "Time of the event, as in the linked index event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<DetailEventHeader>() == 24, "size of DetailEventHeader");
    ::core::assert!(::core::mem::align_of::<DetailEventHeader>() == 1, "alignment of DetailEventHeader");
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, total_length) == 0,
        "offset of DetailEventHeader.total_length"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, event_type) == 4,
        "offset of DetailEventHeader.event_type"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, flags) == 6,
        "offset of DetailEventHeader.flags"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, index_seq) == 8,
        "offset of DetailEventHeader.index_seq"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, thread_id) == 12,
        "offset of DetailEventHeader.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailEventHeader, timestamp) == 16,
        "offset of DetailEventHeader.timestamp"
    );
};

/// Payload of a function's call or return: registers, then a snapshot of the stack.
///
/// 100 bytes, then `stack_snapshot`, whose length in bytes is `stack_size`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct DetailFunctionPayload {
    /// The function, as in the linked index event.
    ///
    /// Offset 0, 8 bytes; same as `function_id` of the linked event in the file `index`.
    pub function_id: ::zerocopy::little_endian::U64,
    /// Registers; which ones depends on the instruction set and the event type.
    ///
    /// Offset 8, 64 bytes.
    pub x_regs: [::zerocopy::little_endian::U64; 8],
    /// Link register, or return address.
    ///
    /// Offset 72, 8 bytes.
    pub lr: ::zerocopy::little_endian::U64,
    /// Frame pointer.
    ///
    /// Offset 80, 8 bytes.
    pub fp: ::zerocopy::little_endian::U64,
    /// Stack pointer: address of the first byte of the snapshot.
    ///
    /// Offset 88, 8 bytes.
    pub sp: ::zerocopy::little_endian::U64,
    /// Length of the stack snapshot.
    ///
    /// Offset 96, 2 bytes; in bytes; at most `MAX_STACK_BYTES (256)`.
    pub stack_size: ::zerocopy::little_endian::U16,
    /// Zero.
    ///
    /// Offset 98, 2 bytes; reserved, zero.
    pub _reserved: ::zerocopy::little_endian::U16,
}

impl DetailFunctionPayload {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        function_id: ::zerocopy::little_endian::U64::new(0),
        x_regs: [::zerocopy::little_endian::U64::new(0); 8],
        lr: ::zerocopy::little_endian::U64::new(0),
        fp: ::zerocopy::little_endian::U64::new(0),
        sp: ::zerocopy::little_endian::U64::new(0),
        stack_size: ::zerocopy::little_endian::U16::new(0),
        _reserved: ::zerocopy::little_endian::U16::new(0),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xBA88_6B13_DEB9_B612;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xB406_A489_8DE5_AA16;
    /// Stack bytes from `sp` upward.
    ///
    /// Starts at offset 100; `stack_size` is its length in bytes.
    pub const STACK_SNAPSHOT: CountedTail = CountedTail {
        name: "stack_snapshot",
        offset: 100,
        count: "stack_size",
        doc: "Stack bytes from `sp` upward.",
    };

    /// Names of the first elements of `x_regs`.
    ///
    /// Empty if the schema has none for these values.
    #[must_use]
    pub const fn x_regs_names(
        arch: Arch, detail_event_type: DetailEventType,
    ) -> &'static [&'static str] {
        match (arch, detail_event_type) {
            (Arch::ARM64, DetailEventType::FUNCTION_CALL) => &[
                "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7",
            ],
            (Arch::ARM64, DetailEventType::FUNCTION_RETURN) => &["x0"],
            (Arch::X86_64, DetailEventType::FUNCTION_CALL) => &[
                "rdi", "rsi", "rdx", "rcx", "r8", "r9", "rbp", "rsp",
            ],
            (Arch::X86_64, DetailEventType::FUNCTION_RETURN) => &["rax"],
            _ => &[],
        }
    }

    /// Splits `bytes` into the record, its `stack_snapshot`, and the remaining bytes.
    ///
    /// `None` if the bytes end before the record or before its tail.
    #[must_use]
    pub fn split_tail(bytes: &[u8]) -> ::core::option::Option<(&Self, &[u8], &[u8])> {
        let (head, behind) = <Self as ::zerocopy::FromBytes>::ref_from_prefix(bytes).ok()?;
        let length: usize = ::core::convert::From::from(head.stack_size.get());
        let (tail, rest) = behind.split_at_checked(length)?;
        ::core::option::Option::Some((head, tail, rest))
    }
}

impl ::core::default::Default for DetailFunctionPayload {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for DetailFunctionPayload {
    const NAME: &'static str = "DetailFunctionPayload";
    const SIZE: usize = 100;
    const CORE_SIZE: usize = 100;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "function_id",
            offset: 0,
            size: 8,
            type_name: "u64",
            doc: "The function, as in the linked index event.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "x_regs",
            offset: 8,
            size: 64,
            type_name: "[u64; 8]",
            doc: "Registers; which ones depends on the instruction set and the event type.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Array { of: &FieldKind::Unsigned, size: 8 },
        },
        Field {
            name: "lr",
            offset: 72,
            size: 8,
            type_name: "u64",
            doc: "Link register, or return address.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "fp",
            offset: 80,
            size: 8,
            type_name: "u64",
            doc: "Frame pointer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "sp",
            offset: 88,
            size: 8,
            type_name: "u64",
            doc: "Stack pointer: address of the first byte of the snapshot.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "stack_size",
            offset: 96,
            size: 2,
            type_name: "u16",
            doc: "Length of the stack snapshot.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::Some(256),
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved",
            offset: 98,
            size: 2,
            type_name: "u16",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::Some(Self::STACK_SNAPSHOT);
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<DetailFunctionPayload>() == 100, "size of DetailFunctionPayload");
    ::core::assert!(::core::mem::align_of::<DetailFunctionPayload>() == 1, "alignment of DetailFunctionPayload");
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, function_id) == 0,
        "offset of DetailFunctionPayload.function_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, x_regs) == 8,
        "offset of DetailFunctionPayload.x_regs"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, lr) == 72,
        "offset of DetailFunctionPayload.lr"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, fp) == 80,
        "offset of DetailFunctionPayload.fp"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, sp) == 88,
        "offset of DetailFunctionPayload.sp"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, stack_size) == 96,
        "offset of DetailFunctionPayload.stack_size"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailFunctionPayload, _reserved) == 98,
        "offset of DetailFunctionPayload._reserved"
    );
};

/// Payload as the original tracer wrote it, under both event types. A payload is this record if it has this size and its `timestamp` and `function_id` are those of the linked index event. It is read, and never written.
///
/// 516 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct OriginalDetailPayload {
    /// Time of the event, as in the linked index event.
    ///
    /// Offset 0, 8 bytes; in ns.
    pub timestamp: ::zerocopy::little_endian::U64,
    /// The function, as in the linked index event.
    ///
    /// Offset 8, 8 bytes.
    pub function_id: ::zerocopy::little_endian::U64,
    /// Thread that the event happened on.
    ///
    /// Offset 16, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// What happened.
    ///
    /// Offset 20, 4 bytes.
    pub event_kind: EventKind,
    /// Depth of the call stack.
    ///
    /// Offset 24, 4 bytes.
    pub call_depth: ::zerocopy::little_endian::U32,
    /// Not used; any value.
    ///
    /// Offset 28, 4 bytes.
    pub padding: [u8; 4],
    /// Registers, the same ones as in `DetailFunctionPayload`.
    ///
    /// Offset 32, 64 bytes.
    pub x_regs: [::zerocopy::little_endian::U64; 8],
    /// Link register; 0 on x86_64.
    ///
    /// Offset 96, 8 bytes.
    pub lr: ::zerocopy::little_endian::U64,
    /// Frame pointer.
    ///
    /// Offset 104, 8 bytes.
    pub fp: ::zerocopy::little_endian::U64,
    /// Stack pointer: address of the first byte of the snapshot.
    ///
    /// Offset 112, 8 bytes.
    pub sp: ::zerocopy::little_endian::U64,
    /// Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning.
    ///
    /// Offset 120, 128 bytes.
    pub stack_snapshot: [u8; 128],
    /// Length of the stack snapshot.
    ///
    /// Offset 248, 4 bytes; in bytes; at most `128`.
    pub stack_size: ::zerocopy::little_endian::U32,
    /// Not used; any value.
    ///
    /// Offset 252, 264 bytes.
    pub unused: [u8; 264],
}

impl OriginalDetailPayload {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        timestamp: ::zerocopy::little_endian::U64::new(0),
        function_id: ::zerocopy::little_endian::U64::new(0),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        event_kind: EventKind::new(0),
        call_depth: ::zerocopy::little_endian::U32::new(0),
        padding: [0; 4],
        x_regs: [::zerocopy::little_endian::U64::new(0); 8],
        lr: ::zerocopy::little_endian::U64::new(0),
        fp: ::zerocopy::little_endian::U64::new(0),
        sp: ::zerocopy::little_endian::U64::new(0),
        stack_snapshot: [0; 128],
        stack_size: ::zerocopy::little_endian::U32::new(0),
        unused: [0; 264],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x2C55_A870_CEBE_08F5;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xF929_8B08_46D2_CCE8;
}

impl ::core::default::Default for OriginalDetailPayload {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for OriginalDetailPayload {
    const NAME: &'static str = "OriginalDetailPayload";
    const SIZE: usize = 516;
    const CORE_SIZE: usize = 516;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "timestamp",
            offset: 0,
            size: 8,
            type_name: "u64",
            doc: "Time of the event, as in the linked index event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "function_id",
            offset: 8,
            size: 8,
            type_name: "u64",
            doc: "The function, as in the linked index event.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 16,
            size: 4,
            type_name: "u32",
            doc: "Thread that the event happened on.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_kind",
            offset: 20,
            size: 4,
            type_name: "EventKind",
            doc: "What happened.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: EventKind::VALUES, removed: EventKind::REMOVED },
        },
        Field {
            name: "call_depth",
            offset: 24,
            size: 4,
            type_name: "u32",
            doc: "Depth of the call stack.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "padding",
            offset: 28,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Not used; any value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "x_regs",
            offset: 32,
            size: 64,
            type_name: "[u64; 8]",
            doc: "Registers, the same ones as in `DetailFunctionPayload`.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Array { of: &FieldKind::Unsigned, size: 8 },
        },
        Field {
            name: "lr",
            offset: 96,
            size: 8,
            type_name: "u64",
            doc: "Link register; 0 on x86_64.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "fp",
            offset: 104,
            size: 8,
            type_name: "u64",
            doc: "Frame pointer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "sp",
            offset: 112,
            size: 8,
            type_name: "u64",
            doc: "Stack pointer: address of the first byte of the snapshot.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "stack_snapshot",
            offset: 120,
            size: 128,
            type_name: "[u8; 128]",
            doc: "Stack bytes from `sp` upward; only the first `stack_size` of them have a meaning.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "stack_size",
            offset: 248,
            size: 4,
            type_name: "u32",
            doc: "Length of the stack snapshot.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::Some(128),
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "unused",
            offset: 252,
            size: 264,
            type_name: "[u8; 264]",
            doc: "Not used; any value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<OriginalDetailPayload>() == 516, "size of OriginalDetailPayload");
    ::core::assert!(::core::mem::align_of::<OriginalDetailPayload>() == 1, "alignment of OriginalDetailPayload");
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, timestamp) == 0,
        "offset of OriginalDetailPayload.timestamp"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, function_id) == 8,
        "offset of OriginalDetailPayload.function_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, thread_id) == 16,
        "offset of OriginalDetailPayload.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, event_kind) == 20,
        "offset of OriginalDetailPayload.event_kind"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, call_depth) == 24,
        "offset of OriginalDetailPayload.call_depth"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, padding) == 28,
        "offset of OriginalDetailPayload.padding"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, x_regs) == 32,
        "offset of OriginalDetailPayload.x_regs"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, lr) == 96,
        "offset of OriginalDetailPayload.lr"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, fp) == 104,
        "offset of OriginalDetailPayload.fp"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, sp) == 112,
        "offset of OriginalDetailPayload.sp"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, stack_snapshot) == 120,
        "offset of OriginalDetailPayload.stack_snapshot"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, stack_size) == 248,
        "offset of OriginalDetailPayload.stack_size"
    );
    ::core::assert!(
        ::core::mem::offset_of!(OriginalDetailPayload, unused) == 252,
        "offset of OriginalDetailPayload.unused"
    );
};

/// Last 64 bytes of a finalized detail file. If it differs from the header, the footer is right.
///
/// 64 bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct AtfDetailFooter {
    /// The magic of the header, reversed.
    ///
    /// Offset 0, 4 bytes; always `"2DTA"`.
    pub magic: [u8; 4],
    /// CRC-32 (IEEE) of the events section.
    ///
    /// Offset 4, 4 bytes; crc32 of the events.
    pub checksum: ::zerocopy::little_endian::U32,
    /// Number of detail events.
    ///
    /// Offset 8, 8 bytes; number of events, authoritative.
    pub event_count: ::zerocopy::little_endian::U64,
    /// Length of the events section.
    ///
    /// Offset 16, 8 bytes; in bytes; length of the events, authoritative.
    pub bytes_length: ::zerocopy::little_endian::U64,
    /// Timestamp of the first detail event.
    ///
    /// Offset 24, 8 bytes; in ns; `timestamp` of the first event.
    pub time_start_ns: ::zerocopy::little_endian::U64,
    /// Timestamp of the last detail event.
    ///
    /// Offset 32, 8 bytes; in ns; `timestamp` of the last event.
    pub time_end_ns: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 40, 24 bytes; reserved, zero.
    pub reserved: [u8; 24],
}

impl AtfDetailFooter {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"2DTA",
        checksum: ::zerocopy::little_endian::U32::new(0),
        event_count: ::zerocopy::little_endian::U64::new(0),
        bytes_length: ::zerocopy::little_endian::U64::new(0),
        time_start_ns: ::zerocopy::little_endian::U64::new(0),
        time_end_ns: ::zerocopy::little_endian::U64::new(0),
        reserved: [0; 24],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x6A28_4E4B_64A9_6CB6;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x82B1_1DF0_8E4C_8C21;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"2DTA";
}

impl ::core::default::Default for AtfDetailFooter {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for AtfDetailFooter {
    const NAME: &'static str = "AtfDetailFooter";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "The magic of the header, reversed.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"2DTA"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "checksum",
            offset: 4,
            size: 4,
            type_name: "u32",
            doc: "CRC-32 (IEEE) of the events section.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "event_count",
            offset: 8,
            size: 8,
            type_name: "u64",
            doc: "Number of detail events.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "bytes_length",
            offset: 16,
            size: 8,
            type_name: "u64",
            doc: "Length of the events section.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_start_ns",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the first detail event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_end_ns",
            offset: 32,
            size: 8,
            type_name: "u64",
            doc: "Timestamp of the last detail event.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "reserved",
            offset: 40,
            size: 24,
            type_name: "[u8; 24]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<AtfDetailFooter>() == 64, "size of AtfDetailFooter");
    ::core::assert!(::core::mem::align_of::<AtfDetailFooter>() == 1, "alignment of AtfDetailFooter");
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, magic) == 0,
        "offset of AtfDetailFooter.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, checksum) == 4,
        "offset of AtfDetailFooter.checksum"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, event_count) == 8,
        "offset of AtfDetailFooter.event_count"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, bytes_length) == 16,
        "offset of AtfDetailFooter.bytes_length"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, time_start_ns) == 24,
        "offset of AtfDetailFooter.time_start_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, time_end_ns) == 32,
        "offset of AtfDetailFooter.time_end_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(AtfDetailFooter, reserved) == 40,
        "offset of AtfDetailFooter.reserved"
    );
};

/// First bytes of an offsets file.
///
/// 64 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct DetailOffsetsHeader {
    /// Marks an offsets file.
    ///
    /// Offset 0, 4 bytes; always `"ATO2"`.
    pub magic: [u8; 4],
    /// Byte order of the file: 1 is little-endian, the only legal value.
    ///
    /// Offset 4, 1 byte; always `1`.
    pub endian: u8,
    /// Version of the format.
    ///
    /// Offset 5, 1 byte; always `1`; version of the format.
    pub version: u8,
    /// Zero.
    ///
    /// Offset 6, 2 bytes; reserved, zero.
    pub _reserved1: ::zerocopy::little_endian::U16,
    /// Number of records from one entry to the next.
    ///
    /// Offset 8, 4 bytes; `64` by default.
    pub record_interval: ::zerocopy::little_endian::U32,
    /// Thread that the detail file belongs to.
    ///
    /// Offset 12, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Distance from one entry to the next.
    ///
    /// Offset 16, 4 bytes; in bytes; `8` by default; distance from one event to the next.
    pub entry_size: ::zerocopy::little_endian::U32,
    /// Zero.
    ///
    /// Offset 20, 4 bytes; reserved, zero.
    pub _reserved2: ::zerocopy::little_endian::U32,
    /// Offset of the first entry.
    ///
    /// Offset 24, 8 bytes; in bytes; `64` by default; start of the events.
    pub entries_offset: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 32, 32 bytes; reserved, zero.
    pub _reserved3: [u8; 32],
}

impl DetailOffsetsHeader {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"ATO2",
        endian: 1,
        version: 1,
        _reserved1: ::zerocopy::little_endian::U16::new(0),
        record_interval: ::zerocopy::little_endian::U32::new(64),
        thread_id: ::zerocopy::little_endian::U32::new(0),
        entry_size: ::zerocopy::little_endian::U32::new(8),
        _reserved2: ::zerocopy::little_endian::U32::new(0),
        entries_offset: ::zerocopy::little_endian::U64::new(64),
        _reserved3: [0; 32],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x5383_6177_9AF1_4135;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x2E09_656A_00B1_6DE3;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"ATO2";
    /// The only legal value of `endian`.
    pub const ENDIAN: u8 = 1;
    /// The only legal value of `version`.
    pub const VERSION: u8 = 1;
}

impl ::core::default::Default for DetailOffsetsHeader {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for DetailOffsetsHeader {
    const NAME: &'static str = "DetailOffsetsHeader";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Marks an offsets file.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"ATO2"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "endian",
            offset: 4,
            size: 1,
            type_name: "u8",
            doc: "Byte order of the file: 1 is little-endian, the only legal value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "version",
            offset: 5,
            size: 1,
            type_name: "u8",
            doc: "Version of the format.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved1",
            offset: 6,
            size: 2,
            type_name: "u16",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "record_interval",
            offset: 8,
            size: 4,
            type_name: "u32",
            doc: "Number of records from one entry to the next.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Thread that the detail file belongs to.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "entry_size",
            offset: 16,
            size: 4,
            type_name: "u32",
            doc: "Distance from one entry to the next.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"\x08\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved2",
            offset: 20,
            size: 4,
            type_name: "u32",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "entries_offset",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Offset of the first entry.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved3",
            offset: 32,
            size: 32,
            type_name: "[u8; 32]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<DetailOffsetsHeader>() == 64, "size of DetailOffsetsHeader");
    ::core::assert!(::core::mem::align_of::<DetailOffsetsHeader>() == 1, "alignment of DetailOffsetsHeader");
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, magic) == 0,
        "offset of DetailOffsetsHeader.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, endian) == 4,
        "offset of DetailOffsetsHeader.endian"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, version) == 5,
        "offset of DetailOffsetsHeader.version"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, _reserved1) == 6,
        "offset of DetailOffsetsHeader._reserved1"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, record_interval) == 8,
        "offset of DetailOffsetsHeader.record_interval"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, thread_id) == 12,
        "offset of DetailOffsetsHeader.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, entry_size) == 16,
        "offset of DetailOffsetsHeader.entry_size"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, _reserved2) == 20,
        "offset of DetailOffsetsHeader._reserved2"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, entries_offset) == 24,
        "offset of DetailOffsetsHeader.entries_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffsetsHeader, _reserved3) == 32,
        "offset of DetailOffsetsHeader._reserved3"
    );
};

/// Offset of a record: entry n is for the record with sequence n times `record_interval`.
///
/// 8 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct DetailOffset {
    /// Byte of the detail file at which the record starts.
    ///
    /// Offset 0, 8 bytes; in bytes.
    pub offset: ::zerocopy::little_endian::U64,
}

impl DetailOffset {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        offset: ::zerocopy::little_endian::U64::new(0),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0x7D6D_7AB3_B994_F05A;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x8EB1_5BAE_C17E_638D;
}

impl ::core::default::Default for DetailOffset {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for DetailOffset {
    const NAME: &'static str = "DetailOffset";
    const SIZE: usize = 8;
    const CORE_SIZE: usize = 8;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "offset",
            offset: 0,
            size: 8,
            type_name: "u64",
            doc: "Byte of the detail file at which the record starts.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<DetailOffset>() == 8, "size of DetailOffset");
    ::core::assert!(::core::mem::align_of::<DetailOffset>() == 1, "alignment of DetailOffset");
    ::core::assert!(
        ::core::mem::offset_of!(DetailOffset, offset) == 0,
        "offset of DetailOffset.offset"
    );
};

/// First bytes of a file of chunk checksums.
///
/// 64 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct ChunkSumsHeader {
    /// Marks a file of chunk checksums.
    ///
    /// Offset 0, 4 bytes; always `"ATS2"`.
    pub magic: [u8; 4],
    /// Byte order of the file: 1 is little-endian, the only legal value.
    ///
    /// Offset 4, 1 byte; always `1`.
    pub endian: u8,
    /// Version of the format.
    ///
    /// Offset 5, 1 byte; always `1`; version of the format.
    pub version: u8,
    /// The file that is covered.
    ///
    /// Offset 6, 1 byte.
    pub lane: SummedFile,
    /// Zero.
    ///
    /// Offset 7, 1 byte; reserved, zero.
    pub _reserved1: u8,
    /// Thread that the file belongs to; 0 for the manifest.
    ///
    /// Offset 8, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Length of a chunk. Chunk n starts at byte 64 + n times this.
    ///
    /// Offset 12, 4 bytes; in bytes; `65536` by default.
    pub chunk_bytes: ::zerocopy::little_endian::U32,
    /// Distance from one entry to the next.
    ///
    /// Offset 16, 4 bytes; in bytes; `40` by default; distance from one event to the next.
    pub entry_size: ::zerocopy::little_endian::U32,
    /// Checksum of this header.
    ///
    /// Offset 20, 4 bytes; crc32 of the fields of this record, with this one as zero.
    pub header_crc: ::zerocopy::little_endian::U32,
    /// Offset of the first entry.
    ///
    /// Offset 24, 8 bytes; in bytes; `64` by default; start of the events.
    pub entries_offset: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 32, 32 bytes; reserved, zero.
    pub _reserved2: [u8; 32],
}

impl ChunkSumsHeader {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"ATS2",
        endian: 1,
        version: 1,
        lane: SummedFile::new(0),
        _reserved1: 0,
        thread_id: ::zerocopy::little_endian::U32::new(0),
        chunk_bytes: ::zerocopy::little_endian::U32::new(65536),
        entry_size: ::zerocopy::little_endian::U32::new(40),
        header_crc: ::zerocopy::little_endian::U32::new(0),
        entries_offset: ::zerocopy::little_endian::U64::new(64),
        _reserved2: [0; 32],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xF61F_F841_CE6F_A7B4;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0xDC69_8B01_E849_3A6F;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"ATS2";
    /// The only legal value of `endian`.
    pub const ENDIAN: u8 = 1;
    /// The only legal value of `version`.
    pub const VERSION: u8 = 1;

    /// What `header_crc` should hold: the crc32 of the fields of this record, with this one as zero.
    #[must_use]
    pub fn computed_header_crc(&self) -> u32 {
        let mut record = *self;
        record.header_crc = ::core::default::Default::default();
        crc32(::zerocopy::IntoBytes::as_bytes(&record))
    }
}

impl ::core::default::Default for ChunkSumsHeader {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for ChunkSumsHeader {
    const NAME: &'static str = "ChunkSumsHeader";
    const SIZE: usize = 64;
    const CORE_SIZE: usize = 64;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Marks a file of chunk checksums.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"ATS2"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "endian",
            offset: 4,
            size: 1,
            type_name: "u8",
            doc: "Byte order of the file: 1 is little-endian, the only legal value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "version",
            offset: 5,
            size: 1,
            type_name: "u8",
            doc: "Version of the format.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "lane",
            offset: 6,
            size: 1,
            type_name: "SummedFile",
            doc: "The file that is covered.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: SummedFile::VALUES, removed: SummedFile::REMOVED },
        },
        Field {
            name: "_reserved1",
            offset: 7,
            size: 1,
            type_name: "u8",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "thread_id",
            offset: 8,
            size: 4,
            type_name: "u32",
            doc: "Thread that the file belongs to; 0 for the manifest.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "chunk_bytes",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Length of a chunk. Chunk n starts at byte 64 + n times this.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"\x00\x00\x01\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "entry_size",
            offset: 16,
            size: 4,
            type_name: "u32",
            doc: "Distance from one entry to the next.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"(\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "header_crc",
            offset: 20,
            size: 4,
            type_name: "u32",
            doc: "Checksum of this header.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "entries_offset",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Offset of the first entry.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"@\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved2",
            offset: 32,
            size: 32,
            type_name: "[u8; 32]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<ChunkSumsHeader>() == 64, "size of ChunkSumsHeader");
    ::core::assert!(::core::mem::align_of::<ChunkSumsHeader>() == 1, "alignment of ChunkSumsHeader");
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, magic) == 0,
        "offset of ChunkSumsHeader.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, endian) == 4,
        "offset of ChunkSumsHeader.endian"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, version) == 5,
        "offset of ChunkSumsHeader.version"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, lane) == 6,
        "offset of ChunkSumsHeader.lane"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, _reserved1) == 7,
        "offset of ChunkSumsHeader._reserved1"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, thread_id) == 8,
        "offset of ChunkSumsHeader.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, chunk_bytes) == 12,
        "offset of ChunkSumsHeader.chunk_bytes"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, entry_size) == 16,
        "offset of ChunkSumsHeader.entry_size"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, header_crc) == 20,
        "offset of ChunkSumsHeader.header_crc"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, entries_offset) == 24,
        "offset of ChunkSumsHeader.entries_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSumsHeader, _reserved2) == 32,
        "offset of ChunkSumsHeader._reserved2"
    );
};

/// Checksum and times of a chunk. A chunk may have several entries, of which the last one counts. The closing entry has the chunk 0xFFFFFFFF, the length 128, the checksum of the file's header and then its footer, and the times of all events.
///
/// 40 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct ChunkSum {
    /// Number of the chunk.
    ///
    /// Offset 0, 4 bytes.
    pub chunk_number: ::zerocopy::little_endian::U32,
    /// Bytes of the chunk that are covered, from its start.
    ///
    /// Offset 4, 4 bytes; in bytes.
    pub covered_length: ::zerocopy::little_endian::U32,
    /// CRC-32 (IEEE) of these bytes.
    ///
    /// Offset 8, 4 bytes.
    pub data_crc: ::zerocopy::little_endian::U32,
    /// What is known of the bytes.
    ///
    /// Offset 12, 4 bytes.
    pub flags: ChunkFlags,
    /// Lowest timestamp of the events or records that begin in these bytes. If it is higher than `time_max_ns`, none does.
    ///
    /// Offset 16, 8 bytes; in ns.
    pub time_min_ns: ::zerocopy::little_endian::U64,
    /// Highest timestamp of them.
    ///
    /// Offset 24, 8 bytes; in ns.
    pub time_max_ns: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 32, 4 bytes; reserved, zero.
    pub _reserved: ::zerocopy::little_endian::U32,
    /// Checksum of this entry.
    ///
    /// Offset 36, 4 bytes; crc32 of the bytes of this record before this field.
    pub entry_crc: ::zerocopy::little_endian::U32,
}

impl ChunkSum {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        chunk_number: ::zerocopy::little_endian::U32::new(0),
        covered_length: ::zerocopy::little_endian::U32::new(0),
        data_crc: ::zerocopy::little_endian::U32::new(0),
        flags: ChunkFlags::new(0),
        time_min_ns: ::zerocopy::little_endian::U64::new(0),
        time_max_ns: ::zerocopy::little_endian::U64::new(0),
        _reserved: ::zerocopy::little_endian::U32::new(0),
        entry_crc: ::zerocopy::little_endian::U32::new(0),
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xAC69_8459_56C5_59D9;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x613B_8BCC_6E17_F382;

    /// What `entry_crc` should hold: the crc32 of the bytes of this record before this field.
    #[must_use]
    pub fn computed_entry_crc(&self) -> u32 {
        crc32(&::zerocopy::IntoBytes::as_bytes(self)[..36])
    }
}

impl ::core::default::Default for ChunkSum {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for ChunkSum {
    const NAME: &'static str = "ChunkSum";
    const SIZE: usize = 40;
    const CORE_SIZE: usize = 40;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "chunk_number",
            offset: 0,
            size: 4,
            type_name: "u32",
            doc: "Number of the chunk.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "covered_length",
            offset: 4,
            size: 4,
            type_name: "u32",
            doc: "Bytes of the chunk that are covered, from its start.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "data_crc",
            offset: 8,
            size: 4,
            type_name: "u32",
            doc: "CRC-32 (IEEE) of these bytes.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "flags",
            offset: 12,
            size: 4,
            type_name: "ChunkFlags",
            doc: "What is known of the bytes.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Flags { bits: ChunkFlags::VALUES, removed: 0 },
        },
        Field {
            name: "time_min_ns",
            offset: 16,
            size: 8,
            type_name: "u64",
            doc: "Lowest timestamp of the events or records that begin in these bytes. If it is higher than `time_max_ns`, none does.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "time_max_ns",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Highest timestamp of them.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved",
            offset: 32,
            size: 4,
            type_name: "u32",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "entry_crc",
            offset: 36,
            size: 4,
            type_name: "u32",
            doc: "Checksum of this entry.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<ChunkSum>() == 40, "size of ChunkSum");
    ::core::assert!(::core::mem::align_of::<ChunkSum>() == 1, "alignment of ChunkSum");
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, chunk_number) == 0,
        "offset of ChunkSum.chunk_number"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, covered_length) == 4,
        "offset of ChunkSum.covered_length"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, data_crc) == 8,
        "offset of ChunkSum.data_crc"
    );
    ::core::assert!(::core::mem::offset_of!(ChunkSum, flags) == 12, "offset of ChunkSum.flags");
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, time_min_ns) == 16,
        "offset of ChunkSum.time_min_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, time_max_ns) == 24,
        "offset of ChunkSum.time_max_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, _reserved) == 32,
        "offset of ChunkSum._reserved"
    );
    ::core::assert!(
        ::core::mem::offset_of!(ChunkSum, entry_crc) == 36,
        "offset of ChunkSum.entry_crc"
    );
};

/// Control block of a ring. Fields written by the producer, fields written by the drain, and fields that both read at each event are on separate cache lines.
///
/// 512 bytes.
///
/// Since revision 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct RingControl {
    /// Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created: without them the ring is not ready.
    ///
    /// Offset 0, 4 bytes; always `"ATR2"`.
    pub magic: [u8; 4],
    /// Byte order of the file: 1 is little-endian, the only legal value.
    ///
    /// Offset 4, 1 byte; always `1`.
    pub endian: u8,
    /// Version of the format.
    ///
    /// Offset 5, 1 byte; always `1`; version of the format.
    pub version: u8,
    /// Instruction set of the traced process.
    ///
    /// Offset 6, 1 byte.
    pub arch: Arch,
    /// Operating system of the traced process.
    ///
    /// Offset 7, 1 byte.
    pub os: Os,
    /// Clock of every timestamp.
    ///
    /// Offset 8, 1 byte.
    pub clock_type: ClockType,
    /// Zero.
    ///
    /// Offset 9, 3 bytes; reserved, zero.
    pub _reserved1: [u8; 3],
    /// Thread of the producer.
    ///
    /// Offset 12, 4 bytes.
    pub thread_id: ::zerocopy::little_endian::U32,
    /// Offset of the buffer of the index lane.
    ///
    /// Offset 16, 8 bytes; in bytes; `4096` by default.
    pub index_offset: ::zerocopy::little_endian::U64,
    /// Length of the buffer of the index lane: a power of two.
    ///
    /// Offset 24, 8 bytes; in bytes.
    pub index_capacity: ::zerocopy::little_endian::U64,
    /// Offset of the buffer of the detail lane.
    ///
    /// Offset 32, 8 bytes; in bytes.
    pub detail_offset: ::zerocopy::little_endian::U64,
    /// Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane.
    ///
    /// Offset 40, 8 bytes; in bytes.
    pub detail_capacity: ::zerocopy::little_endian::U64,
    /// The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If the id differs, the machine was restarted, and pages may have reached the disk in any order.
    ///
    /// Offset 48, 16 bytes.
    pub boot_id: [u8; 16],
    /// Process of the producer.
    ///
    /// Offset 64, 4 bytes.
    pub process_id: ::zerocopy::little_endian::U32,
    /// Zero.
    ///
    /// Offset 68, 60 bytes; reserved, zero.
    pub _reserved2: [u8; 60],
    /// Position after the last published event. Written by the producer: this store publishes events.
    ///
    /// Offset 128, 8 bytes; in bytes.
    pub index_head: ::zerocopy::little_endian::U64,
    /// Position after the last detail record. A record is published with its index event. Written by the producer.
    ///
    /// Offset 136, 8 bytes; in bytes.
    pub detail_head: ::zerocopy::little_endian::U64,
    /// Events dropped because the ring was full. Written by the producer.
    ///
    /// Offset 144, 8 bytes.
    pub dropped_events: ::zerocopy::little_endian::U64,
    /// Detail records dropped because their buffer was full, while their event was kept. Written by the producer.
    ///
    /// Offset 152, 8 bytes.
    pub dropped_details: ::zerocopy::little_endian::U64,
    /// 1 during a push. Written by the producer.
    ///
    /// Offset 160, 8 bytes.
    pub pushing: ::zerocopy::little_endian::U64,
    /// 1 once the producer has ended cleanly. Written by the producer.
    ///
    /// Offset 168, 8 bytes.
    pub ended: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 176, 80 bytes; reserved, zero.
    pub _reserved3: [u8; 80],
    /// Position up to which the index lane was written to its file. Written by the drain.
    ///
    /// Offset 256, 8 bytes; in bytes.
    pub index_tail: ::zerocopy::little_endian::U64,
    /// Position up to which the detail lane was written to its file. Written by the drain.
    ///
    /// Offset 264, 8 bytes; in bytes.
    pub detail_tail: ::zerocopy::little_endian::U64,
    /// Time of the drain's last visit, on the clock that keeps running while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain.
    ///
    /// Offset 272, 8 bytes; in ns.
    pub heartbeat_ns: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 280, 104 bytes; reserved, zero.
    pub _reserved4: [u8; 104],
    /// 1 once no more events are accepted. Written by the drain.
    ///
    /// Offset 384, 8 bytes.
    pub closed: ::zerocopy::little_endian::U64,
    /// 0 while detail is switched off: events are recorded without it. Written by the drain or the program.
    ///
    /// Offset 392, 8 bytes; `1` by default.
    pub detail_enabled: ::zerocopy::little_endian::U64,
    /// What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event. Written when the ring is created.
    ///
    /// Offset 400, 8 bytes.
    pub block: ::zerocopy::little_endian::U64,
    /// Zero.
    ///
    /// Offset 408, 104 bytes; reserved, zero.
    pub _reserved5: [u8; 104],
}

impl RingControl {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
        magic: *b"ATR2",
        endian: 1,
        version: 1,
        arch: Arch::new(0),
        os: Os::new(0),
        clock_type: ClockType::new(0),
        _reserved1: [0; 3],
        thread_id: ::zerocopy::little_endian::U32::new(0),
        index_offset: ::zerocopy::little_endian::U64::new(4096),
        index_capacity: ::zerocopy::little_endian::U64::new(0),
        detail_offset: ::zerocopy::little_endian::U64::new(0),
        detail_capacity: ::zerocopy::little_endian::U64::new(0),
        boot_id: [0; 16],
        process_id: ::zerocopy::little_endian::U32::new(0),
        _reserved2: [0; 60],
        index_head: ::zerocopy::little_endian::U64::new(0),
        detail_head: ::zerocopy::little_endian::U64::new(0),
        dropped_events: ::zerocopy::little_endian::U64::new(0),
        dropped_details: ::zerocopy::little_endian::U64::new(0),
        pushing: ::zerocopy::little_endian::U64::new(0),
        ended: ::zerocopy::little_endian::U64::new(0),
        _reserved3: [0; 80],
        index_tail: ::zerocopy::little_endian::U64::new(0),
        detail_tail: ::zerocopy::little_endian::U64::new(0),
        heartbeat_ns: ::zerocopy::little_endian::U64::new(0),
        _reserved4: [0; 104],
        closed: ::zerocopy::little_endian::U64::new(0),
        detail_enabled: ::zerocopy::little_endian::U64::new(1),
        block: ::zerocopy::little_endian::U64::new(0),
        _reserved5: [0; 104],
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = 0xC55B_045A_612E_AC3B;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = 0x3C31_378B_E681_6C47;
    /// The only legal value of `magic`.
    pub const MAGIC: [u8; 4] = *b"ATR2";
    /// The only legal value of `endian`.
    pub const ENDIAN: u8 = 1;
    /// The only legal value of `version`.
    pub const VERSION: u8 = 1;
}

impl ::core::default::Default for RingControl {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for RingControl {
    const NAME: &'static str = "RingControl";
    const SIZE: usize = 512;
    const CORE_SIZE: usize = 512;
    const FIELDS: &'static [Field] = &[
        Field {
            name: "magic",
            offset: 0,
            size: 4,
            type_name: "[u8; 4]",
            doc: "Marks a ring. The first 8 bytes are stored last, with one write, when the ring is created: without them the ring is not ready.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"ATR2"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "endian",
            offset: 4,
            size: 1,
            type_name: "u8",
            doc: "Byte order of the file: 1 is little-endian, the only legal value.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "version",
            offset: 5,
            size: 1,
            type_name: "u8",
            doc: "Version of the format.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::Some(b"\x01"),
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "arch",
            offset: 6,
            size: 1,
            type_name: "Arch",
            doc: "Instruction set of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Arch::VALUES, removed: Arch::REMOVED },
        },
        Field {
            name: "os",
            offset: 7,
            size: 1,
            type_name: "Os",
            doc: "Operating system of the traced process.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: Os::VALUES, removed: Os::REMOVED },
        },
        Field {
            name: "clock_type",
            offset: 8,
            size: 1,
            type_name: "ClockType",
            doc: "Clock of every timestamp.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Enum { values: ClockType::VALUES, removed: ClockType::REMOVED },
        },
        Field {
            name: "_reserved1",
            offset: 9,
            size: 3,
            type_name: "[u8; 3]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "thread_id",
            offset: 12,
            size: 4,
            type_name: "u32",
            doc: "Thread of the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "index_offset",
            offset: 16,
            size: 8,
            type_name: "u64",
            doc: "Offset of the buffer of the index lane.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"\x00\x10\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "index_capacity",
            offset: 24,
            size: 8,
            type_name: "u64",
            doc: "Length of the buffer of the index lane: a power of two.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_offset",
            offset: 32,
            size: 8,
            type_name: "u64",
            doc: "Offset of the buffer of the detail lane.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_capacity",
            offset: 40,
            size: 8,
            type_name: "u64",
            doc: "Length of the buffer of the detail lane: a power of two, or 0 for a ring without detail lane.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "boot_id",
            offset: 48,
            size: 16,
            type_name: "[u8; 16]",
            doc: "The machine's boot id (Linux: /proc/sys/kernel/random/boot_id) when the ring was created. If the id differs, the machine was restarted, and pages may have reached the disk in any order.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "process_id",
            offset: 64,
            size: 4,
            type_name: "u32",
            doc: "Process of the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved2",
            offset: 68,
            size: 60,
            type_name: "[u8; 60]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "index_head",
            offset: 128,
            size: 8,
            type_name: "u64",
            doc: "Position after the last published event. Written by the producer: this store publishes events.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_head",
            offset: 136,
            size: 8,
            type_name: "u64",
            doc: "Position after the last detail record. A record is published with its index event. Written by the producer.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "dropped_events",
            offset: 144,
            size: 8,
            type_name: "u64",
            doc: "Events dropped because the ring was full. Written by the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "dropped_details",
            offset: 152,
            size: 8,
            type_name: "u64",
            doc: "Detail records dropped because their buffer was full, while their event was kept. Written by the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "pushing",
            offset: 160,
            size: 8,
            type_name: "u64",
            doc: "1 during a push. Written by the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "ended",
            offset: 168,
            size: 8,
            type_name: "u64",
            doc: "1 once the producer has ended cleanly. Written by the producer.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved3",
            offset: 176,
            size: 80,
            type_name: "[u8; 80]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "index_tail",
            offset: 256,
            size: 8,
            type_name: "u64",
            doc: "Position up to which the index lane was written to its file. Written by the drain.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_tail",
            offset: 264,
            size: 8,
            type_name: "u64",
            doc: "Position up to which the detail lane was written to its file. Written by the drain.",
            unit: ::core::option::Option::Some("bytes"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "heartbeat_ns",
            offset: 272,
            size: 8,
            type_name: "u64",
            doc: "Time of the drain's last visit, on the clock that keeps running while the machine sleeps (Linux: CLOCK_BOOTTIME); 0 before the first visit. Written by the drain.",
            unit: ::core::option::Option::Some("ns"),
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved4",
            offset: 280,
            size: 104,
            type_name: "[u8; 104]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
        Field {
            name: "closed",
            offset: 384,
            size: 8,
            type_name: "u64",
            doc: "1 once no more events are accepted. Written by the drain.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "detail_enabled",
            offset: 392,
            size: 8,
            type_name: "u64",
            doc: "0 while detail is switched off: events are recorded without it. Written by the drain or the program.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::Some(b"\x01\x00\x00\x00\x00\x00\x00\x00"),
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "block",
            offset: 400,
            size: 8,
            type_name: "u64",
            doc: "What a push does when the ring is full: 1 waits while a drain is alive, 0 drops the event. Written when the ring is created.",
            unit: ::core::option::Option::None,
            reserved: false,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Unsigned,
        },
        Field {
            name: "_reserved5",
            offset: 408,
            size: 104,
            type_name: "[u8; 104]",
            doc: "Zero.",
            unit: ::core::option::Option::None,
            reserved: true,
            since: 0,
            removed: ::core::option::Option::None,
            deprecated: ::core::option::Option::None,
            guard: ::core::option::Option::None,
            constant: ::core::option::Option::None,
            default: ::core::option::Option::None,
            sentinel: ::core::option::Option::None,
            max: ::core::option::Option::None,
            kind: FieldKind::Bytes,
        },
    ];
    const TAIL: ::core::option::Option<CountedTail> = ::core::option::Option::None;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<RingControl>() == 512, "size of RingControl");
    ::core::assert!(::core::mem::align_of::<RingControl>() == 1, "alignment of RingControl");
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, magic) == 0,
        "offset of RingControl.magic"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, endian) == 4,
        "offset of RingControl.endian"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, version) == 5,
        "offset of RingControl.version"
    );
    ::core::assert!(::core::mem::offset_of!(RingControl, arch) == 6, "offset of RingControl.arch");
    ::core::assert!(::core::mem::offset_of!(RingControl, os) == 7, "offset of RingControl.os");
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, clock_type) == 8,
        "offset of RingControl.clock_type"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, _reserved1) == 9,
        "offset of RingControl._reserved1"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, thread_id) == 12,
        "offset of RingControl.thread_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, index_offset) == 16,
        "offset of RingControl.index_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, index_capacity) == 24,
        "offset of RingControl.index_capacity"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, detail_offset) == 32,
        "offset of RingControl.detail_offset"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, detail_capacity) == 40,
        "offset of RingControl.detail_capacity"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, boot_id) == 48,
        "offset of RingControl.boot_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, process_id) == 64,
        "offset of RingControl.process_id"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, _reserved2) == 68,
        "offset of RingControl._reserved2"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, index_head) == 128,
        "offset of RingControl.index_head"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, detail_head) == 136,
        "offset of RingControl.detail_head"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, dropped_events) == 144,
        "offset of RingControl.dropped_events"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, dropped_details) == 152,
        "offset of RingControl.dropped_details"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, pushing) == 160,
        "offset of RingControl.pushing"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, ended) == 168,
        "offset of RingControl.ended"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, _reserved3) == 176,
        "offset of RingControl._reserved3"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, index_tail) == 256,
        "offset of RingControl.index_tail"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, detail_tail) == 264,
        "offset of RingControl.detail_tail"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, heartbeat_ns) == 272,
        "offset of RingControl.heartbeat_ns"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, _reserved4) == 280,
        "offset of RingControl._reserved4"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, closed) == 384,
        "offset of RingControl.closed"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, detail_enabled) == 392,
        "offset of RingControl.detail_enabled"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, block) == 400,
        "offset of RingControl.block"
    );
    ::core::assert!(
        ::core::mem::offset_of!(RingControl, _reserved5) == 408,
        "offset of RingControl._reserved5"
    );
};

/// The index lane of one thread. Every thread has this file.
pub const INDEX_FILE: FileLayout = FileLayout {
    name: "index",
    path: "index.atf",
    doc: "The index lane of one thread. Every thread has this file.",
    optional: false,
    header: ::core::option::Option::Some("AtfIndexHeader"),
    event: ::core::option::Option::Some("IndexEvent"),
    footer: ::core::option::Option::Some("AtfIndexFooter"),
    framing: Framing::Fixed,
    footer_at: FooterAt::Offset,
};

/// The detail lane of one thread. The file exists if detail was recorded.
pub const DETAIL_FILE: FileLayout = FileLayout {
    name: "detail",
    path: "detail.atf",
    doc: "The detail lane of one thread. The file exists if detail was recorded.",
    optional: true,
    header: ::core::option::Option::Some("AtfDetailHeader"),
    event: ::core::option::Option::Some("DetailEventHeader"),
    footer: ::core::option::Option::Some("AtfDetailFooter"),
    framing: Framing::LengthPrefixed,
    footer_at: FooterAt::End,
};

/// Offsets of every 64th record of the detail file, so that a reader need not walk the file. It can be rebuilt from the detail file at any time.
///
/// Since revision 1.
pub const DETAIL_OFFSETS_FILE: FileLayout = FileLayout {
    name: "detail_offsets",
    path: "detail.off",
    doc: "Offsets of every 64th record of the detail file, so that a reader need not walk the file. It can be rebuilt from the detail file at any time.",
    optional: true,
    header: ::core::option::Option::Some("DetailOffsetsHeader"),
    event: ::core::option::Option::Some("DetailOffset"),
    footer: ::core::option::Option::None,
    framing: Framing::Fixed,
    footer_at: FooterAt::End,
};

/// Checksums and times of the chunks of the index file. Readers can do without it: it can be made again from the index file, but then proves nothing about what happened before.
///
/// Since revision 1.
pub const INDEX_SUMS_FILE: FileLayout = FileLayout {
    name: "index_sums",
    path: "index.sum",
    doc: "Checksums and times of the chunks of the index file. Readers can do without it: it can be made again from the index file, but then proves nothing about what happened before.",
    optional: true,
    header: ::core::option::Option::Some("ChunkSumsHeader"),
    event: ::core::option::Option::Some("ChunkSum"),
    footer: ::core::option::Option::None,
    framing: Framing::Fixed,
    footer_at: FooterAt::End,
};

/// Checksums and times of the chunks of the detail file.
///
/// Since revision 1.
pub const DETAIL_SUMS_FILE: FileLayout = FileLayout {
    name: "detail_sums",
    path: "detail.sum",
    doc: "Checksums and times of the chunks of the detail file.",
    optional: true,
    header: ::core::option::Option::Some("ChunkSumsHeader"),
    event: ::core::option::Option::Some("ChunkSum"),
    footer: ::core::option::Option::None,
    framing: Framing::Fixed,
    footer_at: FooterAt::End,
};

/// Checksum of the session's manifest.json: one entry, which covers the whole file. It is written after the manifest, beside the old one, and renamed.
///
/// Since revision 1.
pub const SESSION_SUM_FILE: FileLayout = FileLayout {
    name: "session_sum",
    path: "session.sum",
    doc: "Checksum of the session's manifest.json: one entry, which covers the whole file. It is written after the manifest, beside the old one, and renamed.",
    optional: true,
    header: ::core::option::Option::Some("ChunkSumsHeader"),
    event: ::core::option::Option::Some("ChunkSum"),
    footer: ::core::option::Option::None,
    framing: Framing::Fixed,
    footer_at: FooterAt::End,
};

/// Shared memory between a traced thread (the producer) and the drain that writes its files. Both map it while the thread is recorded; it is removed at a clean end. The buffers of the index lane and of the detail lane follow the control block. A position counts bytes of the lane's events section: byte p of the section is byte p modulo the capacity of the buffer. All words from `index_head` on are little-endian 64-bit atomics.
///
/// Since revision 1.
pub const RING_FILE: FileLayout = FileLayout {
    name: "ring",
    path: "lanes.ring",
    doc: "Shared memory between a traced thread (the producer) and the drain that writes its files. Both map it while the thread is recorded; it is removed at a clean end. The buffers of the index lane and of the detail lane follow the control block. A position counts bytes of the lane's events section: byte p of the section is byte p modulo the capacity of the buffer. All words from `index_head` on are little-endian 64-bit atomics.",
    optional: true,
    header: ::core::option::Option::Some("RingControl"),
    event: ::core::option::Option::None,
    footer: ::core::option::Option::None,
    framing: Framing::Fixed,
    footer_at: FooterAt::End,
};

/// Every file of the format.
pub const FILES: &[FileLayout] = &[
    INDEX_FILE, DETAIL_FILE, DETAIL_OFFSETS_FILE, INDEX_SUMS_FILE, DETAIL_SUMS_FILE,
    SESSION_SUM_FILE, RING_FILE,
];

/// A record of the format.
pub trait Record:
    ::zerocopy::FromBytes
    + ::zerocopy::IntoBytes
    + ::zerocopy::KnownLayout
    + ::zerocopy::Immutable
    + ::zerocopy::Unaligned
    + ::core::marker::Copy
    + ::core::default::Default
    + 'static
{
    /// Name in the schema.
    const NAME: &'static str;
    /// Size in bytes, without a counted tail.
    const SIZE: usize;
    /// Bytes that data of every revision has: up to the end of the last field of the first
    /// revision.
    const CORE_SIZE: usize;
    /// The fields by offset, including removed ones.
    const FIELDS: &'static [Field];
    /// The bytes after the record whose length is in one of its fields.
    const TAIL: ::core::option::Option<CountedTail>;

    /// The record at the start of `bytes`, which may be shorter than the record: data of an
    /// earlier revision has fewer fields. A field that is missing or incomplete gets
    /// [`Field::default`]. Bytes after the record are ignored.
    ///
    /// `None` if `bytes` are shorter than [`CORE_SIZE`](Record::CORE_SIZE).
    #[must_use]
    fn read_start(bytes: &[u8]) -> ::core::option::Option<Self> {
        if let ::core::result::Result::Ok((whole, _)) =
            <Self as ::zerocopy::FromBytes>::read_from_prefix(bytes)
        {
            return ::core::option::Option::Some(whole);
        }
        if bytes.len() < Self::CORE_SIZE {
            return ::core::option::Option::None;
        }
        let mut record = <Self as ::core::default::Default>::default();
        let all = ::zerocopy::IntoBytes::as_mut_bytes(&mut record);
        for field in Self::FIELDS {
            let ::core::option::Option::Some(place) =
                all.get_mut(field.offset..field.offset + field.size)
            else {
                continue;
            };
            match (field.bytes(bytes), field.default) {
                (::core::option::Option::Some(there), _)
                | (::core::option::Option::None, ::core::option::Option::Some(there)) => {
                    place.copy_from_slice(there);
                }
                // As in a fresh record: the constant, else zero.
                (::core::option::Option::None, ::core::option::Option::None) => {}
            }
        }
        ::core::option::Option::Some(record)
    }
}

/// A named value of an enum, or a named bit of flags as its mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Name in the schema.
    pub name: &'static str,
    /// The number.
    pub value: u64,
    /// Meaning.
    pub doc: &'static str,
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Name in the schema.
    pub name: &'static str,
    /// First byte within the record.
    pub offset: usize,
    /// Bytes.
    pub size: usize,
    /// Type, as the schema writes it.
    pub type_name: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// Unit of the number.
    pub unit: ::core::option::Option<&'static str>,
    /// Whether the bytes are reserved and must be zero.
    pub reserved: bool,
    /// Revision that added the field; 0 is the first.
    pub since: u32,
    /// Revision that removed the field: its bytes have no meaning and are not checked.
    pub removed: ::core::option::Option<u32>,
    /// What to use instead, if the field is deprecated.
    pub deprecated: ::core::option::Option<&'static str>,
    /// The flag that says whether the field holds a value.
    pub guard: ::core::option::Option<Guard>,
    /// The only legal bytes.
    pub constant: ::core::option::Option<&'static [u8]>,
    /// Value of the field if data ends before it: its default, else the bytes for "none";
    /// `None` is zero, or the constant.
    pub default: ::core::option::Option<&'static [u8]>,
    /// The bytes for "none".
    pub sentinel: ::core::option::Option<&'static [u8]>,
    /// The largest legal number.
    pub max: ::core::option::Option<u64>,
    /// Kind of the field's bytes.
    pub kind: FieldKind,
}

/// The flag that says whether a field holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Name of the record with the flags.
    pub record: &'static str,
    /// Whether this record is the header of the file; else it is the field's own record.
    pub in_header: bool,
    /// Name of the field that holds the flags.
    pub field: &'static str,
    /// Name of the bit.
    pub bit: &'static str,
    /// First byte of the flags within their record.
    pub offset: usize,
    /// Bytes of the flags.
    pub size: usize,
    /// The bit as a mask.
    pub mask: u64,
}

/// Kind of a field's bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldKind {
    /// An unsigned integer.
    Unsigned,
    /// A signed integer.
    Signed,
    /// A float.
    Float,
    /// Plain bytes.
    Bytes,
    /// An enum.
    Enum {
        /// The values that have a name.
        values: &'static [EnumValue],
        /// The removed values, which older data contains.
        removed: &'static [EnumValue],
    },
    /// Flags.
    Flags {
        /// The bits that have a name, each as its mask.
        bits: &'static [EnumValue],
        /// All removed bits as one mask; older data may have them set.
        removed: u64,
    },
    /// An array.
    Array {
        /// Kind of each element.
        of: &'static FieldKind,
        /// Bytes of each element.
        size: usize,
    },
    /// A record with these fields.
    Record(&'static [Field]),
}

/// Bytes after a record; one of its fields is their length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedTail {
    /// Name in the schema.
    pub name: &'static str,
    /// First byte: the record's size.
    pub offset: usize,
    /// The field with the length.
    pub count: &'static str,
    /// Meaning.
    pub doc: &'static str,
}

/// A file and its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLayout {
    /// Name in the schema.
    pub name: &'static str,
    /// Path, relative to the folder that holds the format's files.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// Whether it may be absent.
    pub optional: bool,
    /// Name of the record at its start.
    pub header: ::core::option::Option<&'static str>,
    /// Name of the record of each event.
    pub event: ::core::option::Option<&'static str>,
    /// Name of the record at its end.
    pub footer: ::core::option::Option<&'static str>,
    /// Framing of the events.
    pub framing: Framing,
    /// How the footer is found.
    pub footer_at: FooterAt,
}

/// Framing of the events of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// All have the same size.
    Fixed,
    /// Each holds its length.
    LengthPrefixed,
}

/// How the footer of a file is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FooterAt {
    /// A field of the header holds its offset.
    Offset,
    /// It is at the end of the file.
    End,
}

/// A field's value, read from a record's bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// An unsigned integer, flags, or an unknown value of an enum.
    Unsigned(u64),
    /// A signed integer.
    Signed(i64),
    /// A float.
    Float(f64),
    /// Name of an enum's value.
    Name(&'static str),
    /// The field holds its sentinel, or its guard is not set.
    Absent,
    /// Plain bytes.
    Bytes(&'a [u8]),
    /// The elements of an array.
    List(Elements<'a>),
    /// A record inside the record.
    Record {
        /// Its fields.
        fields: &'static [Field],
        /// Its bytes.
        bytes: &'a [u8],
    },
}

/// The values of an array's elements, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elements<'a> {
    kind: &'static FieldKind,
    size: usize,
    bytes: &'a [u8],
}

impl<'a> ::core::iter::Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> ::core::option::Option<Value<'a>> {
        let (first, rest) = self.bytes.split_at_checked(self.size)?;
        if first.is_empty() {
            return ::core::option::Option::None;
        }
        self.bytes = rest;
        ::core::option::Option::Some(self.kind.value(first))
    }

    fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
        let left = self.bytes.len().checked_div(self.size).unwrap_or(0);
        (left, ::core::option::Option::Some(left))
    }
}

impl ::core::iter::ExactSizeIterator for Elements<'_> {}

impl Field {
    /// The field's bytes within `record`, or `None` when the record ends before them.
    #[must_use]
    pub fn bytes<'a>(&self, record: &'a [u8]) -> ::core::option::Option<&'a [u8]> {
        record.get(self.offset..self.offset + self.size)
    }

    /// Whether the field is in use: neither reserved nor removed.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !self.reserved && self.removed.is_none()
    }

    /// The field's value in `record`, or `None` when the record ends before it.
    ///
    /// [`Value::Absent`] if a guard in the same record is not set. For a guard in the header of
    /// the file, call [`Guard::is_set`].
    #[must_use]
    pub fn value<'a>(&self, record: &'a [u8]) -> ::core::option::Option<Value<'a>> {
        let bytes = self.bytes(record)?;
        if self.sentinel == ::core::option::Option::Some(bytes) {
            return ::core::option::Option::Some(Value::Absent);
        }
        let says_nothing = match self.guard {
            ::core::option::Option::Some(guard) if !guard.in_header => {
                guard.is_set(record) == ::core::option::Option::Some(false)
            }
            _ => false,
        };
        if says_nothing {
            return ::core::option::Option::Some(Value::Absent);
        }
        ::core::option::Option::Some(self.kind.value(bytes))
    }
}

impl Guard {
    /// Whether the flag is set in `record`, which is a [`Guard::record`]; `None` if the record
    /// ends before the flags.
    #[must_use]
    pub fn is_set(&self, record: &[u8]) -> ::core::option::Option<bool> {
        let flags = record.get(self.offset..self.offset + self.size)?;
        ::core::option::Option::Some(little_endian(flags) & self.mask != 0)
    }
}

impl FieldKind {
    /// The value in `bytes`; a number is read from the first eight.
    #[must_use]
    pub fn value<'a>(self, bytes: &'a [u8]) -> Value<'a> {
        match self {
            Self::Unsigned | Self::Flags { .. } => Value::Unsigned(little_endian(bytes)),
            Self::Signed => Value::Signed(sign_extended(bytes)),
            Self::Float => Value::Float(float(bytes)),
            Self::Bytes => Value::Bytes(bytes),
            Self::Enum { values, .. } => {
                let number = little_endian(bytes);
                match values.iter().find(|known| known.value == number) {
                    ::core::option::Option::Some(known) => Value::Name(known.name),
                    ::core::option::Option::None => Value::Unsigned(number),
                }
            }
            Self::Array { of, size } => Value::List(Elements { kind: of, size, bytes }),
            Self::Record(fields) => Value::Record { fields, bytes },
        }
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h, ..] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

fn sign_extended(bytes: &[u8]) -> i64 {
    match *bytes {
        [a] => i64::from(i8::from_le_bytes([a])),
        [a, b] => i64::from(i16::from_le_bytes([a, b])),
        [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
        _ => little_endian(bytes).cast_signed(),
    }
}

fn float(bytes: &[u8]) -> f64 {
    match *bytes {
        [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
        _ => f64::from_bits(little_endian(bytes)),
    }
}

/// CRC-32 of IEEE 802.3, four bits at a time: records are short.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut at = 0;
        while at < 16 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 0 { value >> 1 } else { value >> 1 ^ 0xEDB8_8320 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    let mut sum = !0;
    for byte in bytes {
        sum ^= u32::from(*byte);
        sum = sum >> 4 ^ TABLE[(sum & 15) as usize];
        sum = sum >> 4 ^ TABLE[(sum & 15) as usize];
    }
    !sum
}
