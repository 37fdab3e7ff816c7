//! The resolved format: every name looked up, every value converted to bytes.
//!
//! Made by [`crate::load`] from the parsed schema. Checks and emitters see only the model, never
//! the TOML. Elements refer to each other by id, the index in the list of their kind.

mod constant;
mod enums;
mod evolution;
mod field;
mod file;
mod flags;
mod format;
mod layout_hash;
mod payload;
mod record;
pub(crate) mod resolve;
mod role;
mod statement;
mod types;
mod users;
mod value;

pub use constant::Constant;
pub use enums::{Enum, EnumValue};
pub use evolution::{Evolution, Guard, Tombstone};
pub use field::Field;
pub(crate) use field::REMOVED_PREFIX;
pub use file::{File, FooterAt, Framing};
pub use flags::{FlagBit, Flags};
pub use format::{CNames, Format};
pub use layout_hash::{HashOf, LayoutHashes};
pub use payload::{ElementNames, EnumCase, Payload};
pub use record::{Record, Tail};
pub use role::{Algorithm, Covered, Extent, FieldRef, Role, RoleKind, Section};
pub use statement::Statement;
#[cfg(feature = "cli")]
pub(crate) use types::primitive;
pub use types::{Int, Type};
pub use users::Users;
pub use value::{Value, ValueSource};

/// Position of an enum in [`Format::enums`].
pub type EnumId = usize;
/// Position of a flags type in [`Format::flags`].
pub type FlagsId = usize;
/// Position of a record in [`Format::records`].
pub type RecordId = usize;
/// Position of a file in [`Format::files`].
pub type FileId = usize;
/// Position of a constant in [`Format::constants`].
pub type ConstantId = usize;
