//! How plugin code runs.
