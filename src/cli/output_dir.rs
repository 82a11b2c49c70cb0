//! A folder that files are written into, each whole or not at all.
