//! Two doors: no command speaks to BuildKit, a command inspects.
fn main() {}
