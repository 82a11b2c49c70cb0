//! Outlook's .msg as a message, and a message as a .msg ([MS-OXMSG]).

mod page;
mod read;
mod write;

pub use write::MsgWriteOptions;
