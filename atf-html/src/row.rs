//! The calls of a thread at one depth: those that are shown, and cells of time that stand for shorter ones.

/// A call that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
    pub(crate) function_id: u64,
}

/// Calls that began in the same stretch of time and are too short to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// The stretch: its number from time 0, in units of the shortest duration that is shown.
    pub(crate) at: u64,
    pub(crate) calls: u64,
    /// Their durations together.
    pub(crate) ns: u64,
    /// The function of the longest of them, and its duration.
    pub(crate) function_id: u64,
    pub(crate) longest_ns: u64,
}

impl Cell {
    fn of(span: Span, shortest_ns: u64) -> Self {
        let ns = span.end_ns.saturating_sub(span.start_ns);
        let at = span.start_ns / shortest_ns;
        Self { at, calls: 1, ns, function_id: span.function_id, longest_ns: ns }
    }

    fn add(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.ns = self.ns.saturating_add(other.ns);
        if other.longest_ns > self.longest_ns {
            (self.function_id, self.longest_ns) = (other.function_id, other.longest_ns);
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) spans: Vec<Span>,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    pub(crate) fn len(&self) -> usize {
        self.spans.len() + self.cells.len()
    }

    /// Adds a call. 0 for `shortest_ns`: each is shown.
    pub(crate) fn add(&mut self, span: Span, shortest_ns: u64) {
        if shortest_ns == 0 || span.end_ns.saturating_sub(span.start_ns) >= shortest_ns {
            self.spans.push(span);
            return;
        }
        let cell = Cell::of(span, shortest_ns);
        match self.cells.last_mut().filter(|last| last.at == cell.at) {
            Some(last) => last.add(&cell),
            None => self.cells.push(cell),
        }
    }

    /// From a shortest duration of `from` to `to`, which is a multiple of it.
    pub(crate) fn fold(&mut self, from: u64, to: u64) {
        let mut cells: Vec<Cell> = std::mem::take(&mut self.cells);
        cells.iter_mut().for_each(|cell| cell.at /= to / from.max(1));
        self.spans.retain(|span| {
            let is_shown = span.end_ns.saturating_sub(span.start_ns) >= to;
            if !is_shown {
                cells.push(Cell::of(*span, to));
            }
            is_shown
        });
        cells.sort_by_key(|cell| cell.at);
        for cell in cells {
            match self.cells.last_mut().filter(|last| last.at == cell.at) {
                Some(last) => last.add(&cell),
                None => self.cells.push(cell),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls and their time are the same, however often they are folded.
    #[test]
    fn folding_keeps_calls_and_time() {
        let mut random = 7_u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) % below
        };
        for _ in 0..100 {
            let (mut row, mut now, mut shortest) = (Row::default(), 0, 0);
            let (mut calls, mut ns) = (0, 0);
            for _ in 0..next(200) {
                let start_ns = now + next(30);
                now = start_ns + next(100);
                let span = Span { start_ns, end_ns: now, function_id: next(3) };
                row.add(span, shortest);
                calls += 1;
                ns += now - start_ns;
                if next(20) == 0 {
                    let to = if shortest == 0 { 2 } else { shortest * 2 };
                    row.fold(shortest, to);
                    shortest = to;
                }
            }
            let shown_ns: u64 = row.spans.iter().map(|span| span.end_ns - span.start_ns).sum();
            let folded_ns: u64 = row.cells.iter().map(|cell| cell.ns).sum();
            let folded: u64 = row.cells.iter().map(|cell| cell.calls).sum();
            assert_eq!((row.spans.len() as u64 + folded, shown_ns + folded_ns), (calls, ns));
            assert!(row.spans.iter().all(|span| span.end_ns - span.start_ns >= shortest));
            assert!(row.cells.windows(2).all(|pair| pair[0].at < pair[1].at));
            assert!(row.spans.windows(2).all(|pair| pair[0].end_ns <= pair[1].start_ns));
        }
    }
}
