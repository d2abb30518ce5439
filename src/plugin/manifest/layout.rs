//! What the files of a plugin's folder show.

use std::path::Path;

/// What a plugin is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    Python,
    Native,
}

impl Runtime {
    pub const ALL: [Runtime; 2] = [Runtime::Python, Runtime::Native];

    /// The name as manifests write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Runtime::Python => "python",
            Runtime::Native => "native",
        }
    }
}

/// The files that tell a plugin's runtime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    pub main_py: bool,
    pub cargo_toml: bool,
    /// A native library at the top of the folder.
    pub library: bool,
}

impl Layout {
    /// Looks into a folder.
    pub fn of(dir: &Path) -> Self {
        let is_library = |entry: std::fs::DirEntry| {
            let name = entry.file_name();
            name.to_string_lossy().ends_with(std::env::consts::DLL_SUFFIX)
        };
        Layout {
            main_py: dir.join("main.py").is_file(),
            cargo_toml: dir.join("Cargo.toml").is_file(),
            library: dir.read_dir().is_ok_and(|entries| entries.flatten().any(is_library)),
        }
    }

    /// `main.py` decides first: a Python plugin may bring an extension written in Rust.
    pub(super) fn runtime(self) -> Option<Runtime> {
        if self.main_py {
            Some(Runtime::Python)
        } else if self.cargo_toml || self.library {
            Some(Runtime::Native)
        } else {
            None
        }
    }
}
