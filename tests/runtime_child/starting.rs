//! Children that do not start.

use std::path::Path;
use std::time::Duration;

use orchestrator::runtime::LoadError;
use serde_json::json;

use crate::host::{Host, library};
use crate::start::{PATIENCE, interpreter, misbehaving, misbehaving_within, start};

#[tokio::test]
async fn one_that_dies_while_starting_is_told_of_with_its_last_words() {
    let host = Host::new();
    for (how, end, words) in [
        ("exits", "its process ended with exit status 3", "Traceback: no module named `missing`"),
        ("aborts", "its process was killed by signal 6 (SIGABRT)", "assertion failed"),
    ] {
        let error = misbehaving(&host, &[how]).await.unwrap_err();
        let LoadError::Died { how, said } = &error else { panic!("{error}") };
        assert_eq!((how.as_str(), said.join("\n").as_str()), (end, words));
        assert!(error.to_string().contains(end) && error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn one_that_is_killed_while_greeting_is_an_error_at_every_step() {
    let host = Host::new();
    for step in ["0", "1", "2", "3"] {
        let error = misbehaving(&host, &["dies", step]).await.unwrap_err();
        assert!(error.to_string().contains("killed by signal 9 (SIGKILL)"), "{step}: {error}");
    }
}

#[tokio::test]
async fn one_that_never_answers_is_given_up() {
    let host = Host::new();
    let error = misbehaving_within(&host, &["silent"], Duration::from_millis(300)).await.unwrap_err();
    assert!(matches!(error, LoadError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn an_interpreter_that_is_not_there_is_named() {
    let host = Host::new();
    let error = interpreter(&host, Path::new("/no/such/python"), vec![], PATIENCE).await.unwrap_err();
    assert!(error.to_string().contains("/no/such/python can't be started"), "{error}");
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_with_the_remedy() {
    let host = Host::new();
    let error = start(&host, (library("no_symbol"), json!({}))).await.unwrap_err();
    assert!(error.to_string().contains("export_plugin!"), "{error}");
    let error = start(&host, (host.dir.path().join("absent.so"), json!({}))).await.unwrap_err();
    assert!(matches!(error, LoadError::Unreadable { .. }), "{error}");
}
