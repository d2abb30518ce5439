use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key that was pressed, the same whichever way the terminal reports it:
///
/// - a character says by itself whether Shift was held, so Shift is never among its modifiers;
/// - with Ctrl a letter is small, because few terminals tell Ctrl+Shift from Ctrl;
/// - Shift+Tab is [`KeyCode::BackTab`] without Shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

impl Key {
    pub(super) fn from_event(event: KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let (code, mut modifiers) = (event.code, event.modifiers);
        let shift = modifiers.contains(KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::Char(char) => {
                modifiers.remove(KeyModifiers::SHIFT);
                if modifiers.contains(KeyModifiers::CONTROL) {
                    KeyCode::Char(char.to_ascii_lowercase())
                } else if shift {
                    KeyCode::Char(single_uppercase(char))
                } else {
                    code
                }
            }
            KeyCode::Tab | KeyCode::BackTab if shift || code == KeyCode::BackTab => {
                modifiers.remove(KeyModifiers::SHIFT);
                KeyCode::BackTab
            }
            KeyCode::CapsLock
            | KeyCode::ScrollLock
            | KeyCode::NumLock
            | KeyCode::Null
            | KeyCode::Media(_)
            | KeyCode::Modifier(_) => return None,
            KeyCode::Backspace
            | KeyCode::Enter
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Up
            | KeyCode::Down
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::PageUp
            | KeyCode::PageDown
            | KeyCode::Tab
            | KeyCode::BackTab
            | KeyCode::Delete
            | KeyCode::Insert
            | KeyCode::F(_)
            | KeyCode::Esc
            | KeyCode::PrintScreen
            | KeyCode::Pause
            | KeyCode::Menu
            | KeyCode::KeypadBegin => code,
        };
        Some(Key { code, modifiers })
    }
}

/// For editors, which take crossterm's keys.
impl From<Key> for KeyEvent {
    fn from(key: Key) -> KeyEvent {
        KeyEvent::new(key.code, key.modifiers)
    }
}

/// The capital of `char` if it is one character; `ß` stays itself.
fn single_uppercase(char: char) -> char {
    let mut upper = char.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => char,
    }
}
