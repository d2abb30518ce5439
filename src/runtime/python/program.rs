//! The command line of a Python plugin's process.

use std::path::Path;

use crate::runtime::child::ChildProgram;

/// Takes the SDK's folder from the command line, so that it needs no quoting, and hands over; the rest is the SDK's.
const BOOTSTRAP: &str = "\
import sys
sys.path.insert(0, sys.argv.pop())
from orchestrator_sdk.child import main
main()
";

/// The program of a plugin's process. `sdk_dir` is what [`super::unpack_sdk`] answered. With `dependencies`,
/// `interpreter` is that of the plugin's environment; without, no installed package can be imported at all, which is
/// also faster.
///
/// `-I` leaves the user's variables and folders out, `-B` writes no bytecode (what is prepared there would run in
/// place of the approved source), `-u` lets what is printed be seen at once.
pub fn program(interpreter: &Path, sdk_dir: &Path, dependencies: bool) -> ChildProgram {
    let mut args: Vec<String> = ["-I", "-B", "-u", "-X", "utf8"].map(str::to_owned).into();
    if !dependencies {
        args.push("-S".to_owned());
    }
    args.extend(["-c".to_owned(), BOOTSTRAP.to_owned(), sdk_dir.to_string_lossy().into_owned()]);
    ChildProgram::Python { interpreter: interpreter.to_owned(), args }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Output};

    use super::*;
    use crate::runtime::python::testing;

    /// Stands in for the SDK: tells what it was started with.
    const STAND_IN: &str = "\
import sys
def main():
    print(sys.flags.isolated, sys.flags.utf8_mode, sys.dont_write_bytecode, 'site' in sys.modules, sys.argv)
";

    /// What it says; nothing without a Python.
    async fn run(dependencies: bool) -> Option<String> {
        let dir = tempfile::Builder::new().prefix("a 'quoted' name ").tempdir().unwrap();
        let package = dir.path().join("orchestrator_sdk");
        std::fs::create_dir(&package).unwrap();
        std::fs::write(package.join("__init__.py"), "").unwrap();
        std::fs::write(package.join("child.py"), STAND_IN).unwrap();
        let python = testing::python(dir.path()).await?;
        let ChildProgram::Python { interpreter, args } = program(&python.path, dir.path(), dependencies) else {
            panic!("another program");
        };
        let Output { status, stdout, stderr } = Command::new(interpreter).args(args).output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        assert!(!package.join("__pycache__").exists());
        String::from_utf8(stdout).ok()
    }

    #[tokio::test]
    async fn a_plugins_process_is_apart_from_the_users_python() {
        let Some(said) = run(false).await else { return };
        assert_eq!(said, "1 1 True False ['-c']\n");
        assert_eq!(run(true).await.as_deref(), Some("1 1 True True ['-c']\n"));
    }
}
