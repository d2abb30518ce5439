//! Denials without end, each of something else.

use std::time::{Duration, Instant};

use super::*;
use crate::permission::told::{MOST, WINDOW};

fn whys(desk: &Desk) -> Vec<String> {
    desk.audit().iter().map(|line| line["why"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_flood_of_denials_is_counted_and_another_permission_keeps_its_lines() {
    let desk = Desk::new(false);
    for number in 0..MOST + 7 {
        desk.spawn(&format!("program-{number}")).await.unwrap_err();
    }
    desk.read().await.unwrap_err();
    assert_eq!(desk.audit().len(), MOST as usize + 1);
    desk.permissions.inner.tell_counted(Instant::now()).await;
    assert_eq!(desk.audit().len(), MOST as usize + 1, "its time is not over");

    let later = Instant::now() + WINDOW;
    desk.permissions.inner.tell_counted(later).await;
    desk.permissions.inner.tell_counted(later + Duration::from_secs(1)).await;
    let log = desk.audit();
    let last = log.last().unwrap();
    assert_eq!(log.len(), MOST as usize + 2);
    assert!(last["why"].as_str().unwrap().starts_with("7 more within a minute"), "{last}");
    assert_eq!((&last["permission"], &last["what"]), (&"spawn".into(), &"denied".into()));
    desk.spawn("one-more").await.unwrap_err();
    assert_eq!(desk.audit().len(), MOST as usize + 3, "there is room again");
}

#[tokio::test]
async fn what_the_kernel_refused_is_audited_and_bounded_too() {
    let desk = Desk::new(false);
    let refusal = Refusal {
        plugin: demo(),
        permission: Some(Permission::ReadFiles),
        scope: Some("/etc/shadow".to_owned()),
        stream: RUN,
        words: "tried to read /etc/shadow: refused".to_owned(),
    };
    for _ in 0..MOST + 1 {
        desk.permissions.audit_refusal(refusal.clone());
    }
    while whys(&desk).len() < MOST as usize {
        tokio::task::yield_now().await;
    }
    let log = desk.audit();
    assert_eq!((&log[0]["run"], &log[0]["decision"]), (&7.into(), &"denied".into()));
    assert_eq!(log[0]["scope"], serde_json::json!(["/etc/shadow"]));
    assert_eq!(log[0]["why"], "the kernel: tried to read /etc/shadow: refused");
    desk.permissions.inner.tell_counted(Instant::now() + WINDOW).await;
    assert!(whys(&desk).last().unwrap().starts_with("1 more within a minute"));
}
