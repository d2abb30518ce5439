//! Cleaning of text from plugins, where it enters.
