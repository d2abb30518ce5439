pub(crate) mod fakes;
mod run;
