//! Sessions with everything that recorders do to calls.

use super::{Choice, Event};

/// Numbers that look random and are the same every time.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.roll() % sides
    }

    /// Whether one of `sides` came.
    pub fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Threads with their events.
pub type Session = Vec<(u32, Vec<Event>)>;

const EXTREMES: [u64; 6] = [0, 1, 1 << 63, u64::MAX - 2, u64::MAX - 1, u64::MAX];

/// A session of a few threads.
pub fn random_session(dice: &mut Dice) -> Session {
    let threads = 1 + dice.below(4);
    let functions: Vec<u64> = (0..1 + dice.below(6))
        .map(|number| match dice.below(20) {
            0 => dice.of(&EXTREMES),
            _ => (1 + dice.below(2)) << 32 | number,
        })
        .collect();
    let ids = (0..threads).map(|number| if dice.one_in(30) { u32::MAX } else { number as u32 });
    let ids: Vec<u32> = ids.collect();
    let mut session: Session = Vec::new();
    for id in ids {
        if session.iter().all(|(other, _)| *other != id) {
            let events = random_thread(dice, &functions);
            session.push((id, events));
        }
    }
    session
}

fn random_thread(dice: &mut Dice, functions: &[u64]) -> Vec<Event> {
    // How the recorder writes depths: as they are, 0, one higher on returns, drifting, or any.
    let depths = dice.below(6);
    // How the clock goes: on, with ties, backwards at times, anywhere.
    let clock = dice.below(5);
    // How much goes wrong: nothing, a little, a lot.
    let trouble = dice.of(&[0, 0, 40, 12, 4]);
    let first_depth = if dice.one_in(5) { dice.below(4) as u32 } else { 0 };
    let mut time = dice.of(&[0, 5, 1_000_000, u64::MAX - 400]);
    let mut stack: Vec<u64> = Vec::new();
    let mut events: Vec<Event> = Vec::new();
    let mut drift = 0_u32;
    for _ in 0..dice.below(60) {
        time = match clock {
            0 | 1 => time.saturating_add(dice.below(20)),
            2 => time.saturating_add(dice.below(2)),
            3 if dice.one_in(5) => time.saturating_sub(dice.below(60)),
            4 => dice.of(&EXTREMES),
            _ => time.saturating_add(dice.below(30)),
        };
        let function = dice.of(functions);
        let height = stack.len() as u32 + first_depth;
        let mut event = Event { time, function, kind: 1, depth: 0, has_detail: false };
        let is_trouble = trouble > 0 && dice.one_in(trouble);
        let mut true_depth = height;
        match dice.below(10) {
            // longjmp, or a throw without events: nothing is written.
            0 if is_trouble => {
                stack.truncate(dice.below(stack.len() as u64 + 1) as usize);
                continue;
            }
            // Lost events: some calls and returns happen unseen, then a marker has the next event's time.
            1 if is_trouble => {
                stack.truncate(dice.below(stack.len() as u64 + 1) as usize);
                (0..dice.below(3)).for_each(|_| stack.push(dice.of(functions)));
                event.kind = 4;
                event.function = if dice.one_in(9) { dice.of(&EXTREMES) } else { dice.below(9) };
                event.has_detail = dice.one_in(9);
                event.depth = u32::from(dice.one_in(9));
                events.push(event);
                if dice.one_in(9) {
                    events.push(event);
                }
                // Mostly the next event keeps this time.
                if !dice.one_in(9) && clock != 4 {
                    let next = Event { kind: 1, has_detail: false, function, ..event };
                    let depth = written(dice, depths, stack.len() as u32 + first_depth, 1, drift);
                    stack.push(function);
                    events.push(Event { depth, ..next });
                }
                continue;
            }
            // A return without a call.
            2 if is_trouble => event.kind = 2,
            3 if is_trouble => event.kind = dice.of(&[0, 4, 5, 6, 77, u32::MAX]),
            4 if is_trouble => drift = drift.wrapping_add(1),
            5 if is_trouble => true_depth = dice.below(6) as u32,
            0..=5 if stack.len() < 9 => stack.push(function),
            _ => match stack.pop() {
                None => stack.push(function),
                Some(inner) => {
                    event.kind = if dice.one_in(6) { 3 } else { 2 };
                    event.function = inner;
                    true_depth = height - 1;
                }
            },
        }
        event.depth = written(dice, depths, true_depth, event.kind, drift);
        event.has_detail = dice.one_in(12);
        events.push(event);
    }
    events
}

/// The depth as the recorder writes it.
fn written(dice: &mut Dice, depths: u64, depth: u32, kind: u32, drift: u32) -> u32 {
    match depths {
        0..=2 => depth,
        3 => 0,
        4 => depth + u32::from(kind == 2 || kind == 3),
        _ if dice.one_in(20) => dice.of(&[0, u32::MAX - 1, u32::MAX]),
        _ => depth.wrapping_add(drift),
    }
}

/// A choice among the calls of a session; of two, one wants all.
pub fn random_choice(dice: &mut Dice, session: &Session) -> Choice {
    let mut choice = Choice::default();
    if dice.one_in(2) {
        return choice;
    }
    let events: Vec<Event> = session.iter().flat_map(|(_, events)| events.clone()).collect();
    let any = |dice: &mut Dice| match events.is_empty() {
        true => Event { time: 5, function: 1, kind: 1, depth: 0, has_detail: false },
        false => dice.of(&events),
    };
    if dice.one_in(6) {
        choice.threads = Some(vec![dice.below(4) as u32, u32::MAX]);
    }
    if dice.one_in(2) {
        choice.from = Some(any(dice).time);
    }
    if dice.one_in(2) {
        choice.to = Some(any(dice).time.saturating_add(dice.below(3)));
    }
    if dice.one_in(3) {
        choice.functions = Some((dice.one_in(2), vec![any(dice).function, any(dice).function]));
    }
    if dice.one_in(4) {
        choice.callers = Some(vec![any(dice).function]);
    }
    if dice.one_in(4) {
        choice.depth = Some(dice.below(5) as u32);
    }
    if dice.one_in(3) {
        choice.least = Some(dice.below(40));
    }
    if dice.one_in(5) {
        choice.kinds = Some(vec![dice.below(5) as u32]);
    }
    choice
}
