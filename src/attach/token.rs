//! What proves to the server who asks.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Has the token where no file is named.
pub const VARIABLE: &str = "ORCHESTRATOR_TOKEN";
/// Longer than any token, in bytes.
const MOST: u64 = 4096;

/// Why there is no token to send.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    #[error(
        "the server wants a token\nname its file with --token-file, or set {VARIABLE}; on the server's side \
         `orchestrator serve token` prints it"
    )]
    Absent,
    #[error("the token can't be read from {path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{from} holds no token\non the server's side `orchestrator serve token` prints it")]
    Odd { from: String },
}

/// The token, from the file that was named, or else out of the environment.
pub fn find(file: Option<&Path>) -> Result<String, NoToken> {
    let (text, from) = match file {
        Some(path) => {
            let fault = |source| NoToken::File { path: path.to_owned(), source };
            let mut text = String::new();
            File::open(path).and_then(|file| file.take(MOST).read_to_string(&mut text)).map_err(fault)?;
            (text, path.display().to_string())
        }
        None => match std::env::var(VARIABLE) {
            Ok(text) if !text.is_empty() => (text, VARIABLE.to_owned()),
            Ok(_) | Err(_) => return Err(NoToken::Absent),
        },
    };
    let token = text.trim();
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if is_token { Ok(token.to_owned()) } else { Err(NoToken::Odd { from }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_one_line_and_anything_else_is_said_to_be_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        std::fs::write(&file, "abc123\n").unwrap();
        assert_eq!(find(Some(&file)).unwrap(), "abc123");
        std::fs::write(&file, "two\nlines\n").unwrap();
        assert!(find(Some(&file)).unwrap_err().to_string().contains("holds no token"));
        assert!(find(Some(&dir.path().join("none"))).unwrap_err().to_string().contains("none"));
    }
}
