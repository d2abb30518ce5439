//! Masking of secrets, where values enter events.
