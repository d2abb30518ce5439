//! What the plugins' own processes use, as it was last asked.

use std::collections::BTreeMap;

use crate::event::{PluginName, Timestamp};
use crate::orchestrator::api::PluginUsage;

/// The last two looks at each process make a percentage.
#[derive(Debug, Default)]
pub struct Usages {
    seen: BTreeMap<PluginName, Seen>,
    /// Whether a look is under way, or will be.
    pub asked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    usage: PluginUsage,
    at: Timestamp,
    gauge: Gauge,
}

/// What is shown, as coarse as it is shown: what looks the same is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge {
    pub process: u32,
    pub megabytes: u64,
    /// The most that it may use; nothing, if that is not bounded.
    pub of_megabytes: Option<u64>,
    /// Tenths of a percent of one core; absent after the first look.
    pub permille: Option<u64>,
}

impl Usages {
    /// Takes in a look. Whether anything that is shown changed.
    pub fn replace(&mut self, looked: Vec<PluginUsage>, at: Timestamp) -> bool {
        let seen: BTreeMap<PluginName, Seen> = looked
            .into_iter()
            .map(|usage| {
                let before = self.seen.get(&usage.plugin).filter(|seen| seen.usage.process == usage.process);
                let gauge = Gauge {
                    process: usage.process,
                    megabytes: usage.resident_bytes >> 20,
                    of_megabytes: Some(usage.memory_limit_bytes >> 20).filter(|limit| *limit > 0),
                    permille: before.and_then(|before| permille(before, &usage, at)),
                };
                (usage.plugin.clone(), Seen { usage, at, gauge })
            })
            .collect();
        let changed = seen.len() != self.seen.len()
            || seen.iter().any(|(plugin, seen)| self.seen.get(plugin).map(|old| old.gauge) != Some(seen.gauge));
        self.seen = seen;
        changed
    }

    pub fn of(&self, plugin: &PluginName) -> Option<Gauge> {
        self.seen.get(plugin).map(|seen| seen.gauge)
    }
}

fn permille(before: &Seen, now: &PluginUsage, at: Timestamp) -> Option<u64> {
    let took = u64::try_from(at.as_micros() - before.at.as_micros()).ok().filter(|took| *took > 0)?;
    let worked = now.cpu_time_us.saturating_sub(before.usage.cpu_time_us);
    Some(worked.saturating_mul(1_000) / took)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(process: u32, resident_bytes: u64, cpu_time_us: u64) -> Vec<PluginUsage> {
        vec![PluginUsage {
            plugin: "demo".parse().unwrap(),
            process,
            resident_bytes,
            memory_limit_bytes: 512 << 20,
            cpu_time_us,
        }]
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn two_looks_make_a_percentage_and_a_new_process_begins_anew() {
        let (mut usages, demo) = (Usages::default(), "demo".parse().unwrap());
        assert!(usages.replace(look(7, 43_900_000, 1_000_000), at(0)));
        assert_eq!(
            usages.of(&demo),
            Some(Gauge { process: 7, megabytes: 41, of_megabytes: Some(512), permille: None })
        );
        assert!(usages.replace(look(7, 43_900_000, 1_500_000), at(2)));
        assert_eq!(usages.of(&demo).unwrap().permille, Some(250));
        assert!(usages.replace(look(8, 43_900_000, 100), at(4)));
        assert_eq!(usages.of(&demo).unwrap().permille, None);
        assert!(usages.replace(Vec::new(), at(6)));
        assert_eq!(usages.of(&demo), None);
    }

    #[test]
    fn what_would_look_the_same_is_no_change() {
        let mut usages = Usages::default();
        usages.replace(look(7, 41_100_000, 0), at(0));
        usages.replace(look(7, 41_100_000, 10), at(2));
        assert!(!usages.replace(look(7, 41_800_000, 20), at(4)));
    }
}
