mod chain;
pub(crate) mod desk;
mod order;
