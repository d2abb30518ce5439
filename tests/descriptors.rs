//! Descriptors 1 and 2 of this very process are taken over and given back. The only test of its binary: no other may
//! print meanwhile.

use std::io::Write;
use std::os::fd::AsFd;

use orchestrator::runtime::descriptors::{Printed, capture};
use orchestrator_protocol::session::LogLevel;
use rustix::fs::fstat;
use rustix::stdio::{stderr, stdout};

fn inode(descriptor: impl AsFd) -> (u64, u64) {
    let stat = fstat(descriptor).expect("an open descriptor");
    (stat.st_dev, stat.st_ino)
}

#[test]
fn what_is_printed_becomes_lines_and_our_own_output_stays_ours() {
    let before = (inode(stdout()), inode(stderr()));
    let (mut output, captured, mut printed) = capture().unwrap();
    assert_ne!(inode(stdout()), before.0);
    assert_eq!((inode(&output.stdout), inode(&output.stderr)), before);

    // As a library does, past everything that this process's own standard library does for tests.
    rustix::io::write(stdout(), b"from a library\n").unwrap();
    rustix::io::write(stderr(), b"a complaint\n").unwrap();
    // Programs that a library starts print to the same place.
    assert!(std::process::Command::new("sh").args(["-c", "echo from a program"]).status().unwrap().success());
    // What has no end of its own comes when the capture ends.
    rustix::io::write(stdout(), b"cut off").unwrap();
    output.stdout.write_all(b"").unwrap();

    drop(captured);
    assert_eq!((inode(stdout()), inode(stderr())), before);
    let mut lines = Vec::new();
    while let Some(line) = printed.blocking_recv() {
        lines.push(line);
    }
    for (level, text) in [
        (LogLevel::Info, "from a library"),
        (LogLevel::Warning, "a complaint"),
        (LogLevel::Info, "from a program"),
        (LogLevel::Info, "cut off"),
    ] {
        let expected = Printed { level, text: text.to_owned(), lost: 0 };
        assert!(lines.contains(&expected), "{expected:?} is not in {lines:?}");
    }
}
