mod bench;
mod builtin;
mod endings;
mod runs;
