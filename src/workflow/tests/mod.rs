mod agent_hooks;
mod apart;
mod bench;
mod builtin;
mod endings;
mod runs;
