//! A system call that was refused, in words.

use std::fmt;

use libc::c_long;

use super::calls::{LIMITS, NO_PERMISSION, Named, OLD, PROGRAMS, REFUSED, X32, named};

/// What was tried: the call's number, and what was in the registers. What those point to may have changed since, and is
/// not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub call: i32,
    pub args: [u64; 6],
}

/// Refused for some of their arguments only.
#[rustfmt::skip]
const SOMETIMES: &[Named] = named![
    SYS_clone, SYS_prlimit64, SYS_sched_setaffinity, SYS_prctl, SYS_ioctl, SYS_mmap, SYS_seccomp, SYS_kill, SYS_tgkill,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_mknodat, SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen,
];

#[cfg(target_arch = "x86_64")]
const SOMETIMES_OLD: &[Named] = named![SYS_mknod];
#[cfg(not(target_arch = "x86_64"))]
const SOMETIMES_OLD: &[Named] = &[];

const NETWORK: &str = "it needs `network: any`";
const OTHER_SOCKETS: &str = "sockets of this machine's services are open to nobody (looking up a user or a host name \
                             tries them by itself, and goes on without)";

impl Attempt {
    /// As the log tells it: what was tried, that it was refused, and what would allow it.
    pub fn words(&self) -> String {
        let number = c_long::from(self.call) & !X32;
        let (name, advice) = match SOMETIMES.iter().chain(SOMETIMES_OLD).find(|(call, _)| *call == number) {
            Some((_, name)) => (*name, self.advice(number)),
            None => always(number),
        };
        let name = name.strip_prefix("SYS_").unwrap_or(name);
        format!("tried {}: refused; {advice}", Told { name, number, args: self.args })
    }

    /// Of a call that is refused for some arguments only.
    fn advice(&self, number: c_long) -> &'static str {
        match number {
            libc::SYS_clone => PROGRAMS,
            libc::SYS_prlimit64 => LIMITS,
            libc::SYS_mmap => "memory that no limit counts is open to nobody",
            libc::SYS_connect | libc::SYS_bind | libc::SYS_listen => NETWORK,
            libc::SYS_socket if internet(self.args[0]) => NETWORK,
            libc::SYS_socket | libc::SYS_socketpair => OTHER_SOCKETS,
            _ => NO_PERMISSION,
        }
    }
}

/// The name and the advice of a call that is refused whatever its arguments.
fn always(number: c_long) -> (&'static str, &'static str) {
    let of_group = REFUSED.iter().chain(OLD).find_map(|group| {
        let found = group.calls.iter().find(|(call, _)| *call == number);
        found.map(|(_, name)| (*name, group.advice))
    });
    of_group.unwrap_or(("a system call", NO_PERMISSION))
}

/// The low half of a register, which is what the kernel takes for an `int`.
fn int(arg: u64) -> i32 {
    let [a, b, c, d, ..] = arg.to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

fn internet(family: u64) -> bool {
    matches!(int(family), libc::AF_INET | libc::AF_INET6)
}

/// A call with those of its arguments that say something.
struct Told {
    name: &'static str,
    number: c_long,
    args: [u64; 6],
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { name, number, args } = self;
        let [first, second, ..] = args.map(int);
        match *number {
            libc::SYS_socket | libc::SYS_socketpair => write!(f, "{name}({}, {})", Family(first), Kind(second)),
            libc::SYS_kill | libc::SYS_rt_sigqueueinfo => write!(f, "{name}(process {first}, signal {second})"),
            libc::SYS_tgkill | libc::SYS_rt_tgsigqueueinfo => write!(f, "{name}(process {first})"),
            libc::SYS_clone => write!(f, "{name} of a new process"),
            libc::SYS_mmap => write!(f, "{name} of shared memory without a file"),
            libc::SYS_prlimit64 => write!(f, "{name} of a new limit"),
            libc::SYS_prctl if first == libc::PR_SET_PDEATHSIG => write!(f, "{name}(PR_SET_PDEATHSIG)"),
            libc::SYS_prctl if first == libc::PR_SET_DUMPABLE => write!(f, "{name}(PR_SET_DUMPABLE)"),
            libc::SYS_ioctl => write!(f, "{name}(TIOCSTI), which types into a terminal"),
            libc::SYS_seccomp => write!(f, "{name} with a listener of its own"),
            _ if *name == "a system call" => write!(f, "{name}, number {number}"),
            _ => f.write_str(name),
        }
    }
}

struct Family(i32);

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            libc::AF_UNIX => "AF_UNIX",
            libc::AF_INET => "AF_INET",
            libc::AF_INET6 => "AF_INET6",
            libc::AF_NETLINK => "AF_NETLINK",
            libc::AF_PACKET => "AF_PACKET",
            libc::AF_VSOCK => "AF_VSOCK",
            libc::AF_ALG => "AF_ALG",
            other => return write!(f, "family {other}"),
        })
    }
}

/// A socket's type, without its flags.
struct Kind(i32);

/// The bits of a socket's type that are its kind; the others are flags.
pub(super) const SOCKET_KIND: i32 = 0xf;

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 & SOCKET_KIND {
            libc::SOCK_STREAM => "SOCK_STREAM",
            libc::SOCK_DGRAM => "SOCK_DGRAM",
            libc::SOCK_RAW => "SOCK_RAW",
            libc::SOCK_SEQPACKET => "SOCK_SEQPACKET",
            other => return write!(f, "type {other}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(call: c_long, args: [i32; 2]) -> String {
        let [first, second] = args.map(|arg| u64::from(arg.cast_unsigned()));
        Attempt { call: call.try_into().unwrap(), args: [first, second, 0, 0, 0, 0] }.words()
    }

    #[test]
    fn what_was_tried_is_told_with_what_would_allow_it() {
        let tcp = words(libc::SYS_socket, [libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC]);
        assert_eq!(tcp, "tried socket(AF_INET, SOCK_STREAM): refused; it needs `network: any`");
        let service = words(libc::SYS_socket, [libc::AF_UNIX, libc::SOCK_STREAM]);
        assert!(service.starts_with("tried socket(AF_UNIX, SOCK_STREAM): refused; sockets of this machine's"));
        assert_eq!(words(libc::SYS_ptrace, [0, 0]), "tried ptrace: refused; no permission allows it");
        assert!(words(libc::SYS_clone, [0, 0]).contains("under the permission `spawn`"));
        assert!(words(libc::SYS_kill, [7, 9]).starts_with("tried kill(process 7, signal 9): refused"));
        assert!(words(999, [0, 0]).starts_with("tried a system call, number 999: refused"));
    }

    #[test]
    fn the_same_call_by_another_number_has_the_same_name() {
        assert_eq!(words(libc::SYS_ptrace | X32, [0, 0]), words(libc::SYS_ptrace, [0, 0]));
    }
}
