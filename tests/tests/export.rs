//! Exports, read back by readers of the tests' own and compared with the oracle's calls, on random sessions: with
//! orphan returns, calls without end, lost events, exceptions, clocks that go backwards, and numbers at their limits.

mod analysis;

use std::collections::BTreeMap;
use std::io::Read;

use analysis::{Opened, opened, selection_of, sessions};
use atf_analysis::names::Names;
use atf_analysis::{Options, Selection};
use atf_export::{Exported, LeftOut, Source, callgrind, chrome, perfetto, pprof, speedscope};
use atf_tests::calls::{Answer, Choice, Dice, Taken, random_choice, report, take, tree};
use atf_tests::protobuf::{Field, fields};
use serde_json::Value as Json;

/// A call begins or ends: whether it begins, its function, the time, and what ended it.
type Step = (bool, u64, u64, &'static str);

/// The steps of a thread as the oracle has them, and how many of their times went backwards.
fn steps(answer: &Answer, thread: u32) -> (Vec<Step>, u64) {
    // By sequence; what ends at an event ends before the call that begins there, the inner before the outer.
    let mut marks: Vec<((u64, bool, i64), &Taken)> = Vec::new();
    for taken in answer.calls.iter().filter(|it| it.call.thread == thread) {
        let (start, end) = (taken.call.start, taken.call.end.map_or(u64::MAX, u64::from));
        marks.push(((start.into(), true, 0), taken));
        marks.push(((end, false, -i64::from(start)), taken));
    }
    marks.sort_by_key(|(key, _)| *key);
    let (mut now, mut backward) = (0, 0);
    let mut steps = Vec::new();
    for ((_, begins, _), taken) in marks {
        let time = if begins { taken.start_ns } else { taken.end_ns };
        backward += u64::from(time < now);
        now = now.max(time);
        steps.push((begins, taken.call.function, now, taken.call.ended_by));
    }
    (steps, backward)
}

/// A random session, what is chosen of it, and the oracle's answer.
struct Case {
    context: String,
    session: Opened,
    selection: Selection,
    answer: Answer,
}

impl Case {
    fn of(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let session = opened(&mut dice);
        let takes_all = dice.one_in(2);
        let random = random_choice(&mut dice, &session.events());
        let choice = if takes_all { Choice::default() } else { random };
        let answer = take(&session.threads, &choice);
        let context = format!("session {seed}, {choice:?}");
        Self { context, selection: selection_of(&choice), session, answer }
    }

    fn export(
        &self,
        write: impl FnOnce(&Source<'_>, &mut Vec<u8>) -> atf_export::Result<Exported>,
    ) -> (Vec<u8>, Exported) {
        let source = Source {
            trace: &self.session.trace(),
            names: &Names::default(),
            manifest: None,
            selection: &self.selection,
            options: &Options::default(),
            title: "a \"title\"",
        };
        let mut bytes = Vec::new();
        let exported = write(&source, &mut bytes).unwrap();
        assert_eq!(exported.calls, self.answer.calls.len() as u64, "{}", self.context);
        let orphans = self.answer.orphans.len() as u64;
        assert_eq!(self.left_out(&exported, &LeftOut::OrphanReturns(orphans)), orphans > 0);
        (bytes, exported)
    }

    fn left_out(&self, exported: &Exported, what: &LeftOut) -> bool {
        let is_it =
            |other: &&LeftOut| std::mem::discriminant(*other) == std::mem::discriminant(what);
        let found = exported.left_out.iter().find(is_it);
        assert!(found.is_none_or(|found| found == what), "{}: {exported:?}", self.context);
        found.is_some()
    }

    fn threads(&self) -> impl Iterator<Item = u32> {
        let ids = self.session.threads.iter().map(|(thread, ..)| *thread);
        ids.filter(|&thread| self.selection.has_thread(thread))
    }

    /// Compares the steps of each thread. Formats without `endings` have an empty text for them.
    fn assert_steps(&self, found: &BTreeMap<u32, Vec<Step>>, exported: &Exported, start: u64) {
        let mut all_backward = 0;
        for thread in self.threads() {
            let (mut expected, backward) = steps(&self.answer, thread);
            all_backward += backward;
            expected.iter_mut().for_each(|step| step.2 = step.2.saturating_sub(start));
            let found = found.get(&thread).cloned().unwrap_or_default();
            let has_endings = found.iter().any(|step| !step.3.is_empty());
            if !has_endings {
                expected.iter_mut().for_each(|step| step.3 = "");
            } else {
                expected.iter_mut().filter(|step| step.0).for_each(|step| step.3 = "");
            }
            assert_eq!(found, expected, "{}, thread {thread}", self.context);
        }
        let is_left_out = self.left_out(exported, &LeftOut::BackwardTimes(all_backward));
        assert_eq!(is_left_out, all_backward > 0, "{}", self.context);
    }

    fn start(&self) -> u64 {
        let events = self.session.threads.iter().flat_map(|(_, events, _)| events);
        let trace = self.session.trace();
        let starts = trace.threads().iter().filter_map(|(_, index)| index.time_range());
        assert!(events.count() > 0 || starts.clone().count() == 0);
        starts.map(|(start, _)| start).min().unwrap_or_default()
    }

    fn lost_events(&self) -> u64 {
        self.answer.counts.get("lost_events").copied().unwrap_or_default()
    }
}

fn id(name: &str) -> u64 {
    u64::from_str_radix(name.strip_prefix("0x").unwrap(), 16).unwrap()
}

/// One of the words of the oracle.
fn ending(word: &str) -> &'static str {
    let all = ["return", "exception", "unwound", "lost", "end_of_trace"];
    all.into_iter().find(|known| *known == word).unwrap()
}

/// The innermost open function ends.
fn end(open: &mut Vec<u64>, time: u64, how: &'static str) -> Step {
    (false, open.pop().expect("ends are balanced"), time, how)
}

#[test]
fn chrome_has_the_steps_of_each_thread_and_the_gaps() {
    for seed in 0..sessions() {
        let case = Case::of(seed);
        let (bytes, exported) = case.export(|source, out| chrome::write(source, out, None));
        let text = String::from_utf8(bytes).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(json["otherData"]["start_ns"], case.start().to_string());
        let mut found: BTreeMap<u32, Vec<Step>> = BTreeMap::new();
        let (mut open, mut lost): (BTreeMap<u32, Vec<u64>>, u64) = Default::default();
        // A line for each event: as a float its time would lose digits.
        let lines = text.lines().filter(|line| line.contains("\"ts\":"));
        let events = json["traceEvents"].as_array().unwrap().iter().filter(|it| it["ph"] != "M");
        assert_eq!(lines.clone().count(), events.clone().count());
        for (line, event) in lines.zip(events) {
            let thread = event["tid"].as_u64().unwrap() as u32;
            let time = line.split("\"ts\":").nth(1).unwrap();
            let time = time.split([',', '}']).next().unwrap();
            let (whole, rest) = time.split_once('.').unwrap_or((time, "000"));
            let time: u64 = format!("{whole}{rest}").parse().unwrap();
            let open = open.entry(thread).or_default();
            let steps = found.entry(thread).or_default();
            match event["ph"].as_str().unwrap() {
                "B" => {
                    open.push(id(event["name"].as_str().unwrap()));
                    steps.push((true, *open.last().unwrap(), time, ""));
                }
                "E" => {
                    let how = event["args"]["ended_by"].as_str().unwrap_or("return");
                    steps.push(end(open, time, ending(how)));
                }
                "i" => {
                    let events = event["args"]["lost_events"].as_str().unwrap();
                    lost = lost.saturating_add(events.parse().unwrap());
                }
                other => panic!("{other}"),
            }
        }
        assert!(open.values().all(Vec::is_empty), "{}", case.context);
        case.assert_steps(&found, &exported, case.start());
        assert_eq!(lost, case.lost_events(), "{}", case.context);
    }
}

#[test]
fn speedscope_has_a_profile_per_thread() {
    for seed in 0..sessions() {
        let case = Case::of(seed);
        let (bytes, exported) = case.export(|source, out| speedscope::write(source, out, None));
        let json: Json = serde_json::from_slice(&bytes).unwrap();
        let frames = json["shared"]["frames"].as_array().unwrap();
        let mut found: BTreeMap<u32, Vec<Step>> = BTreeMap::new();
        for profile in json["profiles"].as_array().unwrap() {
            let name = profile["name"].as_str().unwrap();
            let thread = name.strip_prefix("thread ").unwrap().parse().unwrap();
            let events = profile["events"].as_array().unwrap();
            let steps = found.entry(thread).or_default();
            for event in events {
                let function =
                    id(frames[event["frame"].as_u64().unwrap() as usize]["name"].as_str().unwrap());
                steps.push((event["type"] == "O", function, event["at"].as_u64().unwrap(), ""));
            }
            let last = events.last().map_or(0, |event| event["at"].as_u64().unwrap());
            assert_eq!((&profile["startValue"], &profile["endValue"]), (&0.into(), &last.into()));
        }
        case.assert_steps(&found, &exported, case.start());
        let names: std::collections::BTreeSet<_> =
            frames.iter().map(|it| it["name"].as_str()).collect();
        assert_eq!(names.len(), frames.len(), "a name stands there once: {}", case.context);
        let places = case.answer.counts.get("markers").copied().unwrap_or_default();
        let gaps = LeftOut::Gaps { places, events: case.lost_events() };
        assert_eq!(case.left_out(&exported, &gaps), places > 0, "{}", case.context);
    }
}

fn number(fields: &[(u32, Field<'_>)], wanted: u32) -> Option<u64> {
    fields.iter().find(|(number, _)| *number == wanted).map(|(_, field)| field.number())
}

fn bytes<'a>(fields: &[(u32, Field<'a>)], wanted: u32) -> Option<&'a [u8]> {
    fields.iter().find(|(number, _)| *number == wanted).map(|(_, field)| field.bytes())
}

fn text<'a>(fields: &[(u32, Field<'a>)], wanted: u32) -> Option<&'a str> {
    bytes(fields, wanted).map(|bytes| std::str::from_utf8(bytes).unwrap())
}

#[test]
fn perfetto_has_the_slices_of_each_track_and_the_gaps() {
    for seed in 0..sessions() {
        let case = Case::of(seed);
        let (trace, exported) = case.export(|source, out| perfetto::write(source, out, None));
        let mut found: BTreeMap<u32, Vec<Step>> = BTreeMap::new();
        let mut open: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let (mut names, mut tracks): (BTreeMap<u64, u64>, BTreeMap<u64, String>) =
            Default::default();
        let mut lost = 0_u64;
        for (field, packet) in fields(&trace) {
            assert_eq!(field, 1, "a packet");
            let packet = fields(packet.bytes());
            // BOOTTIME, one sequence, and only the first packet starts over.
            assert_eq!((number(&packet, 58), number(&packet, 10)), (Some(6), Some(1)));
            assert_eq!(number(&packet, 13), Some(if tracks.is_empty() { 1 } else { 2 }));
            if let Some(track) = bytes(&packet, 60) {
                let track = fields(track);
                let name = text(&track, 2).unwrap().to_owned();
                assert!(tracks.insert(number(&track, 1).unwrap(), name).is_none());
                continue;
            }
            if let Some(data) = bytes(&packet, 12) {
                for (kind, name) in fields(data) {
                    let name = fields(name.bytes());
                    if kind == 2 {
                        let new =
                            names.insert(number(&name, 1).unwrap(), id(text(&name, 2).unwrap()));
                        assert!(new.is_none(), "a name stands there once");
                    }
                }
            }
            let time = number(&packet, 8).unwrap();
            let event = fields(bytes(&packet, 11).unwrap());
            let track = number(&event, 11).unwrap();
            let thread: u32 = tracks[&track].strip_prefix("thread ").unwrap().parse().unwrap();
            let open = open.entry(track).or_default();
            let annotation = bytes(&event, 4).map(fields);
            let steps = found.entry(thread).or_default();
            match number(&event, 9).unwrap() {
                1 => {
                    open.push(names[&number(&event, 10).unwrap()]);
                    steps.push((true, *open.last().unwrap(), time, ""));
                }
                2 => {
                    let how = annotation.map_or("return", |it| {
                        assert_eq!(text(&it, 10), Some("ended_by"));
                        ending(text(&it, 6).unwrap())
                    });
                    steps.push(end(open, time, how));
                }
                3 => {
                    let annotation = annotation.unwrap();
                    assert_eq!(text(&annotation, 10), Some("lost_events"));
                    lost = lost.saturating_add(number(&annotation, 3).unwrap());
                }
                other => panic!("{other}"),
            }
        }
        assert!(open.values().all(Vec::is_empty), "{}", case.context);
        case.assert_steps(&found, &exported, 0);
        assert_eq!(lost, case.lost_events(), "{}", case.context);
    }
}

#[test]
fn callgrind_has_the_sums_of_functions_and_of_callers() {
    for seed in 0..sessions() {
        let case = Case::of(seed);
        let (bytes, _) = case.export(|source, out| callgrind::write(source, out, None));
        let text = String::from_utf8(bytes).unwrap();
        let mut ids: BTreeMap<String, u64> = BTreeMap::new();
        let mut function_of = |text: &str| {
            let (number, name) = text.split_once(' ').unwrap_or((text, ""));
            if !name.is_empty() {
                assert!(ids.insert(number.to_owned(), id(name)).is_none());
            }
            ids[number]
        };
        let mut own: BTreeMap<u64, u64> = BTreeMap::new();
        let mut pairs: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
        let (mut caller, mut callee, mut calls) = (0, 0, None);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                caller = function_of(name);
            } else if let Some(name) = line.strip_prefix("cfn=") {
                callee = function_of(name);
            } else if let Some(count) = line.strip_prefix("calls=") {
                calls = Some(count.strip_suffix(" 0").unwrap().parse::<u64>().unwrap());
            } else if let Some(ns) = line.strip_prefix("0 ") {
                let ns: u64 = ns.parse().unwrap();
                match calls.take() {
                    None => assert!(own.insert(caller, ns).is_none()),
                    Some(calls) => assert!(pairs.insert((caller, callee), (calls, ns)).is_none()),
                }
            }
        }
        let expected = report(&case.answer, &|function, _| function);
        let expected: BTreeMap<u64, u64> =
            expected.iter().map(|(id, row)| (*id, row.own)).collect();
        assert_eq!(own, expected, "{}", case.context);
        let mut expected: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
        for (path, numbers) in tree(&case.answer, false) {
            if let [.., caller, callee] = path[..] {
                let sums = expected.entry((caller, callee)).or_default();
                *sums = (sums.0 + numbers.calls, sums.1.saturating_add(numbers.total));
            }
        }
        assert_eq!(pairs, expected, "{}", case.context);
    }
}

#[test]
fn pprof_has_a_sample_per_path() {
    for seed in 0..sessions() {
        let case = Case::of(seed);
        let (gzip, _) = case.export(|source, out| pprof::write(source, out, None));
        let mut profile = Vec::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut profile).unwrap();
        let profile = fields(&profile);
        let all = |wanted: u32| {
            profile.iter().filter(move |(number, _)| *number == wanted).map(|(_, it)| it.bytes())
        };
        let texts: Vec<&str> = all(6).map(|text| std::str::from_utf8(text).unwrap()).collect();
        assert_eq!(texts[0], "");
        let functions: BTreeMap<u64, u64> = all(5)
            .map(|it| {
                let function = fields(it);
                let name = texts[number(&function, 2).unwrap() as usize];
                (number(&function, 1).unwrap(), id(name))
            })
            .collect();
        let mut found = BTreeMap::new();
        for sample in all(2) {
            let sample = fields(sample);
            let list = |wanted| {
                let listed = sample.iter().filter(move |(number, _)| *number == wanted);
                listed.flat_map(|(_, field)| field.numbers()).collect::<Vec<u64>>()
            };
            let mut path: Vec<u64> = list(1).iter().map(|location| functions[location]).collect();
            path.reverse();
            let values = list(2);
            assert!(found.insert(path, (values[0], values[1])).is_none());
        }
        let signed = |number: u64| number.min(i64::MAX as u64);
        let expected: BTreeMap<Vec<u64>, (u64, u64)> = tree(&case.answer, false)
            .into_iter()
            .map(|(path, it)| (path, (it.calls, signed(it.own))))
            .collect();
        assert_eq!(found, expected, "{}", case.context);
    }
}
