//! The traced work: counting words. Ordinary code, except for the guard at the start of each
//! function.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::functions::Function;
use super::texts::Text;
use super::tracer::{Snapshot, Tracer};

/// How often each word occurs.
pub(super) type Counts = HashMap<String, u64>;

/// Words with at least this many bytes are traced with registers and stack.
const LONG_WORD: usize = 9;
/// Longer words are truncated; they are rarely words (base64, for example).
const MAX_WORD: usize = 128;

/// Counts the words of `texts`, adds the counts to `total`, and returns how many texts it read.
/// Stops when the tracer is full, so that the trace covers all of the work.
pub(super) fn count_texts<'a>(
    texts: impl Iterator<Item = &'a Text>,
    total: &Mutex<Counts>,
    tracer: &Tracer,
) -> u64 {
    let _call = tracer.call(Function::CountTexts);
    let mut counts = Counts::new();
    let mut texts_read = 0;
    let mut buffer = [0; MAX_WORD];
    for text in texts {
        if tracer.is_full() {
            break;
        }
        texts_read += 1;
        let text = read_text(text, tracer);
        for line in text.lines() {
            if tracer.is_full() {
                break;
            }
            for word in split_words(line, tracer) {
                let len = normalize(word, &mut buffer, tracer);
                count_word(&mut counts, &buffer[..len], tracer);
            }
        }
    }
    merge(total, counts, tracer);
    texts_read
}

fn read_text(text: &Text, tracer: &Tracer) -> String {
    let _call = tracer.call(Function::ReadText);
    text.read()
}

fn split_words<'a>(line: &'a str, tracer: &Tracer) -> Vec<&'a str> {
    let _call = tracer.call(Function::SplitWords);
    line.split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect()
}

/// Writes `word` in lower case to `buffer` and returns its length in bytes.
fn normalize(word: &str, buffer: &mut [u8; MAX_WORD], tracer: &Tracer) -> usize {
    // The real arguments in the order of the calling convention: two slices as pointer and length.
    let arguments = [word.as_ptr().addr(), word.len(), buffer.as_ptr().addr(), buffer.len()]
        .map(|it| it as u64);
    let is_long = word.len() >= LONG_WORD;
    let snapshot = Snapshot { registers: &arguments, stack: buffer };
    let call = tracer.call_with(Function::Normalize, is_long.then_some(snapshot));
    let mut len = 0;
    for character in word.chars().flat_map(char::to_lowercase) {
        if len + character.len_utf8() > buffer.len() {
            break;
        }
        len += character.encode_utf8(&mut buffer[len..]).len();
    }
    if is_long {
        call.return_with(Snapshot { registers: &[len as u64], stack: buffer });
    }
    len
}

fn count_word(counts: &mut Counts, word: &[u8], tracer: &Tracer) {
    let _call = tracer.call(Function::CountWord);
    let word = String::from_utf8_lossy(word).into_owned();
    *counts.entry(word).or_default() += 1;
}

fn merge(total: &Mutex<Counts>, counts: Counts, tracer: &Tracer) {
    let _call = tracer.call(Function::Merge);
    let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
    for (word, count) in counts {
        *total.entry(word).or_default() += count;
    }
}
