//! What a plugin may put into a program's environment.

use std::collections::BTreeMap;

use orchestrator_protocol::{CallError, ErrorKind};

/// Refuses what would put other code into the program that was permitted: the dynamic loader's own variables.
pub(super) fn check(env: &BTreeMap<String, String>) -> Result<(), CallError> {
    let refused = |text: String| Err(CallError::new(ErrorKind::InvalidRequest, text));
    for (name, value) in env {
        if name.starts_with("LD_") || name == "GLIBC_TUNABLES" {
            return refused(format!(
                "the variable `{name}` can't be set: it tells the dynamic loader what to load, and the permission is \
                 for the program alone. Leave it out, or set it for the orchestrator itself"
            ));
        }
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            return refused(format!("`{}` can't be the name or hold the value of a variable", name.escape_debug()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str, value: &str) -> Result<(), CallError> {
        check(&BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn the_loaders_variables_and_what_is_no_variable_are_refused() {
        for name in ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GLIBC_TUNABLES", "", "A=B", "A\0"] {
            assert_eq!(checked(name, "x").unwrap_err().kind, ErrorKind::InvalidRequest, "{name}");
        }
        assert!(checked("LD_PRELOAD", "x").unwrap_err().message.contains("`LD_PRELOAD`"));
        assert!(checked("A", "x\0").is_err());
        for name in ["PATH", "LDFLAGS", "OLD_HOME", "RUSTFLAGS"] {
            assert!(checked(name, "x").is_ok(), "{name}");
        }
    }
}
