//! From the form to the text and back.

use super::ConfigEditor;
use crate::tui::config::document::{Document, Fault};
use crate::tui::config::pointer;
use crate::tui::config::raw::Raw;
use crate::tui::config::span::Node;

impl ConfigEditor {
    /// Shows the document as text, with the cursor on what was selected.
    pub fn show_raw(&mut self) {
        let text = self.text();
        let at = self.cursor.trim_end_matches('\u{0}').to_owned();
        self.keep();
        let line = Node::of(&text).and_then(|root| {
            let parents = std::iter::successors(Some(at.as_str()), |at| pointer::split(at).map(|(parent, _)| parent));
            let start = parents.into_iter().find_map(|at| root.find(at)).map(|node| node.range.start)?;
            Some(text[..start].matches('\n').count())
        });
        self.raw = Some(Raw::new(&text, line.unwrap_or(0)));
    }

    /// Shows the text as a form. Why not, if it is no document.
    pub fn show_form(&mut self) -> Result<(), Fault> {
        let Some(raw) = &mut self.raw else { return Ok(()) };
        let text = raw.input.text();
        match Document::parse(&text) {
            Ok(document) => {
                let before = self.now();
                self.raw = None;
                self.document = document;
                self.remember(before);
                self.settle();
                Ok(())
            }
            Err(fault) => {
                raw.refused = true;
                raw.input.jump(fault.line - 1, fault.column - 1);
                Err(fault)
            }
        }
    }
}
