//! PidTagReportTag 0x0031 ([MS-OXOMSG] 2.2.2.22): which message a report or response is about.
//!
//! ```text
//! 9 bytes  "PCDFEB09" NUL
//! u32      version: 0x00020001 with the search folder, 0x00010001 without
//! u32 n, n bytes   store entry id
//! u32 n, n bytes   folder entry id
//! u32 n, n bytes   message entry id
//! u32 n, n bytes   search folder entry id, version 0x00020001 only
//! u32 n, n bytes   search key of the message
//! u32 n, n bytes   text in an 8-bit code page: the subject, or nothing but its NUL
//! ```
//!
//! It is set on the message when a response is asked for, and copied into the response. All parts may be empty, and are: in
//! a recall message of 2002 the search folder and the search key, in one of 2020 the search folder; in read receipts
//! everything but these two. Tolerated: bytes behind the text.

use std::borrow::Cow;
use std::fmt;

use crate::base::input::{Cursor, le_u32};
use crate::base::output::Emit;
use crate::base::{Error, ErrorKind, Result};
use crate::mapi::entry_id::EntryId;
use crate::mapi::search_key::SearchKey;
use crate::mapi::value::String8;

use super::{emit_counted, malformed, own, take_counted, unencodable};

/// A report tag.
#[doc(alias = "PidTagReportTag")]
#[doc(alias = "PR_REPORT_TAG")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ReportTag<'a> {
    /// Entry id of the store that holds the message.
    pub store_entry_id: Cow<'a, [u8]>,
    /// Entry id of the folder that holds the message.
    pub folder_entry_id: Cow<'a, [u8]>,
    /// Entry id of the message.
    pub message_entry_id: Cow<'a, [u8]>,
    /// Entry id of the search folder that finds the message. `None` writes version 0x00010001, which has no place for it.
    pub search_folder_entry_id: Option<Cow<'a, [u8]>>,
    /// PidTagSearchKey of the message; may be empty.
    pub message_search_key: SearchKey<'a>,
    /// The subject, with its NUL.
    pub ansi_text: String8<'a>,
    /// Bytes behind the text; normally none.
    pub trailing: Cow<'a, [u8]>,
}

const COOKIE: &[u8; 9] = b"PCDFEB09\0";
const WITHOUT_SEARCH_FOLDER: u32 = 0x0001_0001;
const WITH_SEARCH_FOLDER: u32 = 0x0002_0001;

impl<'a> ReportTag<'a> {
    /// Reads a report tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`] if the cookie is another or a part ends after the value, [`ErrorKind::Unsupported`] on
    /// another version.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        if input.take(COOKIE.len()) != Some(COOKIE) {
            return Err(malformed("invalid report tag: does not start with PCDFEB09"));
        }
        let version = input.parse(le_u32).ok_or_else(|| malformed("invalid report tag: ends before its version"))?;
        if version != WITH_SEARCH_FOLDER && version != WITHOUT_SEARCH_FOLDER {
            return Err(Error::new(ErrorKind::Unsupported, format!("unsupported report tag version: 0x{version:08X}")));
        }
        let mut part = |what: &'static str| {
            take_counted(&mut input).ok_or_else(|| malformed(format!("invalid report tag: {what} ends after the value")))
        };
        Ok(ReportTag {
            store_entry_id: Cow::Borrowed(part("store entry id")?),
            folder_entry_id: Cow::Borrowed(part("folder entry id")?),
            message_entry_id: Cow::Borrowed(part("message entry id")?),
            search_folder_entry_id: match version {
                WITH_SEARCH_FOLDER => Some(Cow::Borrowed(part("search folder entry id")?)),
                _ => None,
            },
            message_search_key: SearchKey::from_bytes(part("search key")?),
            ansi_text: String8(part("text")?.into()),
            trailing: Cow::Borrowed(input.rest()),
        })
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`] if the length of a part does not fit 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.emit().ok_or_else(|| unencodable("report tag: length of a part does not fit 32 bits"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_bytes(COOKIE);
        out.emit_u32(if self.search_folder_entry_id.is_some() { WITH_SEARCH_FOLDER } else { WITHOUT_SEARCH_FOLDER });
        emit_counted(&mut out, &self.store_entry_id)?;
        emit_counted(&mut out, &self.folder_entry_id)?;
        emit_counted(&mut out, &self.message_entry_id)?;
        if let Some(search_folder) = &self.search_folder_entry_id {
            emit_counted(&mut out, search_folder)?;
        }
        emit_counted(&mut out, self.message_search_key.bytes())?;
        emit_counted(&mut out, &self.ansi_text.0)?;
        out.emit_bytes(&self.trailing);
        Some(out)
    }

    /// The entry id of the message, read.
    #[must_use]
    pub fn message(&self) -> EntryId<'_> {
        EntryId::parse(&self.message_entry_id)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ReportTag<'static> {
        ReportTag {
            store_entry_id: own(self.store_entry_id),
            folder_entry_id: own(self.folder_entry_id),
            message_entry_id: own(self.message_entry_id),
            search_folder_entry_id: self.search_folder_entry_id.map(own),
            message_search_key: self.message_search_key.into_owned(),
            ansi_text: self.ansi_text.into_owned(),
            trailing: own(self.trailing),
        }
    }
}

/// The search key of the message, or a word for its absence: what people look for in a report tag.
impl fmt::Display for ReportTag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message_search_key.is_empty() {
            f.write_str("report tag without search key")
        } else {
            write!(f, "report tag for {}", self.message_search_key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::corpus;
    use proptest::prelude::*;

    #[test]
    fn values_and_bytes() {
        let table = [
            (
                // As in read receipts, with a shorter search folder and without search key.
                ReportTag {
                    search_folder_entry_id: Some(Cow::Borrowed(b"folder")),
                    ansi_text: String8(b"\0".into()),
                    ..ReportTag::default()
                },
                &b"PCDFEB09\0\x01\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x06\0\0\0folder\0\0\0\0\x01\0\0\0\0"[..],
            ),
            (
                ReportTag {
                    store_entry_id: Cow::Borrowed(b"st"),
                    folder_entry_id: Cow::Borrowed(b"f"),
                    message_entry_id: Cow::Borrowed(b"msg"),
                    search_folder_entry_id: None,
                    message_search_key: SearchKey::from_bytes(&b"key"[..]),
                    ansi_text: String8(b"Hi\0".into()),
                    trailing: Cow::Borrowed(b"x"),
                },
                b"PCDFEB09\0\x01\0\x01\0\x02\0\0\0st\x01\0\0\0f\x03\0\0\0msg\x03\0\0\0key\x03\0\0\0Hi\0x",
            ),
        ];
        for (value, bytes) in table {
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(ReportTag::parse(bytes).unwrap(), value);
        }
    }

    #[test]
    fn what_is_no_report_tag_is_refused() {
        let good = ReportTag { ansi_text: String8(b"\0".into()), ..ReportTag::default() }.to_bytes().unwrap();
        for end in 0..good.len() {
            assert_eq!(ReportTag::parse(&good[..end]).unwrap_err().kind(), ErrorKind::Malformed, "cut at {end}");
        }
        let mut version = good.clone();
        version[11] = 3;
        let error = ReportTag::parse(&version).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Unsupported, "unsupported report tag version: 0x00030001"));
        let mut long = good;
        long[13] = 0xFF;
        assert_eq!(ReportTag::parse(&long).unwrap_err().message(), "invalid report tag: store entry id ends after the value");
    }

    /// The only report tag of a file, by its cookie.
    fn find(files: &[(String, Vec<u8>)], name: &str) -> Option<ReportTag<'static>> {
        let (_, bytes) = files.iter().find(|(file, _)| file == name)?;
        let at = corpus::find_all(bytes, COOKIE).next().unwrap_or_else(|| panic!("no report tag in {name}"));
        let value = corpus::counted(bytes, at).unwrap();
        let tag = ReportTag::parse(value).unwrap();
        assert_eq!(tag.to_bytes().unwrap(), value, "{name}");
        assert!(tag.trailing.is_empty(), "{name}");
        Some(tag.into_owned())
    }

    #[test]
    fn recall_messages_carry_one() {
        let files = corpus::files("tnef");
        if let Some(tag) = find(&files, "lkml-2002-outlook-recall.tnef") {
            assert!(tag.message_search_key.is_empty());
            assert_eq!(tag.ansi_text.text_bytes(), b"[RFC] down and down_interruptible on x86");
            assert_eq!(EntryId::parse(&tag.store_entry_id).to_string(), "store of mspst.dll");
            // Personal folders: folder, message by node number; no search folder although there is a place for it.
            assert_eq!(tag.folder_entry_id.len(), 24);
            assert_eq!(tag.message_entry_id.len(), 24);
            assert_eq!(tag.search_folder_entry_id.as_deref(), Some(&[][..]));
        }
        if let Some(tag) = find(&files, "lkml-2020-outlook-recall-cp65001.tnef") {
            // The same key stands in the recall message's property 0x6800, PtypBinary, behind count 1 and length 16.
            let property = [b"\x02\x01\x00\x68\x01\0\0\0\x10\0\0\0", tag.message_search_key.bytes()].concat();
            assert!(files.iter().any(|(_, bytes)| corpus::find_all(bytes, &property).next().is_some()));
            assert_eq!(tag.to_string(), "report tag for 03DFAC8160261543B399125A555CAC28");
            assert_eq!(tag.ansi_text.text_bytes(), b"extcon: add EXTCON_JACK_UNSUPPORTED for external headset jack");
            assert_eq!(EntryId::parse(&tag.store_entry_id).to_string(), "store of pstprx.dll");
            let EntryId::Folder(folder) = EntryId::parse(&tag.folder_entry_id) else { panic!("no folder") };
            let EntryId::Message(message) = tag.message() else { panic!("no message") };
            assert_eq!((message.provider, message.folder), (folder.provider, folder.folder));
        }
        if let Some(tag) = find(&files, "spamassassin-fp-bug5882-read-receipt-cp1250.tnef") {
            assert!(tag.store_entry_id.is_empty() && tag.folder_entry_id.is_empty() && tag.message_entry_id.is_empty());
            assert_eq!(tag.search_folder_entry_id.as_deref().map(<[u8]>::len), Some(24));
            assert_eq!(tag.to_string(), "report tag for 8AA9E8C6CDFAC04CB95AAB33E8194CBA");
        }
        let read = files.iter().filter(|(_, bytes)| corpus::find_all(bytes, COOKIE).next().is_some()).count();
        assert!(files.is_empty() || read >= 4, "{read}");
    }

    fn bytes() -> impl Strategy<Value = Cow<'static, [u8]>> {
        proptest::collection::vec(any::<u8>(), 0..9).prop_map(Cow::Owned)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(parts in proptest::collection::vec(bytes(), 6), search_folder in proptest::option::of(bytes())) {
            let [store_entry_id, folder_entry_id, message_entry_id, key, text, trailing] = parts.try_into().unwrap();
            let tag = ReportTag {
                store_entry_id,
                folder_entry_id,
                message_entry_id,
                search_folder_entry_id: search_folder,
                message_search_key: SearchKey::from_bytes(key),
                ansi_text: String8(text.into()),
                trailing,
            };
            let bytes = tag.to_bytes().unwrap();
            prop_assert_eq!(&ReportTag::parse(&bytes).unwrap(), &tag);
            prop_assert_eq!(tag.clone().into_owned(), tag);
        }

        #[test]
        fn what_is_read_is_written(version in 1_u8..4, rest in proptest::collection::vec(prop_oneof![4 => Just(0_u8), 1 => any::<u8>()], 0..60)) {
            let bytes = [&COOKIE[..], &[1, 0, version, 0], &rest].concat();
            if let Ok(tag) = ReportTag::parse(&bytes) {
                prop_assert_eq!(tag.to_bytes().unwrap(), bytes);
            }
        }
    }
}
