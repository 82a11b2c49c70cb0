//! File names that cannot hurt.
