//! The ways out, and what the kernel answers to each.

/// Refused by the rules for files, or those for system calls; as the C library's errors are called.
const FILES: &[&str] = &["EACCES"];
const CALLS: &[&str] = &["EPERM"];
/// A file that would come to where more is allowed than where it was.
const MOVED: &[&str] = &["EACCES", "EXDEV", "EPERM"];

/// One way.
pub struct Attempt {
    pub name: &'static str,
    /// Any of these.
    pub refused_with: &'static [&'static str],
    /// Whether the native plugin knows it too.
    pub native: bool,
}

const fn both(name: &'static str, refused_with: &'static [&'static str]) -> Attempt {
    Attempt { name, refused_with, native: true }
}

const fn python(name: &'static str, refused_with: &'static [&'static str]) -> Attempt {
    Attempt { name, refused_with, native: false }
}

/// All that leave the process alive.
pub const ATTEMPTS: &[Attempt] = &[
    both("read_secret", FILES),
    python("read_through_cwd", FILES),
    both("list_home", FILES),
    both("write_outside", FILES),
    both("truncate_secret", FILES),
    both("remove_secret", FILES),
    both("rename_secret", MOVED),
    both("chmod_secret", CALLS),
    both("chmod_secret_anew", CALLS),
    both("chmod_code", CALLS),
    both("chown_secret", CALLS),
    both("touch_secret", CALLS),
    both("mark_secret", CALLS),
    both("watch_home", CALLS),
    both("follow_symlink", FILES),
    both("link_secret", MOVED),
    both("link_code", MOVED),
    both("change_code", FILES),
    python("add_code", FILES),
    both("plant_bytecode", FILES),
    python("plant_bytecode_of_python", FILES),
    both("read_others_data", FILES),
    both("read_history", FILES),
    both("read_trust", FILES),
    both("write_trust", FILES),
    both("read_audit", FILES),
    both("write_audit", FILES),
    both("write_settings", FILES),
    both("open_terminal", FILES),
    python("open_memory_device", &["EACCES", "ENOENT"]),
    both("make_device", FILES),
    python("run_own_program", FILES),
    both("tcp", CALLS),
    both("tcp_listen", CALLS),
    both("udp", CALLS),
    both("unix_path", CALLS),
    both("unix_abstract", CALLS),
    both("unix_pair_sends_elsewhere", CALLS),
    both("pair_of_another_family", CALLS),
    both("netlink", CALLS),
    both("packet", CALLS),
    python("dns", &["Temporary failure in name resolution", "Name or service not known"]),
    both("signal_parent", CALLS),
    both("signal_host", CALLS),
    python("signal_group_of_host", CALLS),
    both("queue_signal", CALLS),
    both("ptrace_sibling", CALLS),
    both("read_memory_of_sibling", CALLS),
    both("parent_environ", FILES),
    both("parent_maps", FILES),
    both("parent_mem", FILES),
    both("parent_descriptor", FILES),
    both("parent_root", FILES),
    both("host_environ", FILES),
    both("host_maps", FILES),
    both("host_mem", FILES),
    both("own_mem", FILES),
    both("slow_host", CALLS),
    both("pin_host", CALLS),
    both("reschedule_host", CALLS),
    both("fork", CALLS),
    python("fork_by_number", CALLS),
    both("fork_x32", &["EPERM", "ENOSYS"]),
    both("clone", CALLS),
    // The C library then asks in the way that can be looked at.
    both("clone3", &["ENOSYS"]),
    both("posix_spawn", CALLS),
    python("run_a_program", CALLS),
    both("execute", FILES),
    both("outlive_parent", CALLS),
    both("hide_from_host", CALLS),
    both("io_uring", CALLS),
    both("bpf", CALLS),
    both("keyctl", CALLS),
    both("unshare", CALLS),
    both("mount", CALLS),
    both("pivot_root", CALLS),
    both("setns", CALLS),
    both("change_root", CALLS),
    both("memory_file", CALLS),
    both("shared_memory", CALLS),
    both("raise_limit", CALLS),
    both("raise_limit_of_itself", CALLS),
    both("type_into_terminal", CALLS),
    both("reopen_protocol", &["ENXIO"]),
    python("hog_objects", &["MemoryError"]),
    both("hog_pages", &["ENOMEM"]),
    both("hog_shared_pages", CALLS),
    both("hog_shared_zeros", FILES),
];
