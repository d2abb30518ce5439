//! Which parts of the form are folded away, and which of several forms was chosen: what the screen remembers and the
//! document does not say.

use std::collections::BTreeMap;

/// A list longer than this is folded at first.
const LONG: usize = 24;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    open: BTreeMap<String, bool>,
    variants: Variants,
}

/// Which of several forms was chosen, by its place.
pub type Variants = BTreeMap<String, usize>;

impl Folds {
    pub fn is_open(&self, id: &str, length: usize) -> bool {
        self.open.get(id).copied().unwrap_or(length <= LONG)
    }

    pub fn set_open(&mut self, id: &str, open: bool) {
        self.open.insert(id.to_owned(), open);
    }

    pub fn variant(&self, pointer: &str) -> Option<usize> {
        self.variants.get(pointer).copied()
    }

    pub fn choose(&mut self, pointer: &str, variant: usize) {
        self.variants.insert(pointer.to_owned(), variant);
    }

    pub fn variants(&self) -> &Variants {
        &self.variants
    }

    pub fn set_variants(&mut self, variants: Variants) {
        self.variants = variants;
    }

    /// Forgets what was chosen in the places of a list's items, which are others now.
    pub fn forget_within(&mut self, pointer: &str) {
        let stays = |id: &String| id == pointer || !super::pointer::is_within(id, pointer);
        self.open.retain(|id, _| stays(id));
        self.variants.retain(|id, _| stays(id));
    }
}
