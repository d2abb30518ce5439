use super::write::try_append;
use super::*;

fn entry(why: &str, plugin: &str) -> AuditEntry {
    let named = plugin.parse().ok();
    AuditEntry { plugin: named, why: why.to_owned(), ..AuditEntry::now("test", AuditAct::Answered) }
}

fn words(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.why.as_str()).collect()
}

#[test]
fn lines_are_read_newest_first_over_all_files_and_none_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("state/audit.jsonl");
    for number in 0..30 {
        // So small that two or three lines fill a file.
        try_append(&log, &entry(&number.to_string(), if number % 2 == 0 { "even" } else { "odd" }), 300).unwrap();
    }
    let files = log.parent().unwrap().read_dir().unwrap().count();
    assert!(files > 5, "{files}");
    let expected: Vec<String> = (0..30).rev().map(|number| number.to_string()).collect();
    assert_eq!(words(&newest(&log, None, 100)), expected);
    assert_eq!(words(&newest(&log, None, 3)), ["29", "28", "27"]);
    assert_eq!(words(&newest(&log, Some(&"even".parse().unwrap()), 2)), ["28", "26"]);
}

#[test]
fn a_file_that_was_put_aside_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("audit.jsonl");
    for why in ["first", "second", "third"] {
        try_append(&log, &entry(why, "demo"), 1).unwrap();
    }
    let kept: Vec<String> =
        files::aside(&log).unwrap().iter().map(|(_, path)| std::fs::read_to_string(path).unwrap()).collect();
    assert_eq!(kept.len(), 2);
    assert!(kept[0].contains("second") && kept[1].contains("first"), "{kept:?}");
}

#[test]
fn a_damaged_line_is_told_and_skipped_and_the_next_one_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("audit.jsonl");
    try_append(&log, &entry("before", "demo"), 1000).unwrap();
    let cut = std::fs::read_to_string(&log).unwrap() + r#"{"time":"2026-01-01T0"#;
    std::fs::write(&log, cut).unwrap();
    try_append(&log, &entry("after", "demo"), 1000).unwrap();
    let entries = newest(&log, Some(&"demo".parse().unwrap()), 10);
    assert_eq!(
        entries.iter().map(|entry| entry.what).collect::<Vec<_>>(),
        [AuditAct::Answered, AuditAct::Damaged, AuditAct::Answered]
    );
    assert!(entries[1].why.contains("audit.jsonl:2"), "{}", entries[1].why);
    assert_eq!((entries[0].why.as_str(), entries[2].why.as_str()), ("after", "before"));
}

#[test]
fn without_a_log_there_is_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(newest(&dir.path().join("audit.jsonl"), None, 10), []);
}

#[test]
fn a_file_that_can_not_be_put_aside_still_takes_lines() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("audit.jsonl");
    try_append(&log, &entry("first", "demo"), 1).unwrap();
    let second = entry("second", "demo");
    let day = second.time.to_string().split('T').next().unwrap().to_owned();
    // There is no number after this one, and nothing is ever written over.
    let taken = dir.path().join(format!("audit-{}-{day}.jsonl", u64::MAX));
    std::fs::write(&taken, "somebody's\n").unwrap();
    try_append(&log, &second, 1).unwrap();
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "somebody's\n");
    assert_eq!(std::fs::read_to_string(&log).unwrap().lines().count(), 2);
}
