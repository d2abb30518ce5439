//! The bus: numbers the events, keeps them through the journal, and hands them to whoever subscribed.
