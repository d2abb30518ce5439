//! What a process may ask the kernel for, by seccomp.
//!
//! Everything is allowed but what is named here: a plugin brings a whole interpreter or libraries of its own, whose
//! needs nobody can list. What needs a file is the business of [`super::paths`].

use std::io;

use libc::{CLONE_THREAD, EPERM, MAP_ANONYMOUS, MAP_SHARED, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, c_long};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// Never allowed, whatever the arguments.
#[rustfmt::skip]
const REFUSED: &[c_long] = &[
    // Other processes: their memory, descriptors and pace.
    libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_process_madvise,
    libc::SYS_kcmp, libc::SYS_pidfd_getfd, libc::SYS_pidfd_open, libc::SYS_pidfd_send_signal, libc::SYS_move_pages,
    libc::SYS_migrate_pages, libc::SYS_perf_event_open, libc::SYS_setpriority, libc::SYS_sched_setscheduler,
    libc::SYS_sched_setattr, libc::SYS_sched_setparam, libc::SYS_ioprio_set,
    // Ways around these rules, or into the kernel's less trodden parts.
    libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register, libc::SYS_bpf,
    libc::SYS_userfaultfd, libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_request_key, libc::SYS_personality,
    // Memory that outlives the process, or that no limit counts.
    libc::SYS_shmget, libc::SYS_semget, libc::SYS_msgget, libc::SYS_mq_open, libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    // Mounts and namespaces.
    libc::SYS_mount, libc::SYS_umount2, libc::SYS_mount_setattr, libc::SYS_move_mount, libc::SYS_open_tree,
    libc::SYS_fsopen, libc::SYS_fsconfig, libc::SYS_fsmount, libc::SYS_fspick, libc::SYS_pivot_root,
    libc::SYS_chroot, libc::SYS_unshare, libc::SYS_setns, libc::SYS_name_to_handle_at, libc::SYS_open_by_handle_at,
    // The machine.
    libc::SYS_init_module, libc::SYS_finit_module, libc::SYS_delete_module, libc::SYS_kexec_load, libc::SYS_reboot,
    libc::SYS_swapon, libc::SYS_swapoff, libc::SYS_quotactl, libc::SYS_acct, libc::SYS_syslog,
    libc::SYS_sethostname, libc::SYS_setdomainname,
    // Its own limits.
    libc::SYS_setrlimit,
    // What the rules for files leave open, whatever file it is: who may do what with it, its times and labels, and
    // news of it.
    libc::SYS_fchmod, libc::SYS_fchmodat, FCHMODAT2, libc::SYS_fchown, libc::SYS_fchownat, libc::SYS_utimensat,
    libc::SYS_setxattr, libc::SYS_lsetxattr, libc::SYS_fsetxattr, libc::SYS_removexattr, libc::SYS_lremovexattr,
    libc::SYS_fremovexattr, SETXATTRAT, REMOVEXATTRAT, FILE_SETATTR, libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch, libc::SYS_fanotify_init,
];
/// Newer than the library that names the others; from these on all machines have the same numbers.
const FCHMODAT2: c_long = 452;
const SETXATTRAT: c_long = 463;
const REMOVEXATTRAT: c_long = 466;
const FILE_SETATTR: c_long = 469;

/// Calls that only old machines have: the ways to a new process that have no arguments to tell them from a new thread,
/// and the first forms of what is refused above.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const OLD: &[c_long] = &[
    libc::SYS_fork, libc::SYS_vfork, libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown, libc::SYS_utime,
    libc::SYS_utimes, libc::SYS_futimesat, libc::SYS_inotify_init,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[c_long] = &[];

/// The same calls by other numbers: programs with 32-bit pointers have them in the same table.
#[cfg(target_arch = "x86_64")]
const ALIASES: &[c_long] = &[0, 0x4000_0000];
#[cfg(not(target_arch = "x86_64"))]
const ALIASES: &[c_long] = &[0];

/// The bits of a socket's type that are its kind; the others are flags.
const SOCKET_KIND: u64 = 0xf;
/// The kinds of which a message may name its receiver.
const UNCONNECTED: [i32; 4] = [SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET];

type Rules = Vec<(c_long, Vec<SeccompRule>)>;

/// Confines this thread, and whatever it starts.
pub(super) fn confine(network: bool) -> io::Result<()> {
    // The C library asks with `clone3` first, whose flags can't be looked at here; told that there is none, it asks
    // with `clone`.
    install(vec![(libc::SYS_clone3, Vec::new())], libc::ENOSYS)?;
    let mut rules: Rules = REFUSED.iter().chain(OLD).map(|&call| (call, Vec::new())).collect();
    let is_thread = SeccompCmpOp::MaskedEq(u64::from(CLONE_THREAD.unsigned_abs()));
    rules.push((libc::SYS_clone, vec![when(0, SeccompCmpArgLen::Qword, is_thread, 0)?]));
    // Reading one's own limits is fine.
    rules.push((libc::SYS_prlimit64, vec![when(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?]));
    // Where its own threads run is its affair; a thread that is not the caller may be anybody's.
    rules.push((libc::SYS_sched_setaffinity, vec![when(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, 0)?]));
    // It can't stay when its parent is gone, nor hide what it uses from who looks after it.
    let traits = [libc::PR_SET_PDEATHSIG, libc::PR_SET_DUMPABLE].map(|which| is(0, which));
    rules.push((libc::SYS_prctl, traits.into_iter().collect::<io::Result<_>>()?));
    // What looks like typed at a terminal.
    let typing = when(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, libc::TIOCSTI)?;
    rules.push((libc::SYS_ioctl, vec![typing]));
    // Memory without a file that is shared counts as nobody's, and stays when it is given back.
    let nobodys = u64::from((MAP_SHARED | MAP_ANONYMOUS).unsigned_abs());
    let kind = SeccompCmpOp::MaskedEq(u64::from((libc::MAP_TYPE | MAP_ANONYMOUS).unsigned_abs()));
    rules.push((libc::SYS_mmap, vec![when(3, SeccompCmpArgLen::Dword, kind, nobodys)?]));
    // A pair of connected streams reaches nobody; other kinds can be sent anywhere.
    let kinds = UNCONNECTED.map(|kind| {
        let kind = u64::from(kind.unsigned_abs());
        when(1, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(SOCKET_KIND), kind)
    });
    let mut pairs: Vec<_> = kinds.into_iter().collect::<io::Result<_>>()?;
    pairs.push(when(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, u64::from(libc::AF_UNIX.unsigned_abs()))?);
    rules.push((libc::SYS_socketpair, pairs));
    if !network {
        let sockets = [libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen];
        rules.extend(sockets.map(|call| (call, Vec::new())));
    }
    install(rules, EPERM)
}

/// The call's argument number `place` compares so.
fn when(place: u8, len: SeccompCmpArgLen, is: SeccompCmpOp, value: u64) -> io::Result<SeccompRule> {
    let condition = SeccompCondition::new(place, len, is, value);
    condition.and_then(|condition| SeccompRule::new(vec![condition])).map_err(io::Error::other)
}

/// That argument is exactly this.
fn is(place: u8, value: i32) -> io::Result<SeccompRule> {
    when(place, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(value.unsigned_abs()))
}

fn install(rules: Rules, errno: i32) -> io::Result<()> {
    let rules = ALIASES.iter().flat_map(|alias| rules.iter().map(move |(call, rules)| (call | alias, rules.clone())));
    let arch = std::env::consts::ARCH.try_into().map_err(|error: BackendError| io::Error::other(error))?;
    let answer = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(rules.collect(), SeccompAction::Allow, answer, arch);
    let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}
