//! What the library asks `atf record`: `c/protocol.h` is the other side.

/// Bytes of a question before its text.
pub const QUESTION_BYTES: usize = 24;
/// Bytes of an answer.
pub const ANSWER_BYTES: usize = 16;
/// Most bytes of a text.
pub const TEXT_MAX: usize = 4096;

/// A question of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub kind: Kind,
    /// The number of a module or thread.
    pub id: u32,
    /// First value, see [`Kind`].
    pub a: u64,
    /// Second value, see [`Kind`].
    pub b: u64,
    /// A path or a name.
    pub text: Vec<u8>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A program begins in this process, or a fork does.
    Start,
    /// A module was loaded: base and length, and its path.
    Module,
    /// A thread begins: the system's id, the number of threads that could not be traced, its name.
    Thread,
    /// A thread has ended.
    Ended,
    /// A module was removed from memory.
    Unloaded,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether the answer is no.
    pub is_refused: bool,
    /// Number of [`Place`]s in the file.
    pub count: u32,
    /// The length of a ring.
    pub value: u64,
}

/// A function that is traced, or a place in it that is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the module's base.
    pub offset: u32,
    /// What is there.
    pub kind: PlaceKind,
    /// The function, from the module's base.
    pub function: u32,
}

/// What is at a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A function that calls the hooks.
    Function,
    /// A sled at the entry of a function.
    XrayEntry,
    /// A sled before a return.
    XrayExit,
    /// A sled before a tail call.
    XrayTail,
}

impl Question {
    /// The question in a message; `None` if it is none.
    ///
    /// ```
    /// use atf_record::protocol::{Kind, Question};
    /// let mut message = vec![0; 24];
    /// message[0] = 3;
    /// message.extend(b"worker");
    /// let question = Question::parse(&message).unwrap();
    /// assert_eq!((question.kind, question.text.as_slice()), (Kind::Thread, &b"worker"[..]));
    /// assert_eq!(Question::parse(&message[..23]), None);
    /// ```
    #[must_use]
    pub fn parse(message: &[u8]) -> Option<Self> {
        let (head, text) = message.split_first_chunk::<QUESTION_BYTES>()?;
        let (kind, rest) = head.split_first_chunk::<4>()?;
        let (id, rest) = rest.split_first_chunk::<4>()?;
        let (a, rest) = rest.split_first_chunk::<8>()?;
        let kind = match u32::from_ne_bytes(*kind) {
            1 => Kind::Start,
            2 => Kind::Module,
            3 => Kind::Thread,
            4 => Kind::Ended,
            5 => Kind::Unloaded,
            _ => return None,
        };
        let b = u64::from_ne_bytes(*rest.first_chunk()?);
        let (id, a) = (u32::from_ne_bytes(*id), u64::from_ne_bytes(*a));
        Some(Self { kind, id, a, b, text: text.to_vec() })
    }
}

impl Answer {
    /// The answer as a message.
    #[must_use]
    pub fn to_bytes(self) -> [u8; ANSWER_BYTES] {
        let mut bytes = [0; ANSWER_BYTES];
        bytes[..4].copy_from_slice(&u32::from(self.is_refused).to_ne_bytes());
        bytes[4..8].copy_from_slice(&self.count.to_ne_bytes());
        bytes[8..].copy_from_slice(&self.value.to_ne_bytes());
        bytes
    }
}

impl Place {
    /// The place as it is in the file.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let kind: u32 = match self.kind {
            PlaceKind::Function => 0,
            PlaceKind::XrayEntry => 1,
            PlaceKind::XrayExit => 2,
            PlaceKind::XrayTail => 3,
        };
        for (at, value) in [self.offset, kind, self.function].into_iter().enumerate() {
            bytes[4 * at..4 * at + 4].copy_from_slice(&value.to_ne_bytes());
        }
        bytes
    }
}
