//! What an output format prints of a function: made when the function is first printed, then looked up.

use std::collections::HashMap;

use atf_analysis::names::Names;
use foldhash::fast::RandomState;

/// Cells of functions without a name that are kept: a damaged trace may have any number of ids.
const MAX_UNNAMED: usize = 4096;

/// Makes the cell of a function.
type Make<T> = fn(&Names, u64) -> T;

/// A cell per function.
pub(super) struct Cells<'a, T> {
    names: &'a Names,
    make: Make<T>,
    cells: HashMap<u64, T, RandomState>,
    max_len: usize,
}

impl<'a, T> Cells<'a, T> {
    pub(super) fn new(names: &'a Names, make: Make<T>) -> Self {
        let max_len = names.functions().count() + MAX_UNNAMED;
        Self { names, make, cells: HashMap::default(), max_len }
    }

    /// The cell of a function.
    #[inline]
    pub(super) fn get(&mut self, function_id: u64) -> &T {
        if self.cells.len() >= self.max_len {
            self.make_room(function_id);
        }
        let (names, make) = (self.names, self.make);
        self.cells.entry(function_id).or_insert_with(|| make(names, function_id))
    }

    #[cold]
    fn make_room(&mut self, function_id: u64) {
        if !self.cells.contains_key(&function_id) {
            self.cells.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_functions_without_a_name_has_cells() {
        let names = Names::default();
        let mut cells = Cells::new(&names, |_, id| id);
        for round in 0..3 {
            for id in 0..3 * MAX_UNNAMED as u64 + round {
                assert_eq!(*cells.get(id), id);
                assert!(cells.cells.len() <= MAX_UNNAMED);
            }
        }
    }
}
