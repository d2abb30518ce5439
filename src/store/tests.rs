use std::sync::Arc;

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::event::bus::{Bus, Journal};
use crate::event::{AgentStatus, BodyRef, Draft, EventKind, RunStatus, SpanId};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(folder: &TempDir) -> Arc<Store> {
    Arc::new(Store::open(folder.path()).unwrap())
}

fn new_run() -> NewRun {
    NewRun {
        workflow_type: "audit".into(),
        requirements: "look at it".into(),
        plugin: Some("repo_audit".parse().unwrap()),
    }
}

fn started(run: RunId) -> Draft {
    let kind = EventKind::RunStarted {
        workflow_type: "audit".into(),
        requirements: "look at it".into(),
        config: json!({"path": "."}),
        content_hash: None,
        parent_run: None,
    };
    Draft::new(StreamId::Run(run), kind).plugin(Some("repo_audit".parse().unwrap()))
}

fn output(run: RunId, items: Vec<String>) -> Draft {
    Draft::new(StreamId::Run(run), EventKind::AgentOutput { agent: "a".into(), items }).span(SpanId(1))
}

fn finished(run: RunId, status: RunStatus) -> Draft {
    Draft::new(StreamId::Run(run), EventKind::RunFinished { status, reason: Some("why".into()), duration_us: 7 })
}

fn lock_files(folder: &TempDir) -> usize {
    std::fs::read_dir(folder.path().join("owners")).unwrap().count()
}

#[test]
fn what_is_kept_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let state = folder.path().join("new");
    let store = Store::open(&state).unwrap();
    store.create_run(&new_run()).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join("owners"))), (0o700, 0o700));
    for file in ["history.db", "history.db-wal", "history.db-shm"] {
        assert_eq!(mode(&state.join(file)), 0o600, "{file}");
    }
}

/// A store whose process was killed with a run of two events in it. The lock is free, but its file is there.
async fn killed_in_a_run(folder: &TempDir) -> RunId {
    let store = open(folder);
    let run = store.create_run(&new_run()).unwrap();
    let bus = Bus::start(store.clone());
    bus.emit(started(run)).await;
    bus.emit(output(run, vec!["x".into()])).await;
    bus.close().await;
    let lock = folder.path().join("owners").join(format!("{}.lock", store.owner.id()));
    drop(bus);
    assert!(Arc::into_inner(store).is_some(), "the store is still used");
    std::fs::write(lock, "").unwrap();
    run
}

#[tokio::test]
async fn what_was_emitted_is_read_back_and_summed_up() {
    let folder = folder();
    let store = open(&folder);
    let run = store.create_run(&new_run()).unwrap();
    let bus = Bus::start(store.clone());
    let mut feed = bus.subscribe(StreamId::Run(run), 1);
    bus.emit(started(run)).await;
    let kind = EventKind::AgentFinished {
        agent: "a".into(),
        status: AgentStatus::Failed,
        reason: Some("no".into()),
        duration_us: u64::from(u32::MAX),
        usage: json!({"tokens": 3}),
    };
    bus.emit(Draft::new(StreamId::Run(run), kind).span(SpanId(2)).parent(Some(SpanId(1)))).await;
    bus.emit(finished(run, RunStatus::Failed)).await;
    bus.close().await;

    let mut followed = Vec::new();
    while let Some(events) = feed.next().await {
        followed.extend(events.iter().map(|event| Event::clone(event)));
    }
    assert_eq!(store.events(StreamId::Run(run), 1, 100).unwrap(), followed);
    assert_eq!(store.events(StreamId::Run(run), 2, 1).unwrap(), followed[1..2]);
    let expected = RunRow {
        id: run,
        workflow_type: "audit".into(),
        requirements: "look at it".into(),
        plugin: Some("repo_audit".parse().unwrap()),
        started: followed[0].time,
        status: Some(RunStatus::Failed),
        reason: Some("why".into()),
        duration_us: Some(7),
        last_seq: 3,
    };
    assert_eq!(store.run(run).unwrap(), Some(expected));
}

#[test]
fn runs_are_numbered_across_processes_and_listed_newest_first() {
    let folder = folder();
    let (one, two) = (open(&folder), open(&folder));
    let ids = [&one, &two, &one].map(|store| store.create_run(&new_run()).unwrap());
    assert_eq!(ids, [RunId(1), RunId(2), RunId(3)]);
    let listed: Vec<RunId> = two.runs(2).unwrap().iter().map(|run| run.id).collect();
    assert_eq!(listed, [RunId(3), RunId(2)]);
    assert_eq!(one.run(RunId(4)).unwrap(), None);
}

#[tokio::test]
async fn each_process_has_its_own_host_stream() {
    let folder = folder();
    let (one, two) = (open(&folder), open(&folder));
    let buses = [Bus::start(one.clone()), Bus::start(two.clone())];
    for bus in &buses {
        let what = EventKind::ConfigChanged { who: "me".into(), what: json!(null) };
        assert_eq!(bus.emit(Draft::new(StreamId::Host, what)).await, 1);
        bus.close().await;
    }
    assert_eq!(one.events(StreamId::Host, 1, 10).unwrap().len(), 1);
    assert_eq!(two.events(StreamId::Host, 1, 10).unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_whose_process_lives_is_left_alone() {
    let folder = folder();
    let one = open(&folder);
    let run = one.create_run(&new_run()).unwrap();
    let two = open(&folder);
    assert_eq!(two.runs(10).unwrap()[0].status, None);
    assert_eq!(two.run(run).unwrap().unwrap().status, None);
    assert!(two.events(StreamId::Run(run), 1, 10).unwrap().is_empty());
    assert_eq!(lock_files(&folder), 2);
    drop(one);
    assert_eq!(two.runs(10).unwrap()[0].status, Some(RunStatus::Interrupted));
}

#[tokio::test]
async fn a_run_whose_process_was_killed_is_interrupted_once_however_many_look() {
    let folder = folder();
    let run = killed_in_a_run(&folder).await;
    let stores = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&folder))).collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect::<Vec<_>>()
    });
    // Whoever found another at work on it looks again.
    let row = stores[0].run(run).unwrap().unwrap();
    let events = stores[1].events(StreamId::Run(run), 1, 10).unwrap();
    assert_eq!(events.len(), 3);
    let lived = events[1].time.as_micros() - events[0].time.as_micros();
    let EventKind::RunFinished { status, reason, duration_us } = &events[2].kind else { panic!("{events:?}") };
    assert_eq!((*status, *duration_us), (RunStatus::Interrupted, lived as u64));
    assert_eq!(reason.as_deref(), Some("the host process ended before the run did"));
    assert_eq!((row.status, row.last_seq, row.duration_us), (Some(RunStatus::Interrupted), 3, Some(lived as u64)));
    assert_eq!(lock_files(&folder), stores.len(), "the dead one's lock file is cleaned up");
}

#[tokio::test]
async fn a_late_event_can_not_follow_an_interruption() {
    let folder = folder();
    let run = killed_in_a_run(&folder).await;
    let store = open(&folder);
    let mut late = store.events(StreamId::Run(run), 3, 1).unwrap().remove(0);
    late.kind = finished(run, RunStatus::Completed).kind;
    store.append(&[crate::event::bus::Record::Event(Arc::new(late))]).unwrap();
    assert_eq!(store.run(run).unwrap().unwrap().status, Some(RunStatus::Interrupted));
}

#[tokio::test]
async fn who_follows_a_run_of_another_process_sees_it_live_and_sees_its_end() {
    let folder = folder();
    let (theirs, ours) = (open(&folder), open(&folder));
    let run = theirs.create_run(&new_run()).unwrap();
    let (their_bus, our_bus) = (Bus::start(theirs.clone()), Bus::start(ours));
    let mut feed = our_bus.subscribe(StreamId::Run(run), 1);
    their_bus.emit(started(run)).await;
    assert_eq!(feed.next().await.unwrap()[0].seq, 1);
    their_bus.close().await;
    drop((their_bus, theirs));
    let last = feed.next().await.unwrap();
    assert!(matches!(last[0].kind, EventKind::RunFinished { status: RunStatus::Interrupted, .. }));
    assert_eq!(feed.next().await, None);
    our_bus.close().await;
}

#[tokio::test]
async fn bodies_are_read_back_by_their_reference() {
    let folder = folder();
    let store = open(&folder);
    let bus = Bus::start(store.clone());
    let body = bus.keep_body(b"{\"a\":1}".to_vec()).await;
    assert_eq!(bus.keep_body(b"{\"a\":1}".to_vec()).await, body);
    bus.close().await;
    assert_eq!(store.body(&body).unwrap().unwrap(), b"{\"a\":1}");
    let unknown = BodyRef { hash: crate::event::ContentHash::of(b"?"), bytes: 1, truncated: false };
    assert_eq!(store.body(&unknown).unwrap(), None);
}

#[test]
fn a_history_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = folder();
    let file = folder.path().join(FILE);
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(folder.path()).err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    let tables: i64 =
        Connection::open(&file).unwrap().query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0);
}

#[test]
fn what_is_no_database_is_reported_with_its_path_and_the_remedy() {
    let folder = folder();
    std::fs::write(folder.path().join(FILE), "x".repeat(5000)).unwrap();
    let error = Store::open(folder.path()).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("Move it away"), "{error}");
}

#[test]
fn a_state_folder_that_can_not_be_made_is_reported() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("state")).err().unwrap();
    assert!(matches!(error, StoreError::Folder { .. }), "{error}");
}

#[tokio::test]
async fn a_full_disk_is_told_in_words_and_the_events_are_written_when_there_is_room() {
    let folder = folder();
    let store = open(&folder);
    let run = store.create_run(&new_run()).unwrap();
    let set_room = |pages: u32| store.writer().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
    set_room(1).unwrap();
    let bus = Bus::start(store.clone());
    let mut host = bus.subscribe(StreamId::Host, 1);
    bus.emit(output(run, vec!["x".repeat(100_000)])).await;
    let told = host.next().await.unwrap();
    let EventKind::PluginLog { message, .. } = &told[0].kind else { panic!("{told:?}") };
    assert!(message.contains("no space left"), "{message}");
    set_room(1_000_000).unwrap();
    bus.close().await;
    assert_eq!(store.events(StreamId::Run(run), 1, 10).unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_that_can_not_be_written_can_still_be_looked_at() {
    let folder = folder();
    let store = open(&folder);
    let run = killed_in_a_run(&folder).await;
    store
        .writer()
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'full'); END")
        .unwrap();
    assert_eq!(store.runs(10).unwrap()[0].status, None);
    store.writer().execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(store.run(run).unwrap().unwrap().status, Some(RunStatus::Interrupted));
}

#[tokio::test]
async fn what_is_committed_reaches_the_file_though_no_commit_waits_for_it() {
    let folder = folder();
    let store = open(&folder);
    let run = store.create_run(&new_run()).unwrap();
    let bus = Bus::start(store.clone());
    let recorded: u64 = 8 * 1024 * 1024;
    for _ in 0..recorded / 100_000 + 1 {
        bus.emit(output(run, vec!["x".repeat(100_000)])).await;
    }
    bus.close().await;
    // The store is still open: nothing but its own checkpoints could have moved it.
    while store.path().metadata().unwrap().len() < recorded / 2 {
        store.create_run(&new_run()).unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_million_items_are_recorded_and_followed() {
    let folder = folder();
    let store = open(&folder);
    let run = store.create_run(&new_run()).unwrap();
    let bus = Bus::start(store);
    let mut feed = bus.subscribe(StreamId::Run(run), 1);
    for event in 0..4000 {
        let items = (0..250).map(|item| format!("line {}", event * 250 + item)).collect();
        bus.emit(output(run, items)).await;
    }
    bus.emit(finished(run, RunStatus::Completed)).await;
    // Only now, so that most comes from the database.
    let mut next = 0;
    while let Some(events) = feed.next().await {
        for event in events {
            let EventKind::AgentOutput { items, .. } = &event.kind else { continue };
            for item in items {
                assert_eq!(*item, format!("line {next}"));
                next += 1;
            }
        }
    }
    assert_eq!(next, 1_000_000);
    bus.close().await;
}

#[test]
fn several_processes_may_make_the_history_at_once() {
    for _ in 0..10 {
        let folder = folder();
        let barrier = std::sync::Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    barrier.wait();
                    open(&folder).create_run(&new_run()).unwrap();
                });
            }
        });
        assert_eq!(open(&folder).runs(10).unwrap().len(), 6);
    }
}
