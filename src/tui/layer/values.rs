//! What a field of a config may be, to choose from.

use serde_json::Value;

use crate::tui::model::Picker;

#[derive(Debug)]
pub struct Values {
    /// The field's name.
    pub title: String,
    pub pointer: String,
    /// Places in what there is to choose from.
    pub picker: Picker<usize>,
    pub of: ChoiceOf,
}

#[derive(Debug)]
pub enum ChoiceOf {
    Values(Vec<Value>),
    /// Forms, each with what it begins with.
    Variants(Vec<Value>),
}
