//! Choosing a theme: the screen shows the one that is selected.

use crate::tui::model::{Picker, PickerItem, Themes};

#[derive(Debug)]
pub struct ThemePicker {
    pub picker: Picker<String>,
    /// What was in use before, and will be again if nothing is chosen.
    pub original: String,
}

impl ThemePicker {
    pub fn new(themes: &Themes) -> Self {
        let item = |name: &String| {
            let note = if *name == themes.current { "in use" } else { "" };
            PickerItem { label: name.clone(), note: note.to_owned(), value: name.clone() }
        };
        let mut picker = Picker::new(themes.names.iter().map(item).collect());
        picker.select(|name| *name == themes.current);
        ThemePicker { picker, original: themes.current.clone() }
    }
}
