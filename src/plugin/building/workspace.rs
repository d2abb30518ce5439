//! Whether a package is its own workspace.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::group::Group;
use super::{BuildError, cargo_in, not_started};
use crate::event::text::clean_line;

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
    let child = command.spawn().map_err(not_started)?;
    let _group = Group::of(&child);
    let output = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(BuildError::Cancelled),
        output = child.wait_with_output() => output.map_err(BuildError::Start)?,
    };
    if !output.status.success() {
        let said = clean_line(String::from_utf8_lossy(&output.stderr).trim_end());
        return Err(BuildError::Failed { status: output.status, said });
    }
    let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n'));
    match (root.canonicalize(), manifest.canonicalize()) {
        (Ok(found), Ok(own)) if found == own => Ok(()),
        _ => Err(BuildError::ForeignWorkspace { root }),
    }
}
