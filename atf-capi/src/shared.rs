//! What a handle reads, and what it keeps alive.
//!
//! A thread's index is a part of the thread's reader, which is a part of the session's. C gets a handle for each, and closes
//! them in any order. So each handle keeps the outermost object alive, and with it the maps.

use std::any::Any;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::failure::Result;

/// A part of a shared object, which is dropped with the last handle that keeps it.
pub(crate) struct Shared<T: 'static> {
    value: NonNull<T>,
    whole: Arc<dyn Any + Send + Sync>,
}

// SAFETY: it gives `&T` to any thread, as an `Arc<T>` does; what is dropped at the end is Send and Sync.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: the same.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// An object that is not a part of another.
    pub(crate) fn new(value: T) -> Self
    where
        T: Send + Sync,
    {
        let whole = Arc::new(value);
        Self { value: NonNull::from(&*whole), whole }
    }

    /// A part of this object, which keeps the outermost object alive.
    pub(crate) fn part<U>(
        &self,
        find: impl for<'a> FnOnce(&'a T) -> Result<&'a U>,
    ) -> Result<Shared<U>> {
        let value = NonNull::from(find(self.get())?);
        Ok(Shared { value, whole: Arc::clone(&self.whole) })
    }

    /// The value.
    #[inline]
    pub(crate) fn get(&self) -> &T {
        // SAFETY: 1. The value is in `whole`, which does not move, is not changed and lives as long as this.
        //         2. `new` takes its address there; what `part` finds for any lifetime of a `T` lives as long.
        unsafe { self.value.as_ref() }
    }

    /// The value, for something that is stored beside this.
    ///
    /// # Safety
    ///
    /// The result, and all that is made from it, is dropped before this. Nobody outside uses it afterwards.
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
