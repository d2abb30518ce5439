//! Whether a package is its own workspace.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{BuildError, cargo_in};
use crate::runtime::tool::{self, Stream, Tail};

/// Fails if a manifest outside the package's own folder governs its build: the profiles, patches and members there
/// are nobody's approved content. Reads manifests alone; none of the plugin's code runs.
pub(super) async fn check(
    cargo: &Path,
    manifest: &Path,
    dir: &Path,
    cancel: &CancellationToken,
) -> Result<(), BuildError> {
    let mut command = cargo_in(cargo, dir);
    command.args(["locate-project", "--workspace", "--message-format=plain", "--manifest-path"]).arg(manifest);
    let (mut root, mut tail) = (PathBuf::new(), Tail::default());
    let status = tool::follow(command, cancel, |stream, line| match stream {
        Stream::Stdout => root = PathBuf::from(line),
        Stream::Stderr => {
            tail.push(&line);
        }
    })
    .await?;
    if !status.success() {
        return Err(BuildError::Failed { status, said: tail.text() });
    }
    match (root.canonicalize(), manifest.canonicalize()) {
        (Ok(found), Ok(own)) if found == own => Ok(()),
        _ => Err(BuildError::ForeignWorkspace { root }),
    }
}
