//! From numbers in Rust to columns of Arrow.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, DictionaryArray, PrimitiveArray,
    StringArray, UInt32Array,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Field, Schema};

/// Named columns of one length.
#[derive(Default)]
pub(super) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Adds a column of numbers.
    pub(super) fn numbers<T: ArrowPrimitiveType>(&mut self, name: &str, numbers: Vec<T::Native>) {
        self.add(name, false, Arc::new(PrimitiveArray::<T>::new(numbers.into(), None)));
    }

    /// Adds a column of numbers, some of which are missing: `missing` stands for them in memory.
    pub(super) fn optional<T: ArrowPrimitiveType>(
        &mut self,
        name: &str,
        numbers: Vec<T::Native>,
        missing: T::Native,
    ) where
        T::Native: PartialEq,
    {
        let nulls: NullBuffer = numbers.iter().map(|number| *number != missing).collect();
        let array = PrimitiveArray::<T>::new(ScalarBuffer::from(numbers), Some(nulls));
        self.add(name, true, Arc::new(array));
    }

    /// Adds a column of truth values.
    pub(super) fn truths(&mut self, name: &str, truths: Vec<bool>) {
        self.add(name, false, Arc::new(BooleanArray::from(truths)));
    }

    /// Adds a column of texts, as numbers of the texts in a list; `u32::MAX` for none.
    pub(super) fn texts(
        &mut self,
        name: &str,
        codes: Vec<u32>,
        texts: Vec<String>,
    ) -> Result<(), ArrowError> {
        let nulls: NullBuffer = codes.iter().map(|code| *code != u32::MAX).collect();
        // A missing text has a number that is in the list, or the empty list's 0.
        let keys = codes.into_iter().map(|code| if code == u32::MAX { 0 } else { code });
        let keys = UInt32Array::new(keys.collect(), Some(nulls));
        let texts = StringArray::from(texts);
        let array = DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(texts))?;
        self.add(name, true, Arc::new(array));
        Ok(())
    }

    fn add(&mut self, name: &str, is_optional: bool, array: ArrayRef) {
        self.fields.push(Field::new(name, array.data_type().clone(), is_optional));
        self.arrays.push(array);
    }

    pub(super) fn finish(self) -> (Schema, Vec<ArrayRef>) {
        (Schema::new(self.fields), self.arrays)
    }
}

/// Texts with numbers, in the order in which they came.
#[derive(Default)]
pub(super) struct Texts {
    numbers: HashMap<String, u32>,
    pub(super) texts: Vec<String>,
}

impl Texts {
    /// The number of a text; `u32::MAX` for none.
    pub(super) fn number(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return u32::MAX };
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }
}
