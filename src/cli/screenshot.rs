//! `orchestrator screenshot`: where the picture goes. What is on it, the workbench draws.

use std::io;
use std::path::Path;

use super::console::Console;
use super::exit::{Exit, Failure};
use crate::orchestrator::{Access, write_file};

/// Writes a finished picture to a file, or to the standard output if `out` is `-`.
pub fn deliver(console: &mut Console, out: &Path, svg: &str) -> Result<Exit, Failure> {
    if out == Path::new("-") {
        console.document(svg)?;
    } else {
        write(out, svg.as_bytes())
            .map_err(|error| Failure::Other(format!("can't write {}: {error}", out.display())))?;
        console.remark(&format!("wrote {}", out.display()))?;
    }
    Ok(Exit::Completed)
}

fn write(out: &Path, bytes: &[u8]) -> io::Result<()> {
    match out.canonicalize() {
        // A pipe or a device must not be replaced by a file.
        Ok(there) if !there.is_file() => std::fs::write(there, bytes),
        // What a link points at is meant, not the link.
        Ok(there) => write_file(&there, bytes, Access::Project),
        Err(_) => write_file(out, bytes, Access::Project),
    }
}
