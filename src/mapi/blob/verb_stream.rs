//! PidLidVerbStream 0x8520 in PSETID_Common ([MS-OXOMSG] 2.2.1.74): the voting buttons.
//!
//! ```text
//! u16 0x0102
//! u32 count
//! count times, VoteOption (n bytes of 8-bit text without NUL each):
//!   u32 verb type | u8 n, display name | u8 n, message class | u8 n, internal | u8 n, display name again
//!   u32 internal | u8 internal | u32 US headers | u32 internal | u32 send behavior | u32 internal | u32 id | u32 internal
//! u16 0x0104
//! count times, VoteOptionExtras (n UTF-16 units each):
//!   u8 n, display name | u8 n, display name again
//! ```
//!
//! The specification counts options and extras together, its own example and real streams count the options. Real streams put
//! the four standard verbs (Reply, Reply to All, Forward, Reply to Folder) before the votes, where the second display name is
//! the subject's prefix. Tolerated: missing extras, bytes behind them.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::input::{Cursor, le_u8, le_u16, le_u32};
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::mapi::value::Utf16;

use super::{malformed, own, unencodable};

/// The verbs that a reader of the message is offered.
#[doc(alias = "PidLidVerbStream")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct VerbStream<'a> {
    /// The verbs in the order of the buttons.
    pub verbs: Vec<Verb<'a>>,
    /// Says whether the second part, in UTF-16, is there. Without it [`Verb::unicode`] is not written.
    pub has_extras: bool,
    /// Bytes behind what was read; normally none.
    pub trailing: Cow<'a, [u8]>,
}

/// A verb: VoteOption and VoteOptionExtras. Text has no NUL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Verb<'a> {
    /// [`Verb::VOTE`] for votes, 0 to 3 for the standard verbs.
    pub verb_type: u32,
    /// `Yes`, in an 8-bit code page.
    pub display_name: Cow<'a, [u8]>,
    /// Class of the response, `IPM.Note`.
    pub message_class: Cow<'a, [u8]>,
    /// Empty for votes.
    pub internal_string: Cow<'a, [u8]>,
    /// For votes the display name again, for standard verbs the prefix of the subject.
    pub display_name_repeat: Cow<'a, [u8]>,
    /// Internal2 and Internal3: 0 for votes.
    pub internal_before: (u32, u8),
    /// fUseUSHeaders: 1 for a reply header in US style.
    pub use_us_headers: u32,
    /// Internal4: 1.
    pub internal4: u32,
    /// Way of sending the response: 1 at once, 2 after asking.
    pub send_behavior: u32,
    /// Internal5: 2.
    pub internal5: u32,
    /// Number of the vote, from 1 on; for standard verbs as in PidTagLastVerbExecuted.
    pub id: u32,
    /// Internal6: 0xFFFFFFFF for votes.
    pub internal6: u32,
    /// The names in UTF-16.
    pub unicode: VerbNames<'a>,
}

/// VoteOptionExtras: the names of a verb in UTF-16, without NUL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct VerbNames<'a> {
    /// The display name.
    pub display_name: Utf16<'a>,
    /// For votes the display name again, for standard verbs the prefix of the subject.
    pub display_name_repeat: Utf16<'a>,
}

const VERSION: u16 = 0x0102;
const EXTRAS_VERSION: u16 = 0x0104;

impl<'a> VerbStream<'a> {
    /// Reads a verb stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the version is not 0x0102 or a verb ends after the value.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        match input.parse(le_u16) {
            Some(VERSION) => {}
            _ => return Err(malformed("invalid verb stream: version is not 0x0102")),
        }
        let count = input.parse(le_u32).ok_or_else(|| malformed("invalid verb stream: ends before its count"))?;
        let mut verbs = Vec::new();
        for n in 0..count {
            verbs.push(
                Verb::parse(&mut input)
                    .ok_or_else(|| malformed(format!("invalid verb stream: verb {n} of {count} ends after the value")))?,
            );
        }
        let before = input;
        let extras: Option<Vec<_>> = match input.parse(le_u16) {
            Some(EXTRAS_VERSION) => verbs.iter().map(|_| VerbNames::parse(&mut input)).collect(),
            _ => None,
        };
        let Some(extras) = extras else {
            return Ok(VerbStream { verbs, has_extras: false, trailing: Cow::Borrowed(before.rest()) });
        };
        verbs.iter_mut().zip(extras).for_each(|(verb, names)| verb.unicode = names);
        Ok(VerbStream { verbs, has_extras: true, trailing: Cow::Borrowed(input.rest()) })
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if a text has more than 255 bytes or units.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.emit().ok_or_else(|| unencodable("verb stream: text of more than 255 characters"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_u16(VERSION);
        out.emit_u32(u32::try_from(self.verbs.len()).ok()?);
        self.verbs.iter().try_for_each(|verb| verb.emit(&mut out))?;
        if self.has_extras {
            out.emit_u16(EXTRAS_VERSION);
            self.verbs.iter().try_for_each(|verb| verb.unicode.emit(&mut out))?;
        }
        out.emit_bytes(&self.trailing);
        Some(out)
    }

    /// The votes among the verbs.
    pub fn votes(&self) -> impl Iterator<Item = &Verb<'a>> {
        self.verbs.iter().filter(|verb| verb.verb_type == Verb::VOTE)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> VerbStream<'static> {
        VerbStream {
            verbs: self.verbs.into_iter().map(Verb::into_owned).collect(),
            has_extras: self.has_extras,
            trailing: own(self.trailing),
        }
    }
}

impl VerbStream<'static> {
    /// The stream that offers these votes, without the standard verbs, as in the specification's example. What is not ASCII
    /// is `?` in the 8-bit names, which only readers older than the UTF-16 names show.
    #[must_use]
    pub fn of_votes(names: &[&str]) -> Self {
        let verbs = (1_u32..).zip(names).map(|(id, name)| Verb::vote(name, id)).collect();
        VerbStream { verbs, has_extras: true, trailing: Cow::Borrowed(&[]) }
    }
}

impl<'a> Verb<'a> {
    /// The type of a vote.
    pub const VOTE: u32 = 4;

    fn vote(name: &str, id: u32) -> Verb<'static> {
        let narrow: Cow<'static, [u8]> =
            Cow::Owned(name.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect());
        let wide = Utf16(name.encode_utf16().flat_map(u16::le_bytes).collect());
        Verb {
            verb_type: Verb::VOTE,
            display_name: narrow.clone(),
            message_class: Cow::Borrowed(b"IPM.Note"),
            internal_string: Cow::Borrowed(b""),
            display_name_repeat: narrow,
            internal_before: (0, 0),
            use_us_headers: 0,
            internal4: 1,
            send_behavior: 2,
            internal5: 2,
            id,
            internal6: 0xFFFF_FFFF,
            unicode: VerbNames { display_name: wide.clone(), display_name_repeat: wide },
        }
    }

    fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        Some(Verb {
            verb_type: input.parse(le_u32)?,
            display_name: take_short(input)?,
            message_class: take_short(input)?,
            internal_string: take_short(input)?,
            display_name_repeat: take_short(input)?,
            internal_before: input.parse((le_u32, le_u8))?,
            use_us_headers: input.parse(le_u32)?,
            internal4: input.parse(le_u32)?,
            send_behavior: input.parse(le_u32)?,
            internal5: input.parse(le_u32)?,
            id: input.parse(le_u32)?,
            internal6: input.parse(le_u32)?,
            unicode: VerbNames::default(),
        })
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        out.emit_u32(self.verb_type);
        for text in [&self.display_name, &self.message_class, &self.internal_string, &self.display_name_repeat] {
            out.emit_u8(u8::try_from(text.len()).ok()?);
            out.emit_bytes(text);
        }
        out.emit_u32(self.internal_before.0);
        out.emit_u8(self.internal_before.1);
        for number in [self.use_us_headers, self.internal4, self.send_behavior, self.internal5, self.id, self.internal6] {
            out.emit_u32(number);
        }
        Some(())
    }

    /// The name that is shown: in UTF-16, or else the 8-bit one as Latin 1.
    #[must_use]
    pub fn name(&self) -> String {
        let wide = self.unicode.display_name.to_text();
        if wide.is_empty() { self.display_name.iter().copied().map(char::from).collect() } else { wide }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Verb<'static> {
        Verb {
            display_name: own(self.display_name),
            message_class: own(self.message_class),
            internal_string: own(self.internal_string),
            display_name_repeat: own(self.display_name_repeat),
            unicode: VerbNames {
                display_name: self.unicode.display_name.into_owned(),
                display_name_repeat: self.unicode.display_name_repeat.into_owned(),
            },
            ..self
        }
    }
}

impl<'a> VerbNames<'a> {
    fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        Some(VerbNames { display_name: take_wide(input)?, display_name_repeat: take_wide(input)? })
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        for text in [&self.display_name, &self.display_name_repeat] {
            // An odd last byte is no unit and is not written.
            let units = text.0.chunks_exact(2);
            out.emit_u8(u8::try_from(units.len()).ok()?);
            units.for_each(|unit| out.emit_bytes(unit));
        }
        Some(())
    }
}

fn take_short<'a>(input: &mut Cursor<'a>) -> Option<Cow<'a, [u8]>> {
    let count = usize::from(input.parse(le_u8)?);
    input.take(count).map(Cow::Borrowed)
}

fn take_wide<'a>(input: &mut Cursor<'a>) -> Option<Utf16<'a>> {
    let count = usize::from(input.parse(le_u8)?).saturating_mul(2);
    input.take(count).map(|bytes| Utf16(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ErrorKind;
    use proptest::prelude::*;

    /// [MS-OXOMSG] 4.5: Yes, No, Maybe.
    const EXAMPLE: &[u8] = b"\x02\x01\x03\0\0\0\
        \x04\0\0\0\x03Yes\x08IPM.Note\0\x03Yes\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\0\0\xFF\xFF\xFF\xFF\
        \x04\0\0\0\x02No\x08IPM.Note\0\x02No\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\0\0\x02\0\0\0\xFF\xFF\xFF\xFF\
        \x04\0\0\0\x05Maybe\x08IPM.Note\0\x05Maybe\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\0\0\x03\0\0\0\xFF\xFF\xFF\xFF\
        \x04\x01\x03Y\0e\0s\0\x03Y\0e\0s\0\x02N\0o\0\x02N\0o\0\x05M\0a\0y\0b\0e\0\x05M\0a\0y\0b\0e\0";

    fn reply() -> Verb<'static> {
        Verb {
            verb_type: 0,
            display_name: Cow::Borrowed(b"Reply"),
            message_class: Cow::Borrowed(b"IPM.Note"),
            internal_string: Cow::Borrowed(b"Message"),
            display_name_repeat: Cow::Borrowed(b"RE"),
            internal_before: (5, 0),
            use_us_headers: 0,
            internal4: 1,
            send_behavior: 0,
            internal5: 2,
            id: 102,
            internal6: 2,
            unicode: VerbNames::default(),
        }
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            (VerbStream::of_votes(&["Yes", "No", "Maybe"]), EXAMPLE),
            (VerbStream { has_extras: true, ..VerbStream::default() }, b"\x02\x01\0\0\0\0\x04\x01"),
            (
                // A standard verb as real streams have it, without the second part.
                VerbStream { verbs: vec![reply()], has_extras: false, trailing: Cow::Borrowed(b"x") },
                b"\x02\x01\x01\0\0\0\0\0\0\0\x05Reply\x08IPM.Note\x07Message\x02RE\x05\0\0\0\0\0\0\0\0\x01\0\0\0\
                    \0\0\0\0\x02\0\0\0\x66\0\0\0\x02\0\0\0x",
            ),
        ];
        for (value, bytes) in table {
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(VerbStream::parse(bytes).unwrap(), value);
        }
        assert_eq!(EXAMPLE.len(), 0xD1);
    }

    #[test]
    fn votes_are_told_from_standard_verbs_and_named_in_unicode() {
        let mut stream = VerbStream::of_votes(&["J\u{E4}", "\u{1F44D}"]);
        assert_eq!(stream.verbs[0].display_name.as_ref(), b"J?");
        stream.verbs.insert(0, reply());
        assert_eq!(stream.votes().map(Verb::name).collect::<Vec<_>>(), ["J\u{E4}", "\u{1F44D}"]);
        assert_eq!(reply().name(), "Reply");
    }

    #[test]
    fn what_is_no_verb_stream_is_refused() {
        for wrong in [&b""[..], b"\x02", b"\x04\x01\0\0\0\0", b"\x02\x01\0\0", b"\x02\x01\xFF\xFF\xFF\xFF\0\0"] {
            assert_eq!(VerbStream::parse(wrong).unwrap_err().kind(), ErrorKind::Malformed);
        }
        let error = VerbStream::parse(&EXAMPLE[..80]).unwrap_err();
        assert_eq!(error.message(), "invalid verb stream: verb 1 of 3 ends after the value");
        // Cut in the second part: the votes are there, and so are the bytes.
        let cut = VerbStream::parse(&EXAMPLE[..EXAMPLE.len() - 1]).unwrap();
        assert!(!cut.has_extras && cut.verbs.len() == 3);
        assert_eq!(cut.to_bytes().unwrap(), EXAMPLE[..EXAMPLE.len() - 1]);
    }

    #[test]
    fn long_names_cannot_be_written() {
        let name = "x".repeat(256);
        assert_eq!(VerbStream::of_votes(&[&name]).to_bytes().unwrap_err().kind(), ErrorKind::Unencodable);
        assert!(VerbStream::of_votes(&[&name[1..]]).to_bytes().is_ok());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(names in proptest::collection::vec("\\PC{0,9}", 0..4)) {
            let stream = VerbStream::of_votes(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let bytes = stream.to_bytes().unwrap();
            prop_assert_eq!(VerbStream::parse(&bytes).unwrap(), stream);
        }

        #[test]
        fn a_changed_byte_is_read_or_refused(at in 0..EXAMPLE.len(), value in any::<u8>()) {
            let mut bytes = EXAMPLE.to_vec();
            bytes[at] = value;
            if let Ok(stream) = VerbStream::parse(&bytes) {
                prop_assert_eq!(stream.to_bytes().unwrap(), bytes);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(rest in proptest::collection::vec(prop_oneof![3 => Just(0_u8), 1 => any::<u8>()], 0..120)) {
            let bytes = [&b"\x02\x01\x01\0\0\0"[..], &rest].concat();
            if let Ok(stream) = VerbStream::parse(&bytes) {
                prop_assert_eq!(stream.to_bytes().unwrap(), bytes);
            }
        }
    }
}
