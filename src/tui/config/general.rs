//! The keys that every plugin has beside its own.

use crate::orchestrator::api::{Field, FieldKind, classify, general_schema};

pub(super) fn fields() -> Vec<Field> {
    match classify(&general_schema()) {
        FieldKind::Object(fields) => fields,
        _ => Vec::new(),
    }
}
