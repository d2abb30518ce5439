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
    /// Tenths of a percent of one core; absent after the first look.
    pub permille: Option<u64>,
    /// In megabytes.
    pub memory: Measure,
    /// In seconds, of the oldest open call; without one, none is used.
    pub computed: Measure,
    /// Whether a call is open.
    pub in_call: bool,
    pub threads: Measure,
    /// In megabytes, of its own folders; absent until they were looked at.
    pub disk: Option<Measure>,
}

/// How much is used, and the most that may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub used: u64,
    /// Nothing, if it is not bounded.
    pub limit: Option<u64>,
}

impl Measure {
    fn new(used: u64, limit: u64) -> Self {
        Measure { used, limit: Some(limit).filter(|limit| *limit > 0) }
    }

    /// Of a bar this long, how much is filled: something, as soon as anything is used.
    pub fn filled(self, length: usize) -> usize {
        let (used, limit) = (u128::from(self.used), u128::from(self.limit.unwrap_or(u64::MAX)));
        let filled = (used * length as u128).div_ceil(limit);
        usize::try_from(filled).map_or(length, |filled| filled.min(length))
    }

    /// Whether little is left: more than four fifths are used.
    pub fn is_near(self) -> bool {
        self.limit.is_some_and(|limit| u128::from(self.used) * 5 > u128::from(limit) * 4)
    }
}

impl Gauge {
    fn new(usage: &PluginUsage, permille: Option<u64>) -> Self {
        const SECOND: u64 = 1_000_000;
        let computed = usage.call_cpu_us.unwrap_or(0) / SECOND;
        Gauge {
            process: usage.process,
            permille,
            memory: Measure::new(usage.resident_bytes >> 20, usage.memory_limit_bytes >> 20),
            computed: Measure::new(computed, usage.call_cpu_limit_us / SECOND),
            in_call: usage.call_cpu_us.is_some(),
            threads: Measure::new(usage.threads, usage.threads_limit),
            disk: usage.disk_bytes.map(|bytes| Measure::new(bytes >> 20, usage.disk_limit_bytes >> 20)),
        }
    }
}

impl Usages {
    /// Takes in a look. Whether anything that is shown changed.
    pub fn replace(&mut self, looked: Vec<PluginUsage>, at: Timestamp) -> bool {
        let seen: BTreeMap<PluginName, Seen> = looked
            .into_iter()
            .map(|usage| {
                let before = self.seen.get(&usage.plugin).filter(|seen| seen.usage.process == usage.process);
                let gauge = Gauge::new(&usage, before.and_then(|before| permille(before, &usage, at)));
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
            call_cpu_us: Some(cpu_time_us),
            call_cpu_limit_us: 30_000_000,
            threads: 7,
            threads_limit: 64,
            disk_bytes: None,
            disk_limit_bytes: 0,
        }]
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn two_looks_make_a_percentage_and_a_new_process_begins_anew() {
        let (mut usages, demo) = (Usages::default(), "demo".parse().unwrap());
        assert!(usages.replace(look(7, 43_900_000, 1_000_000), at(0)));
        let gauge = usages.of(&demo).unwrap();
        assert_eq!((gauge.process, gauge.permille, gauge.disk), (7, None, None));
        assert_eq!(gauge.memory, Measure { used: 41, limit: Some(512) });
        assert_eq!(gauge.computed, Measure { used: 1, limit: Some(30) });
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

    #[test]
    fn a_bar_shows_the_least_use_and_is_full_only_at_the_limit() {
        let measure = |used, limit| Measure { used, limit };
        assert_eq!(measure(0, Some(512)).filled(8), 0);
        assert_eq!(measure(1, Some(512)).filled(8), 1);
        assert_eq!(measure(448, Some(512)).filled(8), 7);
        assert_eq!(measure(600, Some(512)).filled(8), 8);
        assert_eq!(measure(41, None).filled(8), 1);
        assert!(measure(410, Some(512)).is_near() && !measure(409, Some(512)).is_near());
        assert!(!measure(u64::MAX, None).is_near());
    }
}
