//! The bytes of a file that is already in memory, whoever owns them.

use std::borrow::Cow;
use std::sync::Arc;

/// The bytes of a file, owned, shared or static. Any alignment works.
///
/// ```
/// use std::sync::Arc;
///
/// use atf_runtime::reader::FileBytes;
/// let shared: Arc<[u8]> = Arc::from([1, 2, 3]);
/// assert_eq!(FileBytes::from(Arc::clone(&shared)).as_ref(), [1, 2, 3]);
/// assert_eq!(FileBytes::from(vec![1, 2]).as_ref(), [1, 2]);
/// assert_eq!(FileBytes::from(&[1]).as_ref(), [1]);
/// ```
#[derive(Clone, Debug)]
pub struct FileBytes(Owner);

#[derive(Clone, Debug)]
enum Owner {
    Vec(Vec<u8>),
    Shared(Arc<[u8]>),
    Static(&'static [u8]),
}

impl AsRef<[u8]> for FileBytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Owner::Vec(bytes) => bytes,
            Owner::Shared(bytes) => bytes,
            Owner::Static(bytes) => bytes,
        }
    }
}

/// No bytes.
impl Default for FileBytes {
    fn default() -> Self {
        Self(Owner::Static(&[]))
    }
}

impl From<Vec<u8>> for FileBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Owner::Vec(bytes))
    }
}

impl From<Box<[u8]>> for FileBytes {
    fn from(bytes: Box<[u8]>) -> Self {
        Self(Owner::Vec(bytes.into_vec()))
    }
}

impl From<Arc<[u8]>> for FileBytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self(Owner::Shared(bytes))
    }
}

impl From<&'static [u8]> for FileBytes {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Owner::Static(bytes))
    }
}

impl<const LEN: usize> From<&'static [u8; LEN]> for FileBytes {
    fn from(bytes: &'static [u8; LEN]) -> Self {
        Self(Owner::Static(bytes))
    }
}

impl From<Cow<'static, [u8]>> for FileBytes {
    fn from(bytes: Cow<'static, [u8]>) -> Self {
        Self(match bytes {
            Cow::Borrowed(bytes) => Owner::Static(bytes),
            Cow::Owned(bytes) => Owner::Vec(bytes),
        })
    }
}
