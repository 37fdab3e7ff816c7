//! What a handle reads, and what must stay for it.
//!
//! A thread's index is a part of the thread's reader, which is a part of the session's. C gets a handle for each
//! of them and closes them in any order: each keeps the whole that it is a part of, and with it the maps.

use std::any::Any;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::failure::Result;

/// A value that is a part of something shared, which is dropped when nothing keeps it any more.
pub(crate) struct Shared<T: 'static> {
    value: NonNull<T>,
    whole: Arc<dyn Any + Send + Sync>,
}

// SAFETY: it lends `&T` from any thread, as an `Arc<T>` does; what is dropped at the end is Send and Sync.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: the same.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// A value that is whole.
    pub(crate) fn new(value: T) -> Self
    where
        T: Send + Sync,
    {
        let whole = Arc::new(value);
        Self { value: NonNull::from(&*whole), whole }
    }

    /// A part of it, which keeps the whole.
    pub(crate) fn part<U>(
        &self,
        find: impl for<'a> FnOnce(&'a T) -> Result<&'a U>,
    ) -> Result<Shared<U>> {
        let value = NonNull::from(find(self.get())?);
        Ok(Shared { value, whole: Arc::clone(&self.whole) })
    }

    #[inline]
    pub(crate) fn get(&self) -> &T {
        // SAFETY: the value lies in `whole`, which does not move, is not changed and lives as long as this: `new`
        // takes its address there, and whatever `part` finds for any lifetime of a `T` lives as long.
        unsafe { self.value.as_ref() }
    }

    /// The value, for something that is stored beside this.
    ///
    /// # Safety
    ///
    /// The result, and what is made from it, is dropped before this is, and given to nobody who uses it later.
    pub(crate) unsafe fn lend(&self) -> &'static T {
        // SAFETY: as in `get`, for as long as the caller promises.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { value: self.value, whole: Arc::clone(&self.whole) }
    }
}
