//! The Python SDK that the program carries.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::Interpreter;
use crate::config::atomic::{self, Access};
use crate::runtime::embedded::{EmbeddedFile, unpack};
use crate::runtime::tool::{self, Tail};

static SDK: &[EmbeddedFile] = include!(concat!(env!("OUT_DIR"), "/python_sdk.rs"));

/// The package's name.
const PACKAGE: &str = "orchestrator_sdk";
/// The longest that compiling it may take; it takes less than a second.
const COMPILE_LIMIT: Duration = Duration::from_secs(60);

/// Makes sure that the SDK lies below `shelf`, compiled for `interpreter`, and answers with the folder to put on
/// `sys.path`, which holds nothing else to import. Compiled once for each version; where that fails it is said in
/// the log, and the plugins start more slowly. For what is removed and when see [`crate::runtime::embedded`].
pub async fn unpack_sdk(shelf: &Path, interpreter: &Interpreter) -> io::Result<PathBuf> {
    let to = shelf.to_owned();
    let unpacked = tokio::task::spawn_blocking(move || unpack(&to, PACKAGE, SDK)).await;
    let package = unpacked.map_err(io::Error::other)??;
    let sdk_dir = package.parent().unwrap_or(shelf).to_owned();
    if sdk_dir.to_str().is_none() {
        return Err(io::Error::other(format!("{} is not UTF-8, and Python is told of it", sdk_dir.display())));
    }
    let compiled = sdk_dir.join(format!("compiled-{}", interpreter.version));
    if !compiled.exists() && compile(&package, interpreter).await {
        atomic::write(&compiled, b"", Access::OwnerOnly)?;
    }
    Ok(sdk_dir)
}

/// Children never write bytecode themselves: they run with `-B`. Python writes each file under another name and
/// renames it, so several processes may compile at once. The files hold for these sources whatever their times are.
async fn compile(package: &Path, interpreter: &Interpreter) -> bool {
    let mut command = Command::new(&interpreter.path);
    command.args(["-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]).arg(package);
    let mut tail = Tail::default();
    let cancel = CancellationToken::new();
    let compiling = tool::follow(command, &cancel, |_, line| {
        tail.push(&line);
    });
    let problem = match tokio::time::timeout(COMPILE_LIMIT, compiling).await {
        Ok(Ok(status)) if status.success() => return true,
        Ok(Ok(status)) => format!("it ended with {status}: {}", tail.text()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    // What was compiled and is not whole is compiled again at the next start.
    let left = fs::remove_dir_all(package.join("__pycache__"));
    tracing::warn!(python = %interpreter.path.display(), problem, cleared = left.is_ok(), "the SDK was not compiled");
    false
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[tokio::test]
    async fn the_sdk_is_unpacked_compiled_and_importable_from_where_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let Some(python) = testing::python(dir.path()).await else { return };
        let sdk_dir = unpack_sdk(&dir.path().join("shelf"), &python).await.unwrap();
        let cached = sdk_dir.join(PACKAGE).join("__pycache__").read_dir().unwrap();
        assert!(cached.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("__init__.")));
        // Importing uses the bytecode: it says where from.
        let import =
            "import sys; sys.path.insert(0, sys.argv[1]); import orchestrator_sdk; print(orchestrator_sdk.__cached__)";
        let mut command = std::process::Command::new(&python.path);
        let output = command.args(["-I", "-S", "-B", "-c", import]).arg(&sdk_dir).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(Path::new(said.trim()).starts_with(&sdk_dir) && Path::new(said.trim()).is_file(), "{output:?}");
        assert_eq!(unpack_sdk(&dir.path().join("shelf"), &python).await.unwrap(), sdk_dir);
    }
}
