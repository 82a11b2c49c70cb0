//! Where new text goes in a body.

/// Place of new text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Instead of what is there.
    Replace,
    /// In front of it.
    Prepend,
    /// Behind it.
    Append,
}
