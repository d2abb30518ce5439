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

use super::Listener;
use super::attempt::SOCKET_KIND;
use super::border;
use super::calls::{ALIASES, OLD, REFUSED};

/// The kinds of which a message may name its receiver.
const UNCONNECTED: [i32; 4] = [SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET];

type Rules = Vec<(c_long, Vec<SeccompRule>)>;

/// How refused calls are told of.
pub(super) enum Told {
    /// By a listener, which answers them too.
    To(Listener),
    /// Not at all: the kernel answers them by itself.
    ToNobody(io::Error),
}

/// Installs a filter that refuses nothing on this thread, and whatever it starts. Nobody can be rid of a filter, so that
/// their number tells who is confined, also where all else is allowed.
pub(super) fn mark() -> io::Result<()> {
    apply(&compile(Rules::new(), SeccompAction::Errno(EPERM.unsigned_abs()))?)
}

/// Confines this thread, and whatever it starts.
pub(super) fn confine(network: bool) -> io::Result<Told> {
    // The C library asks with `clone3` first, whose flags can't be looked at here; told that there is none, it asks
    // with `clone`. That is no attempt at anything, and nobody hears of it.
    let no_clone3 = vec![(libc::SYS_clone3, Vec::new())];
    apply(&compile(no_clone3, SeccompAction::Errno(libc::ENOSYS.unsigned_abs()))?)?;
    let rules = rules(network)?;
    match listen(rules.clone()) {
        Ok(listener) => Ok(Told::To(listener)),
        Err(why) => {
            apply(&compile(rules, SeccompAction::Errno(EPERM.unsigned_abs()))?)?;
            Ok(Told::ToNobody(why))
        }
    }
}

/// What is refused.
fn rules(network: bool) -> io::Result<Rules> {
    let groups = REFUSED.iter().chain(OLD);
    let mut rules: Rules = groups.flat_map(|group| group.calls).map(|(call, _)| (*call, Vec::new())).collect();
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
    // Who answers refused calls could let them through: that is not for the process itself, not even for filters of
    // its own.
    let listening = SeccompCmpOp::MaskedEq(libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    let asks = when(1, SeccompCmpArgLen::Qword, listening, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER)?;
    rules.push((libc::SYS_seccomp, vec![asks]));
    rules.extend(special_files()?);
    rules.extend(signals()?);
    rules.extend(sockets(network)?);
    Ok(rules)
}

/// Devices, and doors for others. The rules for files refuse them too; but only what is refused here is told of.
fn special_files() -> io::Result<Rules> {
    let kinds = |place| {
        let kinds = [libc::S_IFCHR, libc::S_IFBLK, libc::S_IFIFO, libc::S_IFSOCK];
        let mask = SeccompCmpOp::MaskedEq(u64::from(libc::S_IFMT));
        let kinds = kinds.map(|kind| when(place, SeccompCmpArgLen::Dword, mask.clone(), u64::from(kind)));
        kinds.into_iter().collect::<io::Result<Vec<_>>>()
    };
    let rules: Rules = vec![
        (libc::SYS_mknodat, kinds(2)?),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_mknod, kinds(1)?),
    ];
    Ok(rules)
}

/// Signals to others. The rules for files hold these too, and `tkill`, whose argument does not say whose thread it is;
/// but only what is refused here is told of.
fn signals() -> io::Result<Rules> {
    let own = i32::try_from(std::process::id()).map_err(io::Error::other)?;
    let other = |who: i32| condition(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, u64::from(who.cast_unsigned()));
    // Its group is its own too, by either name.
    let not_own_group = all_of(vec![other(own)?, other(0)?, other(-own)?])?;
    let not_own = all_of(vec![other(own)?])?;
    let to_process = [libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo];
    let mut rules: Rules = to_process.map(|call| (call, vec![not_own.clone()])).into();
    rules.push((libc::SYS_kill, vec![not_own_group]));
    Ok(rules)
}

fn sockets(network: bool) -> io::Result<Rules> {
    let mut rules = Rules::new();
    // A pair of connected streams reaches nobody; other kinds can be sent anywhere.
    let kinds = UNCONNECTED.map(|kind| {
        let kinds = SeccompCmpOp::MaskedEq(u64::from(SOCKET_KIND.unsigned_abs()));
        when(1, SeccompCmpArgLen::Dword, kinds, u64::from(kind.unsigned_abs()))
    });
    let mut pairs: Vec<_> = kinds.into_iter().collect::<io::Result<_>>()?;
    pairs.push(when(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, u64::from(libc::AF_UNIX.unsigned_abs()))?);
    rules.push((libc::SYS_socketpair, pairs));
    if !network {
        let sockets = [libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen];
        rules.extend(sockets.map(|call| (call, Vec::new())));
        return Ok(rules);
    }
    // The internet's, and the one that tells which addresses this machine has, which looking up a name begins with.
    let other = |place, value: i32| {
        condition(place, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, u64::from(value.unsigned_abs()))
    };
    let families = [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK].map(|family| other(0, family));
    let not_internet = all_of(families.into_iter().collect::<io::Result<_>>()?)?;
    let netlink = condition(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(libc::AF_NETLINK.unsigned_abs()))?;
    let not_addresses = all_of(vec![netlink, other(2, libc::NETLINK_ROUTE)?])?;
    rules.push((libc::SYS_socket, vec![not_internet, not_addresses]));
    Ok(rules)
}

fn condition(place: u8, len: SeccompCmpArgLen, is: SeccompCmpOp, value: u64) -> io::Result<SeccompCondition> {
    SeccompCondition::new(place, len, is, value).map_err(io::Error::other)
}

fn all_of(conditions: Vec<SeccompCondition>) -> io::Result<SeccompRule> {
    SeccompRule::new(conditions).map_err(io::Error::other)
}

/// The call's argument number `place` compares so.
fn when(place: u8, len: SeccompCmpArgLen, is: SeccompCmpOp, value: u64) -> io::Result<SeccompRule> {
    all_of(vec![condition(place, len, is, value)?])
}

/// That argument is exactly this.
fn is(place: u8, value: i32) -> io::Result<SeccompRule> {
    when(place, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(value.unsigned_abs()))
}

fn compile(rules: Rules, answer: SeccompAction) -> io::Result<BpfProgram> {
    let rules = ALIASES.iter().flat_map(|alias| rules.iter().map(move |(call, rules)| (call | alias, rules.clone())));
    let arch = std::env::consts::ARCH.try_into().map_err(|error: BackendError| io::Error::other(error))?;
    let filter = SeccompFilter::new(rules.collect(), SeccompAction::Allow, answer, arch);
    filter.and_then(TryInto::try_into).map_err(io::Error::other)
}

fn apply(program: &BpfProgram) -> io::Result<()> {
    seccompiler::apply_filter(program).map_err(io::Error::other)
}

/// An instruction that ends a filter's program with a constant answer.
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// Installs the rules so that a listener hears of each refused call.
fn listen(rules: Rules) -> io::Result<Listener> {
    // The compiler does not know this answer; it stands in for one that is used nowhere else.
    let mut program = compile(rules, SeccompAction::Trap)?;
    for instruction in &mut program {
        if u32::from(instruction.code) == RETURN && instruction.k == libc::SECCOMP_RET_TRAP {
            instruction.k = libc::SECCOMP_RET_USER_NOTIF;
        }
    }
    Listener::new(border::install_listening(&program)?)
}
