//! Which themes there are, and which one is in use.

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Themes {
    pub names: Vec<String>,
    pub current: String,
}
