//! Tables written by `tools/gen_tables.rs`.
