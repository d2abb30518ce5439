mod agent_hooks;
mod bench;
mod builtin;
mod endings;
mod runs;
