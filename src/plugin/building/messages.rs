//! What cargo says for programs, one JSON document a line.

use std::env::consts::DLL_SUFFIX;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The one message that matters here; the rest of it is ignored.
#[derive(Deserialize)]
struct Artifact {
    reason: String,
    manifest_path: PathBuf,
    target: Target,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

/// The library that this line says was built from `manifest`.
pub(super) fn library(line: &str, manifest: &Path) -> Option<PathBuf> {
    let artifact: Artifact = serde_json::from_str(line).ok()?;
    let is_ours = artifact.reason == "compiler-artifact"
        && artifact.target.crate_types.iter().any(|kind| kind == "cdylib")
        && same_file(&artifact.manifest_path, manifest);
    let is_library = |path: &PathBuf| path.to_string_lossy().ends_with(DLL_SUFFIX);
    artifact.filenames.into_iter().find(is_library).filter(|_| is_ours)
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
