//! What an operator grants, and takes back.

use crate::place::{Place, Who, project_asking};
use crate::support::{Live, output_of};

#[test]
fn the_network_is_the_internet_and_not_the_machines_services() {
    for who in Who::BOTH {
        let Some(project) = project_asking("{}", "  - {name: network, scope: [any]}\n") else { return };
        let mut place = Place::new(project, who);
        let opened = ["tcp", "netlink"];
        let refused = ["unix_path", "unix_abstract", "unix_pair_sends_elsewhere", "pair_of_another_family", "packet"];
        let events = place.try_all(&[&opened[..], &refused[..]].concat(), false).assert_exit(0).run();
        for name in opened.map(|name| who.named(name)) {
            let told = output_of(&events, name.as_str());
            assert!(told.starts_with("got through"), "{name}: {told}");
        }
        for name in refused.map(|name| who.named(name)) {
            assert_eq!(output_of(&events, name.as_str()), "refused EPERM", "{name}");
        }
        assert!(place.was_called());
        // Nobody came through a door.
        place.assert_untouched();
    }
}

#[test]
fn what_is_taken_back_ends_the_process_and_its_runs_as_denied() {
    let Some(project) = project_asking("{}", "  - {name: read_files, scope: [config]}\n") else { return };
    for who in Who::BOTH {
        let agent = who.named("sleep_for_ever");
        let mut live = Live::start(&project, ["agent", "run", &agent, "{}", "--json"]);
        live.wait_for("its first words", |event| event["message"].to_string().contains("begins"));
        project.run(["permission", "revoke", who.plugin(), "read_files"]).assert_exit(0);
        let end = live.wait_for("its end", |event| event["type"] == "run_finished");
        let reason = end["reason"].as_str().unwrap();
        assert_eq!(end["status"], "denied", "{reason}");
        assert!(reason.contains("its permission read_files (config) was revoked"), "{reason}");
    }
    let told: Vec<_> = project.host_events().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    let crashed: Vec<_> = told.iter().filter(|event| event.contains("crashed")).collect();
    assert!(crashed.is_empty(), "that was no crash: {crashed:?}");
}
