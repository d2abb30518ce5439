//! The ways out, and what the kernel answers to each.

use crate::place::Who;

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
    /// What the log says that was tried, though the code hides the error: a system call, or a way and the end of a path, which
    /// Python alone tells of. Empty for what the kernel refuses without a word.
    told: &'static str,
}

impl Attempt {
    /// Whether a line of the log tells of it, whoever hid the error.
    pub fn is_told_by(&self, line: &str) -> bool {
        match self.told.split_once('…') {
            Some((way, end)) => {
                line.starts_with(&format!("tried to {way}")) && line.contains(&format!("{end}: refused"))
            }
            None => line.starts_with("tried ") && line.contains(self.told),
        }
    }

    /// Whether there must be such a line.
    pub fn is_told_of(&self, who: Who) -> bool {
        !self.told.is_empty() && (who == Who::Python || !self.told.contains('…'))
    }
}

const fn both(name: &'static str, refused_with: &'static [&'static str], told: &'static str) -> Attempt {
    Attempt { name, refused_with, native: true, told }
}

const fn python(name: &'static str, refused_with: &'static [&'static str], told: &'static str) -> Attempt {
    Attempt { name, refused_with, native: false, told }
}

/// All that leave the process alive.
pub const ATTEMPTS: &[Attempt] = &[
    both("read_secret", FILES, "read …/secret"),
    python("read_through_cwd", FILES, "read …/secret"),
    both("list_home", FILES, "list …/home"),
    both("write_outside", FILES, "write …/planted"),
    both("truncate_secret", FILES, "write …/secret"),
    both("remove_secret", FILES, "write …/secret"),
    both("rename_secret", MOVED, "write …/secret"),
    both("chmod_secret", CALLS, "chmod"),
    both("chmod_secret_anew", CALLS, "fchmodat2"),
    both("chmod_code", CALLS, "fchmod"),
    both("chown_secret", CALLS, "chown"),
    both("touch_secret", CALLS, "utim"),
    both("mark_secret", CALLS, "setxattr"),
    both("watch_home", CALLS, "inotify_init1"),
    both("follow_symlink", FILES, "read …/link"),
    both("link_secret", MOVED, "write …/secret"),
    both("link_code", MOVED, "write …/main.py"),
    both("change_code", FILES, "write …/main.py"),
    python("add_code", FILES, "write …/agents/more.py"),
    both("plant_bytecode", FILES, "write …/__pycache__"),
    python("plant_bytecode_of_python", FILES, "write …/planted.pyc"),
    both("read_others_data", FILES, "list …/data/other"),
    both("read_history", FILES, "read …/history.db"),
    both("read_trust", FILES, "read …/trust.yaml"),
    both("write_trust", FILES, "write …/trust.yaml"),
    both("read_audit", FILES, "read …/audit.jsonl"),
    both("write_audit", FILES, "write …/audit.jsonl"),
    both("write_settings", FILES, "write …/orchestrator.yaml"),
    both("open_terminal", FILES, "write …/dev/tty"),
    python("open_memory_device", &["EACCES", "ENOENT"], ""),
    both("make_device", CALLS, "mknod"),
    python("run_own_program", FILES, "execute …/program"),
    both("tcp", CALLS, "socket(AF_INET, SOCK_STREAM)"),
    both("tcp_listen", CALLS, "socket(AF_INET, SOCK_STREAM)"),
    both("udp", CALLS, "socket(AF_INET, SOCK_DGRAM)"),
    both("unix_path", CALLS, "socket(AF_UNIX, SOCK_STREAM)"),
    both("unix_abstract", CALLS, "socket(AF_UNIX, SOCK_STREAM)"),
    both("unix_pair_sends_elsewhere", CALLS, "socketpair(AF_UNIX, SOCK_DGRAM)"),
    both("pair_of_another_family", CALLS, "socketpair(family 30, SOCK_STREAM)"),
    both("netlink", CALLS, "socket(AF_NETLINK, SOCK_RAW)"),
    both("packet", CALLS, "socket(AF_PACKET, SOCK_RAW)"),
    python("dns", &["Temporary failure in name resolution", "Name or service not known"], "socket("),
    both("signal_parent", CALLS, "kill(process "),
    both("signal_host", CALLS, "kill(process "),
    python("signal_group_of_host", CALLS, "kill(process -"),
    both("queue_signal", CALLS, "(process "),
    both("ptrace_sibling", CALLS, "ptrace"),
    both("read_memory_of_sibling", CALLS, "process_vm_readv"),
    both("parent_environ", FILES, "read …/environ"),
    both("parent_maps", FILES, "read …/maps"),
    both("parent_mem", FILES, "write …/mem"),
    both("parent_descriptor", FILES, "write …/fd/0"),
    both("parent_root", FILES, "read …/secret"),
    both("host_environ", FILES, "read …/environ"),
    both("host_maps", FILES, "read …/maps"),
    both("host_mem", FILES, "write …/mem"),
    both("own_mem", FILES, "write …/proc/self/mem"),
    both("slow_host", CALLS, "setpriority"),
    both("pin_host", CALLS, "sched_setaffinity"),
    both("reschedule_host", CALLS, "sched_set"),
    both("fork", CALLS, "clone of a new process"),
    python("fork_by_number", CALLS, "fork"),
    both("fork_x32", &["EPERM", "ENOSYS"], ""),
    both("clone", CALLS, "clone of a new process"),
    // The C library then asks in the way that can be looked at.
    both("clone3", &["ENOSYS"], ""),
    both("posix_spawn", CALLS, "clone of a new process"),
    python("run_a_program", CALLS, "fork"),
    both("execute", FILES, "execute …/bin/true"),
    both("outlive_parent", CALLS, "prctl(PR_SET_PDEATHSIG)"),
    both("hide_from_host", CALLS, "prctl(PR_SET_DUMPABLE)"),
    both("io_uring", CALLS, "io_uring_setup"),
    both("bpf", CALLS, "bpf"),
    both("keyctl", CALLS, "keyctl"),
    both("unshare", CALLS, "unshare"),
    both("mount", CALLS, "mount"),
    both("pivot_root", CALLS, "pivot_root"),
    both("setns", CALLS, "setns"),
    both("change_root", CALLS, "chroot"),
    both("answer_for_itself", CALLS, "seccomp with a listener of its own"),
    both("memory_file", CALLS, "memfd_create"),
    both("shared_memory", CALLS, "shmget"),
    both("raise_limit", CALLS, "prlimit64"),
    both("raise_limit_of_itself", CALLS, "prlimit64"),
    both("type_into_terminal", CALLS, "ioctl(TIOCSTI)"),
    both("reopen_protocol", &["ENXIO"], ""),
    python("hog_objects", &["MemoryError"], ""),
    both("hog_pages", &["ENOMEM"], ""),
    both("hog_shared_pages", CALLS, "mmap of shared memory"),
    both("hog_shared_zeros", FILES, "write …/dev/zero"),
];
