//! JSON without default values.

use buildkit_proto::pb;
use serde_json::{Value, json};

/// The value without members that are null, false, zero or empty, at any depth.
pub(crate) fn lean(value: Value) -> Value {
    let says_something = |value: &Value| !is_default(value) && value != &json!({});
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, lean(value)));
            members.filter(|(_, value)| says_something(value)).collect()
        }
        Value::Array(items) => items.into_iter().map(lean).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Whether a field of a message has its default. A message never has: its presence has a meaning.
pub(crate) fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => false,
    }
}

/// The limits of a command, with Go's names.
pub(crate) fn limits_json(limits: &pb::LinuxResources) -> Value {
    lean(json!({
        "memory": limits.memory,
        "memorySwap": limits.memory_swap,
        "cpuShares": limits.cpu_shares,
        "cpuPeriod": limits.cpu_period,
        "cpuQuota": limits.cpu_quota,
        "cpusetCpus": limits.cpuset_cpus,
        "cpusetMems": limits.cpuset_mems,
    }))
}
