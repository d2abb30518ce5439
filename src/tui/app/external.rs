//! The person's own editor, which has the terminal for as long as it runs.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::tui::terminal::{Signal, Signals, Terminal};

/// The longest text that is taken back, in bytes.
const LIMIT: u64 = 4 * 1024 * 1024;

/// What came of it.
pub(super) enum Edited {
    Text(String),
    /// Why it did not come to that, in words.
    Not(String),
    /// It is time to leave the workbench.
    Leave,
}

/// Lets the editor that `$VISUAL` or `$EDITOR` names have a text, in a file of its own that only this user can read.
/// The terminal must have been released, and nobody may read from it.
pub(super) async fn edit(terminal: &Terminal, signals: &mut Signals, name: &str, text: &str) -> Edited {
    let Some(editor) = named() else {
        return Edited::Not("no editor is named: set EDITOR, to `vi` or `nano` for example".to_owned());
    };
    let dir = match tempfile::Builder::new().prefix("orchestrator-").tempdir() {
        Ok(dir) => dir,
        Err(error) => return Edited::Not(format!("there is no place for the text: {error}")),
    };
    let file = dir.path().join(name);
    let mut child = match write(&file, text).and_then(|()| start(&editor, &file)) {
        Ok(child) => child,
        Err(error) => return Edited::Not(format!("`{editor}` can't be started: {error}")),
    };
    loop {
        let status = tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::Terminate | Signal::Hangup => {
                    // It may have ended by the same signal.
                    let _ = child.kill().await;
                    return Edited::Leave;
                }
                // The editor stopped, and its shell must see that all of us did. Where there is none, it goes on.
                Signal::Suspend => {
                    let _ = terminal.suspend();
                    continue;
                }
                // These were meant for the editor.
                Signal::Interrupt | Signal::Continued => continue,
            },
            status = child.wait() => status,
        };
        return match status {
            Ok(status) if status.success() => read(&file)
                .map_or_else(|error| Edited::Not(format!("what `{editor}` left can't be read: {error}")), Edited::Text),
            Ok(status) => Edited::Not(format!("`{editor}` ended with {status}; the text is as it was")),
            Err(error) => Edited::Not(format!("`{editor}` is lost: {error}")),
        };
    }
}

fn named() -> Option<String> {
    let named =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()));
    named.or_else(|| Path::new("/usr/bin/vi").exists().then(|| "vi".to_owned()))
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}

/// As git does it: the name may be a whole command.
fn start(editor: &str, file: &Path) -> std::io::Result<Child> {
    // Descriptors 1 and 2 are a pipe while plugins run.
    let terminal = File::options().read(true).write(true).open("/dev/tty")?;
    Command::new("/bin/sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(editor)
        .arg(file)
        .stdin(Stdio::from(terminal.try_clone()?))
        .stdout(Stdio::from(terminal.try_clone()?))
        .stderr(Stdio::from(terminal))
        .kill_on_drop(true)
        .spawn()
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(LIMIT).read_to_string(&mut text)?;
    Ok(text)
}
