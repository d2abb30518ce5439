//! What every program reads of the system before it does anything.

use std::path::PathBuf;

/// Libraries, and what the C library looks up.
const NEEDED: [&str; 10] = [
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/sys/devices/system/cpu/online",
    // Not to be written: pages of it that are shared would be memory that nobody counts.
    "/dev/zero",
];
/// What is needed to find other machines, and to know whom one speaks to.
const FOR_NETWORK: [&str; 7] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/services",
    "/etc/ssl",
    "/usr/share/ca-certificates",
];
/// Devices that hold nothing of anybody's.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/full", "/dev/random", "/dev/urandom"];

/// To be read, with what the network needs if there is one.
pub fn readable(network: bool) -> Vec<PathBuf> {
    let more: &[&str] = if network { &FOR_NETWORK } else { &[] };
    NEEDED.iter().chain(more).map(PathBuf::from).collect()
}

/// To be written.
pub fn writable() -> Vec<PathBuf> {
    DEVICES.map(PathBuf::from).into()
}
