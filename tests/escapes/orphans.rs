//! Nothing stays when the host is gone.

use rustix::process::Signal;

use crate::place::{Who, project};
use crate::support::{Live, PATIENCE, Watched};

#[test]
fn nobody_outlives_a_host_that_was_killed() {
    let Some(project) = project("{}") else { return };
    for who in Who::BOTH {
        let agent = who.named("sleep_for_ever");
        let mut live = Live::start(&project, ["agent", "run", &agent, "{}", "--json"]);
        live.wait_for("its first words", |event| event["message"].to_string().contains("begins"));
        let below = below(live.process.id());
        // Of each plugin the supervisor and the process.
        assert!(below.len() >= 4, "{below:?}");
        let below: Vec<_> = below.into_iter().map(Watched::new).collect();
        live.process.signal(Signal::KILL);
        for process in below {
            assert!(process.ends_within(PATIENCE), "{who:?}: process {} has stayed", process.id());
        }
    }
}

#[test]
fn nobody_outlives_both_the_host_and_the_supervisor() {
    let Some(project) = project("{}") else { return };
    let agent = Who::Native.named("sleep_for_ever");
    let mut live = Live::start(&project, ["agent", "run", &agent, "{}", "--json"]);
    live.wait_for("its first words", |event| event["message"].to_string().contains("begins"));
    let below: Vec<_> = below(live.process.id()).into_iter().map(Watched::new).collect();
    // Nobody is left to end anything: the kernel does it.
    live.process.signal(Signal::STOP);
    let supervisors = children(live.process.id()).into_iter().map(Watched::new);
    supervisors.for_each(|supervisor| supervisor.signal(Signal::KILL));
    live.process.signal(Signal::KILL);
    for process in below {
        assert!(process.ends_within(PATIENCE), "process {} has stayed", process.id());
    }
}

fn children(of: i32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    children.collect::<String>().split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

fn below(of: i32) -> Vec<u32> {
    let mut all = Vec::new();
    for child in children(of) {
        all.push(child);
        all.extend(below(i32::try_from(child).unwrap()));
    }
    all
}
