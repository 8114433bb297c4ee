//! The fields of messages.

use serde_json::{Value, json};

use crate::lean::is_default;

/// An object without the fields that have their default. Empty messages stay: their presence has a meaning.
pub(super) fn message<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields = fields.into_iter().filter(|(_, value)| !is_default(value));
    Value::Object(fields.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A 64-bit number as text; null for 0.
pub(super) fn long(number: i64) -> Value {
    if number == 0 { Value::Null } else { json!(number.to_string()) }
}

pub(super) fn each<T>(items: &[T], of: impl Fn(&T) -> Value) -> Value {
    items.iter().map(of).collect()
}

/// The name of an enum's value in BuildKit's declaration, which is the last word of ours; null for the first value.
pub(super) fn named(number: i32, name: &str) -> Value {
    if number == 0 { Value::Null } else { json!(name.rsplit('_').next()) }
}
