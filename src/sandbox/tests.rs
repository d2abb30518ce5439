//! Each on a thread of its own, which is confined for good.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::Command;

use super::syscalls::Told;
use super::{Confinement, paths, probe, syscalls};

/// Only files and system calls are held: limits would be those of all tests.
fn inside<T: Send>(confinement: &Confinement, work: impl FnOnce() -> T + Send) -> T {
    told_of(confinement, work).0
}

/// Also how many attempts were told of.
fn told_of<T: Send>(confinement: &Confinement, work: impl FnOnce() -> T + Send) -> (T, usize) {
    let confine = || {
        let all = paths::confine(confinement).expect("Landlock is there");
        assert!(all, "this kernel lacks rules");
        match syscalls::confine(confinement.network).expect("seccomp is there") {
            Told::To(listener) => ((), Some(listener)),
            Told::ToNobody(why) => panic!("nobody is told of attempts: {why}"),
        }
    };
    let ((), done, told) = probe::linux::inside(confine, work).expect("the work panicked");
    (done, told)
}

fn usual() -> Vec<PathBuf> {
    ["/usr", "/lib", "/lib64", "/bin"].map(PathBuf::from).to_vec()
}

#[test]
fn files_are_only_those_that_were_given() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, secret) = (dir.path().join("mine"), dir.path().join("secret"));
    fs::create_dir(&mine).unwrap();
    fs::write(&secret, "s").unwrap();
    fs::write(dir.path().join("read"), "r").unwrap();
    let confinement =
        Confinement { read: vec![dir.path().join("read")], write: vec![mine.clone()], ..Confinement::default() };
    inside(&confinement, || {
        assert_eq!(fs::read_to_string(dir.path().join("read")).unwrap(), "r");
        assert_eq!(fs::write(dir.path().join("read"), "x").unwrap_err().kind(), ErrorKind::PermissionDenied);
        fs::write(mine.join("new"), "n").unwrap();
        assert_eq!(fs::read(&secret).unwrap_err().kind(), ErrorKind::PermissionDenied);
        std::os::unix::fs::symlink(&secret, mine.join("link")).unwrap();
        assert_eq!(fs::read(mine.join("link")).unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert!(fs::hard_link(&secret, mine.join("hard")).is_err());
        assert!(fs::read_dir(dir.path()).is_err());
        assert!(fs::read("/proc/1/environ").is_err());
    });
}

#[test]
fn no_sockets_but_connected_pairs() {
    inside(&Confinement::default(), || {
        assert!(TcpListener::bind("127.0.0.1:0").is_err());
        assert!(UdpSocket::bind("127.0.0.1:0").is_err());
        assert!(UnixDatagram::unbound().is_err());
        assert!(UnixDatagram::pair().is_err());
        UnixStream::pair().unwrap();
    });
}

#[test]
fn with_the_network_only_the_internets() {
    let confinement = Confinement { network: true, read: usual(), ..Confinement::default() };
    inside(&confinement, || {
        TcpListener::bind("127.0.0.1:0").unwrap();
        UdpSocket::bind("127.0.0.1:0").unwrap();
        assert!(UnixDatagram::unbound().is_err());
        assert!(UnixStream::connect("/nowhere").is_err_and(|error| error.kind() == ErrorKind::PermissionDenied));
    });
}

#[test]
fn each_refused_call_is_told_of_even_if_its_error_is_ignored() {
    let ((), told) = told_of(&Confinement::default(), || {
        let _ = UdpSocket::bind("127.0.0.1:0");
        let _ = UnixDatagram::unbound();
        // Nothing is refused here.
        std::thread::spawn(|| {}).join().unwrap();
    });
    assert_eq!(told, 2);
}

#[test]
fn threads_but_no_processes() {
    let confinement = Confinement { read: usual(), ..Confinement::default() };
    inside(&confinement, || {
        std::thread::spawn(|| {}).join().unwrap();
        assert_eq!(Command::new("/bin/true").spawn().unwrap_err().kind(), ErrorKind::PermissionDenied);
    });
}

#[test]
fn what_was_granted_by_its_name_is_not_found_through_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let (mine, home) = (dir.join("mine"), dir.join("home"));
    fs::create_dir(&mine).unwrap();
    fs::create_dir(&home).unwrap();
    fs::write(home.join("secret"), "s").unwrap();
    // As a plugin leaves it that may change the folder around it.
    let granted = mine.join("cache");
    std::os::unix::fs::symlink(&home, &granted).unwrap();
    let confinement = Confinement {
        read: vec![granted.clone(), granted.join("deeper")],
        write: vec![mine.clone(), granted.clone()],
        granted: vec![mine.clone(), granted.clone(), granted.join("deeper")],
        ..Confinement::default()
    };
    inside(&confinement, || {
        fs::write(mine.join("new"), "n").unwrap();
        assert_eq!(fs::read(home.join("secret")).unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert_eq!(fs::read(granted.join("secret")).unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert_eq!(fs::write(granted.join("new"), "x").unwrap_err().kind(), ErrorKind::PermissionDenied);
    });
}
