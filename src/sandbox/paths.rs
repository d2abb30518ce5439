//! Which files a process may reach, by Landlock.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, make_bitflags,
};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat2};

use super::Confinement;

/// The newest version of the rules that this was tried with. What an older kernel lacks is left out, and the status
/// tells.
const TRIED: ABI = ABI::V7;

/// Confines this thread, and whatever it starts. True if every rule holds.
pub(super) fn confine(confinement: &Confinement) -> Result<bool, RulesetError> {
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(TRIED))?
        .scope(Scope::from_all(TRIED))?;
    if !confinement.network {
        rules = rules.handle_access(AccessNet::from_all(TRIED))?;
    }
    let reading = AccessFs::from_read(TRIED);
    let writing = AccessFs::from_all(TRIED) & !special_files() & !AccessFs::Execute;
    let mut rules = rules.create()?;
    let granted = &confinement.granted;
    rules = allow(rules, &confinement.read, granted, reading)?;
    rules = allow(rules, &confinement.list, granted, AccessFs::ReadDir.into())?;
    rules = allow(rules, &confinement.write, granted, writing)?;
    let status = rules.restrict_self()?;
    Ok(status.ruleset == RulesetStatus::FullyEnforced)
}

/// What nobody makes for good reasons: devices, and doors for others.
fn special_files() -> landlock::BitFlags<AccessFs> {
    make_bitflags!(AccessFs::{MakeChar | MakeBlock | MakeSock | MakeFifo})
}

fn allow(
    mut rules: landlock::RulesetCreated,
    paths: &[PathBuf],
    granted: &[PathBuf],
    access: landlock::BitFlags<AccessFs>,
) -> Result<landlock::RulesetCreated, RulesetError> {
    for path in paths {
        // One that is not there can't be reached either.
        let Ok(file) = open(path, granted.contains(path)) else { continue };
        let is_dir = fstat(&file).is_ok_and(|found| FileType::from_raw_mode(found.st_mode).is_dir());
        let access = if is_dir { access } else { access & AccessFs::from_file(TRIED) };
        rules = rules.add_rule(PathBeneath::new(file, access))?;
    }
    Ok(rules)
}

/// Opens it to name it in a rule, and for nothing else.
fn open(path: &Path, is_granted: bool) -> rustix::io::Result<OwnedFd> {
    let follow = if is_granted { ResolveFlags::NO_SYMLINKS } else { ResolveFlags::empty() };
    openat2(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), follow)
}
