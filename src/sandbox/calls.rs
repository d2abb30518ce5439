//! The system calls that are refused whatever their arguments, in groups with the same reason.

use libc::c_long;

/// A call's number, and the name of its constant.
pub(super) type Named = (c_long, &'static str);

/// Calls that are refused for the same reason.
pub(super) struct Group {
    pub(super) calls: &'static [Named],
    /// What would allow them, or what is to be done instead.
    pub(super) advice: &'static str,
}

macro_rules! named {
    ($($call:ident),* $(,)?) => { &[$((libc::$call, stringify!($call))),*] };
}
pub(super) use named;

pub(super) const NO_PERMISSION: &str = "no permission allows it";
pub(super) const PROGRAMS: &str = "the host starts programs, through `exec` under the permission `spawn`";
pub(super) const LIMITS: &str = "its limits are the operator's to set, under `sandbox` in the settings";
const TRAITS: &str =
    "modes, owners, times and labels of files stay as they are (`shutil.copyfile` copies a file without them)";

/// Never allowed.
#[rustfmt::skip]
pub(super) const REFUSED: &[Group] = &[
    // Other processes: their memory, descriptors and pace.
    Group { advice: NO_PERMISSION, calls: named![
        SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp, SYS_pidfd_getfd,
        SYS_pidfd_open, SYS_pidfd_send_signal, SYS_move_pages, SYS_migrate_pages, SYS_perf_event_open,
        SYS_setpriority, SYS_sched_setscheduler, SYS_sched_setattr, SYS_sched_setparam, SYS_ioprio_set,
    ] },
    // Ways around these rules, or into the kernel's less trodden parts.
    Group { advice: NO_PERMISSION, calls: named![
        SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_bpf, SYS_userfaultfd, SYS_keyctl,
        SYS_add_key, SYS_request_key, SYS_personality,
    ] },
    // Memory that outlives the process, or that no limit counts.
    Group { advice: "memory that no limit counts is open to nobody", calls: named![
        SYS_shmget, SYS_semget, SYS_msgget, SYS_mq_open, SYS_memfd_create, SYS_memfd_secret,
    ] },
    // Mounts and namespaces.
    Group { advice: NO_PERMISSION, calls: named![
        SYS_mount, SYS_umount2, SYS_mount_setattr, SYS_move_mount, SYS_open_tree, SYS_fsopen, SYS_fsconfig,
        SYS_fsmount, SYS_fspick, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_name_to_handle_at,
        SYS_open_by_handle_at,
    ] },
    // The machine.
    Group { advice: NO_PERMISSION, calls: named![
        SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
        SYS_quotactl, SYS_acct, SYS_syslog, SYS_sethostname, SYS_setdomainname,
    ] },
    Group { advice: LIMITS, calls: named![SYS_setrlimit] },
    // What the rules for files leave open, whatever file it is: who may do what with it, its times and labels.
    Group { advice: TRAITS, calls: named![
        SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
        SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
    ] },
    // Newer than the library that names the others; from these on all machines have the same numbers.
    Group { advice: TRAITS, calls: &[
        (452, "fchmodat2"), (463, "setxattrat"), (466, "removexattrat"), (469, "file_setattr"),
    ] },
    // And news of files.
    Group { advice: NO_PERMISSION, calls: named![SYS_inotify_init1, SYS_inotify_add_watch, SYS_fanotify_init] },
];

/// Calls that only old machines have: the ways to a new process that have no arguments to tell them from a new thread,
/// and the first forms of what is refused above.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
pub(super) const OLD: &[Group] = &[
    Group { advice: PROGRAMS, calls: named![SYS_fork, SYS_vfork] },
    Group { advice: TRAITS, calls: named![
        SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
    ] },
    Group { advice: NO_PERMISSION, calls: named![SYS_inotify_init] },
];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const OLD: &[Group] = &[];

/// The same calls by other numbers: programs with 32-bit pointers have them in the same table.
#[cfg(target_arch = "x86_64")]
pub(super) const ALIASES: &[c_long] = &[0, X32];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const ALIASES: &[c_long] = &[0];
/// The bit that marks such a number.
pub(super) const X32: c_long = 0x4000_0000;
