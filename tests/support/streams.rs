//! Streams made for tests and benches.
