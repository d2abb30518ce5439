//! Each on a thread of its own, which is confined for good.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::Command;

use super::Confinement;

fn inside<T: Send>(confinement: &Confinement, work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            assert!(super::paths::confine(confinement).unwrap(), "this kernel lacks rules");
            super::syscalls::confine(confinement.network).unwrap();
            work()
        });
        thread.join().unwrap()
    })
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
fn threads_but_no_processes() {
    let confinement = Confinement { read: usual(), ..Confinement::default() };
    inside(&confinement, || {
        std::thread::spawn(|| {}).join().unwrap();
        assert_eq!(Command::new("/bin/true").spawn().unwrap_err().kind(), ErrorKind::PermissionDenied);
    });
}
