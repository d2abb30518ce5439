//! What a whole tree of processes may use, as far as the kernel counts it only for single ones.
//!
//! Pure: somebody else looks at the processes, now and then, and tells a [`Watch`].

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The bounds of a plugin's process and everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Memory that it occupies, in bytes.
    pub memory: u64,
    /// Time that it may compute while the same call is the oldest open one.
    pub cpu: Duration,
    /// Threads and processes.
    pub threads: u64,
    /// Bytes in the folders that are its own.
    pub disk: u64,
}

/// One look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sample {
    pub memory: u64,
    /// Computed since the start.
    pub cpu: Duration,
    pub threads: u64,
    /// Not looked at every time.
    pub disk: Option<u64>,
}

/// A bound that was crossed, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Crossed {
    #[error("used {}, limit {}", Bytes(*.used), Bytes(*.limit))]
    Memory { used: u64, limit: u64 },
    #[error("computed for {} s in one call, limit {} s", .used.as_secs(), .limit.as_secs())]
    Cpu { used: Duration, limit: Duration },
    #[error("had {used} threads, limit {limit}")]
    Threads { used: u64, limit: u64 },
    #[error("filled its folders with {}, limit {}", Bytes(*.used), Bytes(*.limit))]
    Disk { used: u64, limit: u64 },
}

/// Follows one tree.
#[derive(Debug)]
pub struct Watch {
    quota: Quota,
    /// The open calls in the order of their numbers, each with what had been computed when it was first seen.
    calls: BTreeMap<u64, Duration>,
}

impl Watch {
    pub fn new(quota: Quota) -> Self {
        Watch { quota, calls: BTreeMap::new() }
    }

    /// What had been computed when the oldest open call was first seen; nothing without one.
    pub fn since(&self) -> Option<Duration> {
        self.calls.values().next().copied()
    }

    /// Takes in a look, together with the numbers of the calls that are open; numbers rise. What is computed without a
    /// call is not bounded: it adds up over days.
    pub fn look(&mut self, sample: Sample, open: impl IntoIterator<Item = u64>) -> Result<(), Crossed> {
        let mut calls: BTreeMap<u64, Duration> = BTreeMap::new();
        for call in open {
            calls.insert(call, self.calls.get(&call).copied().unwrap_or(sample.cpu));
        }
        self.calls = calls;
        let since = self.since().unwrap_or(sample.cpu);
        let Quota { memory, cpu, threads, disk } = self.quota;
        let computed = sample.cpu.saturating_sub(since);
        if sample.memory > memory {
            return Err(Crossed::Memory { used: sample.memory, limit: memory });
        }
        if computed > cpu {
            return Err(Crossed::Cpu { used: computed, limit: cpu });
        }
        if sample.threads > threads {
            return Err(Crossed::Threads { used: sample.threads, limit: threads });
        }
        match sample.disk {
            Some(used) if used > disk => Err(Crossed::Disk { used, limit: disk }),
            Some(_) | None => Ok(()),
        }
    }
}

/// Bytes as people read them.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB", self.0 / (1024 * 1024))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn watch() -> Watch {
        let cpu = Duration::from_secs(30);
        Watch::new(Quota { memory: 512 * MIB, cpu, threads: 64, disk: 100 * MIB })
    }

    fn computed(seconds: u64) -> Sample {
        Sample { cpu: Duration::from_secs(seconds), ..Sample::default() }
    }

    #[test]
    fn says_in_words_what_was_crossed() {
        let sample = Sample { memory: 530 * MIB, ..Sample::default() };
        let crossed = watch().look(sample, []).unwrap_err();
        assert_eq!(crossed.to_string(), "used 530 MB, limit 512 MB");
        assert_eq!(watch().look(Sample { memory: 512 * MIB, threads: 64, ..sample }, []), Ok(()));
    }

    #[test]
    fn time_counts_from_the_oldest_open_call() {
        let mut watch = watch();
        // A long life before, and short calls one after the other, cost nothing.
        assert_eq!(watch.look(computed(1_000), [1]), Ok(()));
        assert_eq!(watch.look(computed(1_029), [1, 2]), Ok(()));
        assert_eq!(watch.look(computed(1_058), [2]), Ok(()));
        assert_eq!(watch.look(computed(2_000), []), Ok(()));
        // The same call for too long does, however many come beside it.
        assert_eq!(watch.look(computed(2_000), [3]), Ok(()));
        let crossed = watch.look(computed(2_031), [3, 4]).unwrap_err();
        assert_eq!(crossed.to_string(), "computed for 31 s in one call, limit 30 s");
    }
}
