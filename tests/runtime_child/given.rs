//! What a child is given, and what the host knows of it.

use std::path::PathBuf;

use rustix::io::{FdFlags, fcntl_setfd};
use serde_json::json;

use crate::host::{Host, collect, echo, scope};
use crate::same::agent;
use crate::start::{misbehaving, start};

#[tokio::test]
async fn nothing_of_the_hosts_is_inherited_but_what_is_meant_to_be() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "the host's environment is as full as any");
    // Open without a word, as some library's might be.
    let open = std::fs::File::open("/dev/null").unwrap();
    fcntl_setfd(&open, FdFlags::empty()).unwrap();
    let host = Host::new();
    let plugin = misbehaving(&host, &["census"]).await.unwrap();
    let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
    let census = &items[0];
    assert_eq!(census["descriptors"], json!([0, 1, 2, 3]));
    assert_eq!(census["stdin"], "/dev/null");
    assert_eq!(census["no_new_privs"], 1);
    assert_eq!(census["core"], json!(["0", "0"]));

    let environment = census["environment"].as_object().unwrap();
    let expected = ["PATH", "LANG", "TZ", "RUST_BACKTRACE", "HOME", "TMPDIR"];
    for (name, value) in environment {
        // Python sets one for itself where the locale says nothing.
        assert!(expected.contains(&name.as_str()) || name.starts_with("LC_"), "{name}={value}");
    }
    for name in ["HOME", "TMPDIR"] {
        let folder = environment[name].as_str().unwrap();
        assert!(folder.starts_with(host.dir.path().join("private").to_str().unwrap()), "{folder}");
    }
}

#[tokio::test]
async fn each_start_has_a_new_folder_for_its_home_and_its_temporary_files() {
    let host = Host::new();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let plugin = misbehaving(&host, &["census"]).await.unwrap();
        let (items, _) = collect(plugin.call(agent("any", ""), scope(1)).unwrap()).await;
        let folders = ["HOME", "TMPDIR"].map(|name| PathBuf::from(items[0]["environment"][name].as_str().unwrap()));
        for folder in &folders {
            assert_eq!(folder.read_dir().unwrap().count(), 0, "{} is not new", folder.display());
            std::fs::write(folder.join("left"), "behind").unwrap();
        }
        assert!(!seen.contains(&folders));
        plugin.shutdown(crate::start::PATIENCE).await.unwrap();
        assert!(folders.iter().all(|folder| !folder.exists()), "what it left behind is there");
        seen.push(folders);
    }
}

#[tokio::test]
async fn its_process_is_known_and_measured() {
    let host = Host::new();
    let plugin = start(&host, echo()).await.unwrap();
    let process = plugin.process().unwrap();
    let name = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap();
    assert!(name.contains("tested"), "a list of processes tells which plugin it is: {name}");
    assert!(plugin.usage().unwrap().resident_bytes > 100_000);
    plugin.shutdown(crate::start::PATIENCE).await.unwrap();
    assert_eq!(plugin.usage(), None);

    let in_process = host.load(echo()).await.unwrap();
    assert_eq!((in_process.process(), in_process.usage()), (None, None));
}
