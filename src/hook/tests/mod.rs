mod chain;
pub(crate) mod desk;
mod giving_up;
mod hanging;
mod order;
