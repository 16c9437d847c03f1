use base64::Engine;
use indexmap::IndexMap;
use itertools::Itertools;
use regex::Regex;
use sha2::{Digest, Sha256};

/// Counts the words of a text, in the order they come in.
pub fn count_words(text: &str) -> IndexMap<String, usize> {
    let word = Regex::new(r"\w+").expect("a valid pattern");
    let mut counts = IndexMap::new();
    for found in word.find_iter(text) {
        *counts.entry(found.as_str().to_lowercase()).or_insert(0) += 1;
    }
    counts
}

pub fn fingerprint(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()))
}

pub fn files_below(root: &str) -> String {
    walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok)
        .map(|entry| entry.path().display().to_string())
        .join("\n")
}

pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
