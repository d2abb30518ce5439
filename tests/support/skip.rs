//! Tests that this machine can't run.

/// Names what is lacking and lets the test pass, unless nothing may be skipped (`ORCHESTRATOR_TESTS_MAY_SKIP=0`).
/// Return right after it.
#[track_caller]
pub fn skip(reason: &str) {
    let may_skip = std::env::var_os("ORCHESTRATOR_TESTS_MAY_SKIP").is_none_or(|may| may != "0");
    assert!(may_skip, "this test can't be run here: {reason}");
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Not with `eprintln!`: the harness would keep it to itself.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("SKIPPED: {test}: {reason}\n").as_bytes());
}
