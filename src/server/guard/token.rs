//! The bearer token: 256 random bits in a file of their owner's alone.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq;

use crate::config::atomic::{self, Access};
use crate::server::options::token_file;

/// As text, two digits for each byte.
const LENGTH: usize = 64;

/// Why there is no token that can be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the token's file {file} can't be used: {source}")]
    File { file: PathBuf, source: io::Error },
    #[error("the token's file {file} {what}\nremove it: a new one is made at the next start")]
    Unsafe { file: PathBuf, what: &'static str },
    #[error("there are no random numbers for a token: {0}")]
    Random(io::Error),
}

/// What a client must know. It is in no log and in no message; `Debug` does not show it.
pub struct Token(String);

impl Token {
    /// The project's token; made if there is none.
    pub fn of_project(state_dir: &Path) -> Result<Self, TokenError> {
        let file = token_file(state_dir);
        match read(&file)? {
            Some(token) => Ok(token),
            None => Token::renew(state_dir),
        }
    }

    /// Makes another one. Servers that run go on with theirs.
    pub fn renew(state_dir: &Path) -> Result<Self, TokenError> {
        let file = token_file(state_dir);
        let token = Token(random().map_err(TokenError::Random)?);
        atomic::write(&file, token.0.as_bytes(), Access::OwnerOnly)
            .map_err(|source| TokenError::File { file, source })?;
        Ok(token)
    }

    /// Where it is kept.
    pub fn file(state_dir: &Path) -> PathBuf {
        token_file(state_dir)
    }

    /// For the person who asked to see it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Takes as long wherever the difference is.
    pub(in crate::server) fn is(&self, other: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(other).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What is in the file, if there is one. A file that others could read or have written is refused.
fn read(file: &Path) -> Result<Option<Token>, TokenError> {
    let no_link = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let mut open = match File::options().read(true).custom_flags(no_link).open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(TokenError::File { file: file.to_owned(), source }),
    };
    let failed = |source| TokenError::File { file: file.to_owned(), source };
    let refused = |what| TokenError::Unsafe { file: file.to_owned(), what };
    let meta = open.metadata().map_err(failed)?;
    if !meta.is_file() {
        return Err(refused("is no file"));
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused("belongs to somebody else"));
    }
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(refused("can be read or changed by others"));
    }
    let mut text = String::new();
    open.by_ref().take(LENGTH as u64 + 1).read_to_string(&mut text).map_err(failed)?;
    let text = text.trim_end_matches('\n').to_owned();
    if text.len() != LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(refused("holds no token"));
    }
    Ok(Some(Token(text)))
}

fn random() -> io::Result<String> {
    let mut bytes = [0; LENGTH / 2];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = Token::of_project(dir.path()).unwrap();
        let file = token_file(dir.path());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(file.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(Token::of_project(dir.path()).unwrap().reveal(), first.reveal());
        assert_ne!(Token::renew(dir.path()).unwrap().reveal(), first.reveal());
        assert_eq!(first.reveal().len(), LENGTH);
        assert!(!format!("{first:?}").contains(first.reveal()));
    }

    #[test]
    fn nothing_but_the_whole_of_it_will_do() {
        let dir = tempfile::tempdir().unwrap();
        let token = Token::of_project(dir.path()).unwrap();
        let text = token.reveal().to_owned();
        assert!(token.is(text.as_bytes()));
        let longer = format!("{text}0");
        for wrong in ["", &text[1..], &text[..63], &longer, &text.to_uppercase().replace('0', "1")] {
            assert!(!token.is(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn a_file_that_others_reach_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        Token::of_project(dir.path()).unwrap();
        let file = token_file(dir.path());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = Token::of_project(dir.path()).unwrap_err().to_string();
        assert!(error.contains("by others") && error.contains("remove it"), "{error}");
        std::fs::write(&file, "short").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(Token::of_project(dir.path()).unwrap_err().to_string().contains("no token"));
        let elsewhere = dir.path().join("elsewhere");
        std::fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        assert!(matches!(Token::of_project(dir.path()), Err(TokenError::File { .. })));
    }
}
