//! Options that hold several values on one line, and limits.
//!
//! Every reader answers with a fragment that fits after "option=value: ".

use std::collections::BTreeMap;
use std::net::IpAddr;

/// A cache to import: its type (`registry`, `local`, …) and attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheImport {
    /// The type.
    pub kind: String,
    /// Attributes, such as `ref`.
    pub attributes: BTreeMap<String, String>,
}

/// A limit on what the processes of a step may use, by the name that `ulimit` has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ulimit {
    /// One of those that Linux knows, such as `nofile`.
    pub name: String,
    /// What a process gets; −1 is no limit.
    pub soft: i64,
    /// What a process may raise it to; −1 is no limit.
    pub hard: i64,
}

/// Memory and processors of steps; unset ones are `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// Bytes of memory.
    pub memory: Option<i64>,
    /// Bytes of memory and swap together; −1 is no limit.
    pub memory_swap: Option<i64>,
    /// The weight against other processes.
    pub cpu_shares: Option<u64>,
    /// Microseconds in which the quota counts.
    pub cpu_period: Option<u64>,
    /// Microseconds of processor time in a period.
    pub cpu_quota: Option<i64>,
    /// Processors by number, such as `0-3,7`.
    pub cpuset_cpus: String,
    /// Memory nodes by number.
    pub cpuset_mems: String,
}

/// The limits that Linux knows.
pub(super) const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// The fields of one line of CSV: a field with a comma or a quote in it stands in quotes.
pub(super) fn fields(text: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().transpose().map_err(|error| format!("invalid: {error}"))?;
    if records.next().is_some() {
        return Err("expected one line".to_owned());
    }
    Ok(first.iter().flatten().map(str::to_owned).collect())
}

/// Reads `host=address`.
pub(super) fn host(field: &str) -> Result<(String, IpAddr), String> {
    let refused = || "expected host=address".to_owned();
    let (host, address) = field.split_once('=').ok_or_else(refused)?;
    let sound =
        !host.is_empty() && !host.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    let address = address.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| refused())?;
    if sound { Ok((host.to_ascii_lowercase(), address)) } else { Err(refused()) }
}

/// Reads `nofile=1024` or `nofile=1024:4096`.
pub(super) fn ulimit(field: &str) -> Result<Ulimit, String> {
    let refused = || "expected name=soft[:hard] such as nofile=1024:4096".to_owned();
    let (name, limits) = field.split_once('=').ok_or_else(refused)?;
    if !ULIMITS.contains(&name) {
        return Err(format!("unknown limit `{name}`; expected one of {}", ULIMITS.join(", ")));
    }
    let number = |text: &str| text.parse::<i64>().ok().filter(|limit| *limit >= -1).ok_or_else(refused);
    let (soft, hard) = match limits.split_once(':') {
        None => (number(limits)?, number(limits)?),
        Some((soft, hard)) => (number(soft)?, number(hard)?),
    };
    // −1 is above every number.
    let rank = |limit: i64| if limit == -1 { i64::MAX } else { limit };
    if rank(soft) > rank(hard) {
        return Err("the soft limit is above the hard limit".to_owned());
    }
    Ok(Ulimit { name: name.to_owned(), soft, hard })
}

/// Reads a number of bytes, microseconds, …, above zero.
pub(super) fn positive<T: std::str::FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    text.parse()
        .ok()
        .filter(|number| *number > T::from(0))
        .ok_or_else(|| "expected a number above 0".to_owned())
}

/// Reads a number above zero, or −1 for no limit.
pub(super) fn positive_or_unlimited(text: &str) -> Result<i64, String> {
    if text == "-1" {
        return Ok(-1);
    }
    positive(text).map_err(|_| "expected a number above 0, or -1 for no limit".to_owned())
}

/// Reads numbers and ranges, such as `0-3,7`.
pub(super) fn numbers(text: &str) -> Result<String, String> {
    let number = |part: &str| part.parse::<u16>().ok();
    let range = |part: &str| match part.split_once('-') {
        None => number(part).is_some(),
        Some((first, last)) => number(first).zip(number(last)).is_some_and(|(first, last)| first <= last),
    };
    if text.split(',').all(range) {
        Ok(text.to_owned())
    } else {
        Err("expected numbers such as 0-3,7".to_owned())
    }
}

/// Reads the JSON list in which clients hand over `--cache-from`.
pub(super) fn cache_imports(text: &str) -> Result<Vec<CacheImport>, String> {
    #[derive(serde::Deserialize)]
    struct Wire {
        #[serde(rename = "Type")]
        kind: String,
        #[serde(rename = "Attrs", default)]
        attributes: Option<BTreeMap<String, String>>,
    }
    let entries: Vec<Wire> = serde_json::from_str(text).map_err(|error| format!("invalid: {error}"))?;
    let import =
        |wire: Wire| CacheImport { kind: wire.kind, attributes: wire.attributes.unwrap_or_default() };
    Ok(entries.into_iter().map(import).collect())
}

/// A cache in a registry, by the image reference that older clients give.
pub(super) fn registry_cache(reference: &str) -> CacheImport {
    let attributes = BTreeMap::from([("ref".to_owned(), reference.to_owned())]);
    CacheImport { kind: "registry".to_owned(), attributes }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_may_stand_in_quotes() {
        let check = |text: &str, expected: &[&str]| assert_eq!(fields(text).unwrap(), expected, "{text}");
        check("", &[]);
        check("a=1,b=2", &["a=1", "b=2"]);
        check(r#""a=1,2",b"#, &["a=1,2", "b"]);
        check(r#""say ""x""",b"#, &[r#"say "x""#, "b"]);
        assert!(fields("a\nb").is_err());
    }

    #[test]
    fn hosts_have_an_address() {
        let check = |field: &str, name: &str, address: &str| {
            assert_eq!(host(field).unwrap(), (name.to_owned(), address.parse().unwrap()), "{field}");
        };
        check("Pypi.Corp=10.0.0.7", "pypi.corp", "10.0.0.7");
        check("six=::1", "six", "::1");
        check("six=[fe80::1]", "six", "fe80::1");
        for field in ["", "here", "=10.0.0.1", "a=b", "a b=10.0.0.1", "a=10.0.0.256"] {
            assert!(host(field).is_err(), "{field}");
        }
    }

    #[test]
    fn limits_have_a_soft_and_a_hard_part() {
        let check = |field: &str, soft, hard| {
            let read = ulimit(field).unwrap();
            assert_eq!((read.soft, read.hard), (soft, hard), "{field}");
        };
        check("nofile=1024", 1024, 1024);
        check("nofile=1024:4096", 1024, 4096);
        check("core=-1", -1, -1);
        check("stack=8192:-1", 8192, -1);
        for field in
            ["nofile", "nofile=", "nofile=2:1", "nofile=-1:5", "nofile=-2", "files=3", "nofile=1:2:3"]
        {
            assert!(ulimit(field).is_err(), "{field}");
        }
    }

    #[test]
    fn numbers_are_checked() {
        assert_eq!(positive::<i64>("1"), Ok(1));
        assert_eq!((positive_or_unlimited("-1"), positive_or_unlimited("5")), (Ok(-1), Ok(5)));
        for text in ["0", "-1", "", "1k", "99999999999999999999"] {
            assert!(positive::<i64>(text).is_err(), "{text}");
        }
        for text in ["0", "0-3", "0-3,7"] {
            assert_eq!(numbers(text).unwrap(), text);
        }
        for text in ["", "3-0", "a", "1,", "1-2-3"] {
            assert!(numbers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cache_imports_are_read() {
        let read = cache_imports(r#"[{"Type":"registry","Attrs":{"ref":"a"}},{"Type":"gha","Attrs":null}]"#)
            .unwrap();
        assert_eq!(read[0], registry_cache("a"));
        assert_eq!((read[1].kind.as_str(), read[1].attributes.len()), ("gha", 0));
        assert!(cache_imports("{}").is_err());
    }

    fn quoted(field: &str) -> String {
        format!("\"{}\"", field.replace('"', "\"\""))
    }

    proptest! {
        #[test]
        fn what_was_quoted_is_read_back(parts in prop::collection::vec("[ -~]{0,12}", 1..6)) {
            let line = parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(",");
            prop_assert_eq!(fields(&line).unwrap(), parts);
        }

        #[test]
        fn a_limit_that_is_written_is_read_back(place in 0..ULIMITS.len(), a in -1i64.., b in -1i64..) {
            let rank = |limit: i64| if limit == -1 { i64::MAX } else { limit };
            let (soft, hard) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
            let limit = Ulimit { name: ULIMITS[place].to_owned(), soft, hard };
            prop_assert_eq!(ulimit(&format!("{}={soft}:{hard}", limit.name)), Ok(limit));
        }

        #[test]
        fn an_address_that_is_written_is_read_back(name in "[a-z][a-z0-9.-]{0,20}", address: IpAddr) {
            prop_assert_eq!(host(&format!("{name}={address}")), Ok((name, address)));
        }

        #[test]
        fn nothing_breaks_the_readers(text in ".*") {
            let _ = (fields(&text), host(&text), ulimit(&text), numbers(&text), cache_imports(&text));
            let _ = (positive::<i64>(&text), positive::<u64>(&text), positive_or_unlimited(&text));
        }
    }
}
