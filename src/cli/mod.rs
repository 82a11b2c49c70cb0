//! Layer 7: the command-line program. One file a verb; writers are passed in, so that verbs are tested without a process.

pub mod output_dir;
pub mod rtf;
pub mod safe_name;
