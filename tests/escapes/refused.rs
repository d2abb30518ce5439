//! What the kernel refuses, and the plugin lives on.

use crate::attempts::ATTEMPTS;
use crate::place::{Place, Who, project};
use crate::support::{of_type, output_of};

#[test]
fn every_way_out_is_refused_to_python() {
    every_way_out_is_refused(Who::Python);
}

#[test]
fn every_way_out_is_refused_to_native_code() {
    every_way_out_is_refused(Who::Native);
}

fn every_way_out_is_refused(who: Who) {
    let Some(project) = project("sandbox: {memory_mb: 256}") else { return };
    let mut place = Place::new(project, who);
    let attempts: Vec<_> = ATTEMPTS.iter().filter(|attempt| attempt.native || who == Who::Python).collect();
    let names: Vec<_> = attempts.iter().map(|attempt| attempt.name).collect();
    let tried = place.try_all(&names, false).assert_exit(0);
    let events = tried.run();
    let logged: Vec<_> = of_type(&events, "plugin_log").iter().map(|event| event["message"].to_string()).collect();

    let mut wrong = Vec::new();
    for attempt in attempts {
        let name = who.named(attempt.name);
        let told = output_of(&events, name.as_str());
        if !attempt.refused_with.iter().any(|with| told == format!("refused {with}")) {
            wrong.push(format!("{name}: {told:?}"));
        } else if !logged.iter().any(|message| message.contains(&format!("{name}: {told}"))) {
            wrong.push(format!("{name}: not in the log"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    place.assert_untouched();
}

#[test]
fn what_python_tries_is_told_even_if_its_code_hides_the_error() {
    what_is_hidden_is_told(Who::Python);
}

#[test]
fn what_native_code_tries_is_told_even_if_it_ignores_the_error() {
    what_is_hidden_is_told(Who::Native);
}

fn what_is_hidden_is_told(who: Who) {
    let Some(project) = project("sandbox: {memory_mb: 256}") else { return };
    let mut place = Place::new(project, who);
    let attempts: Vec<_> = ATTEMPTS.iter().filter(|attempt| attempt.native || who == Who::Python).collect();
    let names: Vec<_> = attempts.iter().map(|attempt| attempt.name).collect();
    let events = place.try_all(&names, true).assert_exit(0).run();
    let logged = of_type(&events, "plugin_log");
    let told: Vec<_> = logged.iter().filter_map(|event| event["message"].as_str()).collect();

    let must_be_told = attempts.iter().filter(|attempt| attempt.is_told_of(who));
    let untold = must_be_told.filter(|attempt| !told.iter().any(|line| attempt.is_told_by(line)));
    let untold: Vec<_> = untold.map(|attempt| attempt.name).collect();
    assert!(untold.is_empty(), "{untold:?} are not in the log:\n{}", told.join("\n"));
    // They are told by who refuses them alone.
    assert!(told.iter().all(|line| !line.contains(": refused E")), "{told:?}");
    place.assert_untouched();
}

#[test]
fn a_flood_of_attempts_is_counted_and_not_told_one_by_one() {
    let Some(project) = project("{}") else { return };
    for who in Who::BOTH {
        let agent = who.named("flood_refusals");
        project.run(["agent", "run", &agent, "{}", "--json"]).assert_exit(0);
    }
    let log = project.log();
    let lines = log.lines().filter(|line| line.contains("tried socket(AF_UNIX, SOCK_STREAM)")).count();
    assert_eq!(lines, Who::BOTH.len(), "{log}");
    assert_eq!(log.matches("999 more attempts were refused").count(), Who::BOTH.len(), "{log}");
}

#[test]
fn no_descriptor_leads_to_a_file_of_the_hosts() {
    let Some(project) = project("{}") else { return };
    for who in Who::BOTH {
        let tried = project.run(["agent", "run", &who.named("inherited_descriptors"), "{}", "--json"]).assert_exit(0);
        let events = tried.run();
        let told = output_of(&events, who.named("inherited_descriptors").as_str());
        // What has no name is the protocol, the pipes to the host, and the runtime's own.
        let told = told.strip_prefix("got through: ").unwrap();
        assert!(told.starts_with("/dev/null pipe pipe "), "{told}");
        assert!(told.split(' ').all(|name| name == "/dev/null" || !name.starts_with('/')), "{told}");
    }
}
