//! Is this HTTP/2 and nothing else?

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The largest frame the daemon takes.
const FRAME: usize = 1 << 20;

/// A client's preface, then whole frames of known types up to the end. Says at which byte it is not.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let mut rest = bytes.strip_prefix(PREFACE).ok_or("no HTTP/2 preface at byte 0")?;
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let Some((header, behind)) = rest.split_at_checked(9) else {
            return Err(format!("half a frame at byte {at}"));
        };
        let length = usize::from(header[0]) << 16 | usize::from(header[1]) << 8 | usize::from(header[2]);
        // From DATA to CONTINUATION; extensions are never sent.
        if header[3] > 9 || length > FRAME {
            return Err(format!(
                "no frame at byte {at}: {:?}",
                String::from_utf8_lossy(&rest[..rest.len().min(60)])
            ));
        }
        rest = behind.get(length..).ok_or_else(|| format!("half a frame at byte {at}"))?;
    }
    Ok(())
}

#[test]
fn a_stray_line_is_noticed() {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let clean = [PREFACE, &settings, &settings].concat();
    assert_eq!(check(&clean), Ok(()));
    for stray in [
        [b"hello\n".as_slice(), &clean].concat(),
        [PREFACE, b"warning: something\n", &settings].concat(),
        [&clean, b"bye\n".as_slice()].concat(),
        clean[..clean.len() - 1].to_vec(),
    ] {
        assert!(check(&stray).is_err(), "{stray:?}");
    }
}
