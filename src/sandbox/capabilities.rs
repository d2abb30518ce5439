//! Giving up what only the superuser may.

use rustix::io;
use rustix::thread::{
    CapabilitiesSecureBits, CapabilitySet, CapabilitySets, clear_ambient_capability_set,
    remove_capability_from_bounding_set, set_capabilities, set_capabilities_secure_bits, set_no_new_privs,
};

/// This process, and whatever it executes, can never gain rights, and has none of the superuser's. A process that
/// never had them has nothing to give up.
pub(super) fn give_up() -> io::Result<()> {
    set_no_new_privs(true)?;
    // Only who has rights may give these up, and who has none needs not.
    let locked = CapabilitiesSecureBits::NO_ROOT | CapabilitiesSecureBits::NO_ROOT_LOCKED;
    let _ = set_capabilities_secure_bits(locked);
    for capability in CapabilitySet::all() {
        let _ = remove_capability_from_bounding_set(capability);
    }
    clear_ambient_capability_set()?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
}
