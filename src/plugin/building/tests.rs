//! With the real cargo and packages that depend on nothing.

use std::io::Read;
use std::os::unix::net::{UnixListener, UnixStream};

use tokio::sync::oneshot;

use super::*;
use crate::plugin::content;

struct Package {
    dir: tempfile::TempDir,
}

impl Package {
    fn new(crate_type: &str, code: &str) -> Self {
        let package = Package { dir: tempfile::tempdir().unwrap() };
        let manifest = format!(
            "[package]\nname = \"tiny\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"{crate_type}\"]\n\n\
             [workspace]\n"
        );
        std::fs::create_dir_all(package.source().join("src")).unwrap();
        package.write("Cargo.toml", &manifest);
        package.write("src/lib.rs", code);
        package
    }

    fn source(&self) -> PathBuf {
        self.dir.path().join("source")
    }

    fn target(&self) -> PathBuf {
        self.dir.path().join("target")
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.source().join(path), text).unwrap();
    }

    async fn build(&self, cancel: &CancellationToken) -> (Result<PathBuf, BuildError>, Vec<String>) {
        let mut said = Vec::new();
        let built = build(&self.source(), &self.target(), cancel, |line| said.push(line)).await;
        (built, said)
    }

    /// A build script that never ends, and its call when it has started.
    fn never_ending(&self) -> oneshot::Receiver<UnixStream> {
        let path = self.dir.path().join("called");
        let listener = UnixListener::bind(&path).unwrap();
        let script = format!(
            "fn main() {{\n    let _call = std::os::unix::net::UnixStream::connect({path:?}).unwrap();\n    \
             loop {{ std::thread::park() }}\n}}\n"
        );
        self.write("build.rs", &script);
        let (sender, call) = oneshot::channel();
        // A thread of its own: if nobody calls, the test's end does not wait for it.
        std::thread::spawn(move || sender.send(listener.accept().unwrap().0));
        call
    }
}

/// Waits for the end of the call, which comes when the build script's process is gone, and not before.
async fn hangs_up(mut call: UnixStream) -> bool {
    tokio::task::spawn_blocking(move || call.read(&mut [0; 1]).unwrap_or_default() == 0).await.unwrap()
}

#[tokio::test]
async fn a_library_is_built_and_the_folder_stays_as_it_was() {
    let package = Package::new("cdylib", "#[unsafe(no_mangle)] pub extern \"C\" fn f() -> i32 { 7 }\n");
    let before = content::digest(&package.source()).unwrap();
    let (built, said) = package.build(&CancellationToken::new()).await;
    let library = built.unwrap();
    assert!(library.is_file() && library.starts_with(package.target()), "{}", library.display());
    assert!(said.iter().any(|line| line.contains("Compiling tiny")), "{said:?}");
    assert_eq!(content::digest(&package.source()).unwrap(), before);
    // The second time there is nothing to do, and the library is found all the same.
    assert_eq!(package.build(&CancellationToken::new()).await.0.unwrap(), library);
}

#[tokio::test]
async fn a_failure_tells_what_the_compiler_said() {
    let package = Package::new("cdylib", "fn broken( {\n");
    let error = package.build(&CancellationToken::new()).await.0.unwrap_err();
    assert!(matches!(error, BuildError::Failed { .. }), "{error}");
    assert!(error.to_string().contains("src/lib.rs:1"), "{error}");
}

#[tokio::test]
async fn a_package_without_a_loadable_library_is_told_what_to_write() {
    let package = Package::new("rlib", "");
    let error = package.build(&CancellationToken::new()).await.0.unwrap_err();
    assert!(matches!(error, BuildError::NoLibrary) && error.remedy().contains("cdylib"), "{error}");
}

#[tokio::test]
async fn nothing_outside_the_package_has_a_say() {
    let package = Package::new("cdylib", "");
    let above = package.dir.path();
    std::fs::create_dir(above.join(".cargo")).unwrap();
    std::fs::write(above.join(".cargo/config.toml"), "[build]\nrustc = \"/no/such/rustc\"\n").unwrap();
    std::fs::write(above.join("rust-toolchain.toml"), "[toolchain]\nchannel = \"no-such-toolchain\"\n").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let cancel = CancellationToken::new();
    let built = build(&package.source(), elsewhere.path(), &cancel, |_| ()).await;
    assert!(built.unwrap().is_file());
}

#[tokio::test]
async fn a_package_of_a_workspace_above_it_is_refused_with_the_way_out() {
    let package = Package::new("cdylib", "");
    let own = std::fs::read_to_string(package.source().join("Cargo.toml")).unwrap();
    package.write("Cargo.toml", &own.replace("[workspace]\n", ""));
    std::fs::write(package.dir.path().join("Cargo.toml"), "[workspace]\nmembers = [\"source\"]\n").unwrap();
    let error = package.build(&CancellationToken::new()).await.0.unwrap_err();
    assert!(matches!(&error, BuildError::ForeignWorkspace { .. }), "{error}");
    assert!(error.remedy().contains("`[workspace]`"), "{error}");
}

#[tokio::test]
async fn a_machine_without_cargo_is_told_how_to_get_it() {
    let package = Package::new("cdylib", "");
    let nowhere = package.dir.path().join("no-cargo");
    let cancel = CancellationToken::new();
    let error = build_with(&nowhere, &package.source(), &package.target(), &cancel, |_| ()).await.unwrap_err();
    assert!(matches!(error, BuildError::NoCargo) && error.remedy().contains("rustup"), "{error}");
}

#[tokio::test]
async fn cancelling_ends_the_build_and_everything_it_started() {
    let package = Package::new("cdylib", "");
    let call = package.never_ending();
    let cancel = CancellationToken::new();
    let mut build = std::pin::pin!(package.build(&cancel));
    let call = tokio::select! {
        (result, _) = &mut build => panic!("the build ended: {result:?}"),
        call = call => call.unwrap(),
    };
    cancel.cancel();
    let result = build.await;
    assert!(matches!(result.0, Err(BuildError::Cancelled)));
    assert!(hangs_up(call).await);
}

#[tokio::test]
async fn dropping_the_build_ends_everything_it_started() {
    let package = Package::new("cdylib", "");
    let call = package.never_ending();
    let cancel = CancellationToken::new();
    let call = tokio::select! {
        (result, _) = package.build(&cancel) => panic!("the build ended: {result:?}"),
        call = call => call.unwrap(),
    };
    assert!(hangs_up(call).await);
}
