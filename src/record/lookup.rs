//! Maps that are only asked by key.

#![allow(
    clippy::disallowed_types,
    reason = "the order of a hash map cannot reach any output where it is never walked through"
)]

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A map for millions of keys, several times faster than one in order. Never walk through it.
pub type Lookup<K, V> = HashMap<K, V, RandomState>;
