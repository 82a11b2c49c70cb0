//! The library from outside, in one program: it builds and links once.

mod support;

#[cfg(feature = "mime")]
mod account;
mod code_pages;
mod corpus;
#[cfg(feature = "mime")]
mod counted;
mod damage;
mod docs;
mod guesses;
#[cfg(all(feature = "items", feature = "mime"))]
mod item_mail;
#[cfg(feature = "items")]
mod items;
mod layers;
mod limits;
mod message_stream;
#[cfg(feature = "mime")]
mod mime_fields;
#[cfg(feature = "mime")]
mod mime_read;
#[cfg(feature = "mime")]
mod mime_write;
#[cfg(feature = "msg")]
mod msg;
#[cfg(feature = "msg")]
mod msg_damage;
#[cfg(feature = "msg")]
mod msg_write;
mod no_alloc;
mod owned;
#[cfg(feature = "recall")]
mod policy_apply;
#[cfg(feature = "recall")]
mod policy_bytes;
mod prose;
#[cfg(feature = "recall")]
mod recall_corpus;
mod rtf_corpus;
mod rtf_encapsulate;
mod rtf_hostile;
mod rtf_lzfu;
#[cfg(feature = "recall")]
mod search_key_survives;
#[cfg(all(feature = "recall", feature = "serde"))]
mod serde_data;
mod sources;
mod spec_example;
mod strict_lenient;
mod two_contents;
mod wire;
mod write_stream;
