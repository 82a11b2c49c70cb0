//! HTML as a series of pieces (the HTML standard, 13.2.5 "Tokenization"), the characters that its references stand for, and its
//! text: the one place in which markup is walked. Nothing here builds a tree, so depth and size cost no more than time in proportion.

pub(crate) mod content_id;
mod pieces;
pub(crate) mod references;
pub(crate) mod safe;
pub(crate) mod text;

pub(crate) use pieces::{Attribute, Piece, Pieces, Tag, same_length_text};
