//! What the operator says of plugins' processes: the section `sandbox` of `orchestrator.yaml`.
//!
//! It counts in the user's own file. A project's may only make it stricter, since a project may be a stranger's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::by_plugin::by_plugin;
use super::document::{Fields, Node, Reader};
use crate::event::PluginName;
use crate::sandbox::Level;

/// Mebibytes that any of these may be at most: a pebibyte.
const MOST_MB: i64 = 1 << 30;

/// What counts: the user's own section, and the project's as a bound to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SandboxSettings {
    own: Section,
    caps: Section,
}

/// One file's section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Section {
    min_level: Option<Level>,
    /// For all plugins.
    all: Bounds,
    /// For single ones; what is absent here is as for all.
    plugins: BTreeMap<PluginName, Bounds>,
}

/// What a file says of a process; what is absent is left to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bounds {
    level: Option<Level>,
    memory_mb: Option<u32>,
    cpu_seconds: Option<u32>,
    threads: Option<u32>,
    open_files: Option<u32>,
    file_mb: Option<u32>,
    disk_mb: Option<u32>,
}

/// What one plugin's process may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How far it is confined; less than the least is refused.
    pub level: Level,
    /// Mebibytes of memory.
    pub memory_mb: u32,
    /// Seconds of computing in one call.
    pub cpu_seconds: u32,
    pub threads: u32,
    pub open_files: u32,
    /// Mebibytes of the largest file that it may write.
    pub file_mb: u32,
    /// Mebibytes of all that lies in its own folders.
    pub disk_mb: u32,
}

impl Default for Allowance {
    fn default() -> Self {
        Allowance {
            level: Level::Full,
            memory_mb: 512,
            cpu_seconds: 30,
            threads: 64,
            open_files: 512,
            file_mb: 256,
            disk_mb: 1024,
        }
    }
}

impl SandboxSettings {
    /// Of the user's own file.
    pub(super) fn of_user(own: Section) -> Self {
        SandboxSettings { own, caps: Section::default() }
    }

    /// What a project's file says was read as if it were the user's; it can only make `user` stricter.
    pub(super) fn of_both(user: Self, project: Self) -> Self {
        SandboxSettings { own: user.own, caps: project.own }
    }

    /// With less, plugins' processes are not started.
    pub fn min_level(&self) -> Level {
        self.own.min_level.unwrap_or_default().max(self.caps.min_level.unwrap_or(Level::None))
    }

    /// What counts for a plugin that nothing is said of by name, and that asks for nothing.
    pub fn for_all(&self) -> Allowance {
        Self::bounded(self.own.all, self.caps.all, Allowance::default())
    }

    /// What counts for one plugin. `asked` is what its manifest asks for, over the defaults.
    pub fn allowance(&self, plugin: &PluginName, asked: Allowance) -> Allowance {
        Self::bounded(self.own.of(plugin), self.caps.of(plugin), asked)
    }

    /// What counts for each plugin that something is said of by name, unless it asks for more or less itself.
    pub fn by_name(&self) -> BTreeMap<PluginName, Allowance> {
        let names: BTreeSet<&PluginName> = self.own.plugins.keys().chain(self.caps.plugins.keys()).collect();
        names.into_iter().map(|name| (name.clone(), self.allowance(name, Allowance::default()))).collect()
    }

    fn bounded(own: Bounds, cap: Bounds, asked: Allowance) -> Allowance {
        let number = |own: Option<u32>, asked: u32, cap: Option<u32>| own.unwrap_or(asked).min(cap.unwrap_or(u32::MAX));
        Allowance {
            level: own.level.unwrap_or(asked.level).max(cap.level.unwrap_or(Level::None)),
            memory_mb: number(own.memory_mb, asked.memory_mb, cap.memory_mb),
            cpu_seconds: number(own.cpu_seconds, asked.cpu_seconds, cap.cpu_seconds),
            threads: number(own.threads, asked.threads, cap.threads),
            open_files: number(own.open_files, asked.open_files, cap.open_files),
            file_mb: number(own.file_mb, asked.file_mb, cap.file_mb),
            disk_mb: number(own.disk_mb, asked.disk_mb, cap.disk_mb),
        }
    }
}

impl Section {
    fn of(&self, plugin: &PluginName) -> Bounds {
        let own = self.plugins.get(plugin).copied().unwrap_or_default();
        Bounds {
            level: own.level.or(self.all.level),
            memory_mb: own.memory_mb.or(self.all.memory_mb),
            cpu_seconds: own.cpu_seconds.or(self.all.cpu_seconds),
            threads: own.threads.or(self.all.threads),
            open_files: own.open_files.or(self.all.open_files),
            file_mb: own.file_mb.or(self.all.file_mb),
            disk_mb: own.disk_mb.or(self.all.disk_mb),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Section {
    let mut settings = Section::default();
    let Some(mut fields) = reader.fields(node, "sandbox") else { return settings };
    settings.min_level = fields.get("min_level").and_then(|node| level(reader, node));
    settings.all = bounds(reader, &mut fields);
    if let Some(node) = fields.get("plugins") {
        for (name, node) in by_plugin(reader, node, "sandbox.plugins") {
            let Some(mut fields) = reader.fields(node, &format!("sandbox.plugins.{name}")) else { continue };
            let own = bounds(reader, &mut fields);
            reader.unknown_fields(fields, "a plugin's sandbox settings");
            settings.plugins.insert(name, own);
        }
    }
    reader.unknown_fields(fields, "`sandbox`");
    settings
}

fn bounds(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Bounds {
    let level = fields.get("level").and_then(|node| level(reader, node));
    let mut number = |name: &'static str| {
        let range = range(name);
        let number = fields.get(name).and_then(|node| reader.integer(node, name, *range.start(), *range.end()))?;
        u32::try_from(number).ok()
    };
    Bounds {
        level,
        memory_mb: number("memory_mb"),
        cpu_seconds: number("cpu_seconds"),
        threads: number("threads"),
        open_files: number("open_files"),
        file_mb: number("file_mb"),
        disk_mb: number("disk_mb"),
    }
}

/// What a bound may be.
pub(super) fn range(name: &str) -> RangeInclusive<i64> {
    match name {
        "memory_mb" => 16..=MOST_MB,
        "cpu_seconds" => 1..=24 * 60 * 60,
        "threads" => 8..=100_000,
        "open_files" => 32..=1_000_000,
        _ => 1..=MOST_MB,
    }
}

fn level(reader: &mut Reader<'_>, node: &Node) -> Option<Level> {
    let word = reader.text(node, "level")?;
    word.parse()
        .map_err(|error| reader.problem(node.at, format!("{error}"), "write none, limits, syscalls or full"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document::Source;

    fn section(text: &str) -> Section {
        let source = Source::new("orchestrator.yaml", text);
        let mut reader = Reader::new(&source);
        let section = read(&mut reader, &source.parse().unwrap());
        reader.finish(Some(section)).unwrap().0
    }

    fn settings(own: &str, project: &str) -> SandboxSettings {
        let of = |text| SandboxSettings::of_user(section(text));
        SandboxSettings::of_both(of(own), of(project))
    }

    fn allowance(own: &str, project: &str) -> Allowance {
        settings(own, project).allowance(&"demo".parse().unwrap(), Allowance { memory_mb: 600, ..Allowance::default() })
    }

    #[test]
    fn the_operator_has_the_last_word_over_the_manifest() {
        assert_eq!(allowance("{}", "{}").memory_mb, 600);
        assert_eq!(allowance("memory_mb: 2000", "{}").memory_mb, 2000);
        let own = "memory_mb: 2000\nplugins:\n  demo: {memory_mb: 100, level: syscalls}";
        assert_eq!((allowance(own, "{}").memory_mb, allowance(own, "{}").level), (100, Level::Syscalls));
        assert_eq!(allowance(own, "{}").cpu_seconds, 30);
    }

    #[test]
    fn a_project_can_only_make_it_stricter() {
        assert_eq!(allowance("{}", "memory_mb: 100000\nlevel: none").memory_mb, 600);
        assert_eq!(allowance("{}", "level: none").level, Level::Full);
        assert_eq!(allowance("memory_mb: 2000", "plugins: {demo: {memory_mb: 50}}").memory_mb, 50);
        let least = |own: &str, project: &str| settings(own, project).min_level();
        assert_eq!(least("{}", "min_level: none"), Level::Full);
        assert_eq!(least("min_level: none", "{}"), Level::None);
        assert_eq!(least("min_level: none", "min_level: syscalls"), Level::Syscalls);
    }
}
