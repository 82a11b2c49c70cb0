//! Numbers that mean something: the values of PidTagImportance, PidTagMessageFlags and their like ([MS-OXCMSG], [MS-OXOMSG];
//! MAPI reference), as types where code compares them and as words for people ([`describe`]).

use std::borrow::Cow;
use std::fmt;

use super::generated::tags;
use super::tag::{PropTag, PropType};

use crate::base::wire;

bitflags::bitflags! {
    /// PidTagMessageFlags 0x0E07 ([MS-OXCMSG] 2.2.1.6). Unknown bits are kept.
    #[doc(alias = "PidTagMessageFlags")]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct MessageFlags: u32 {
        /// mfRead: marked as read.
        const READ = 0x0000_0001;
        /// mfUnmodified: not modified since it was first saved or delivered.
        const UNMODIFIED = 0x0000_0002;
        /// mfSubmitted: marked for sending.
        const SUBMITTED = 0x0000_0004;
        /// mfUnsent: a draft.
        const UNSENT = 0x0000_0008;
        /// mfHasAttach: has an attachment.
        const HAS_ATTACH = 0x0000_0010;
        /// mfFromMe: sender and receiver are the same.
        const FROM_ME = 0x0000_0020;
        /// mfFAI: folder associated information, no message for people.
        const ASSOCIATED = 0x0000_0040;
        /// mfResend: asks for a non-delivery report with a resend.
        const RESEND = 0x0000_0080;
        /// mfNotifyRead: the sender wants a read receipt.
        const NOTIFY_READ = 0x0000_0100;
        /// mfNotifyUnread: the sender wants to know of deletion without reading.
        const NOTIFY_UNREAD = 0x0000_0200;
        /// mfEverRead: has been read at least once.
        const EVER_READ = 0x0000_0400;
        /// mfInternet: came over the Internet or is to leave over it.
        const INTERNET = 0x0000_2000;
        /// mfUntrusted: not trusted.
        const UNTRUSTED = 0x0000_8000;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// PidTagAttachFlags 0x3714 ([MS-OXCMSG] 2.2.2.18). Unknown bits are kept.
    #[doc(alias = "PidTagAttachFlags")]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct AttachFlags: u32 {
        /// Not to be rendered in an HTML body.
        const INVISIBLE_IN_HTML = 0x0000_0001;
        /// Not to be rendered in an RTF body.
        const INVISIBLE_IN_RTF = 0x0000_0002;
        /// The body refers to it: an inline picture.
        const RENDERED_IN_BODY = 0x0000_0004;
        const _ = !0;
    }
}

/// PidTagAttachMethod 0x3705 ([MS-OXCMSG] 2.2.2.9): where an attachment's data is.
#[doc(alias = "PidTagAttachMethod")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct AttachMethod(pub u32);

macro_rules! attach_methods {
    ($($konst:ident $code:literal $name:literal $what:literal;)*) => {
        impl AttachMethod {
            $(#[doc = concat!($name, ": ", $what, ".")] #[doc(alias = $name)] pub const $konst: AttachMethod = AttachMethod($code);)*

            /// Every method that the specification or the MAPI headers name.
            pub const KNOWN: &[AttachMethod] = &[$(AttachMethod($code)),*];

            /// The specification's name, `afByValue`, or that of the MAPI headers, if the method is known.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($code => Some($name),)* _ => None }
            }
        }
    };
}

attach_methods! {
    NONE 0 "afNone" "just created, no data";
    BY_VALUE 1 "afByValue" "PidTagAttachDataBinary holds the data";
    BY_REFERENCE 2 "afByReference" "a path that recipients can reach holds the data";
    BY_REFERENCE_RESOLVE 3 "ATTACH_BY_REF_RESOLVE" "as afByReference, to be resolved on sending; in the MAPI headers only";
    BY_REFERENCE_ONLY 4 "afByReferenceOnly" "a path holds the data, and sending does not resolve it";
    EMBEDDED_MESSAGE 5 "afEmbeddedMessage" "PidTagAttachDataObject holds a message";
    STORAGE 6 "afStorage" "PidTagAttachDataObject holds an application's own storage, as of OLE";
    BY_WEB_REFERENCE 7 "afByWebReference" "a web address holds the data";
}

impl fmt::Display for AttachMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:X}", self.0),
        }
    }
}

/// PidTagRecipientType 0x0C15 ([MS-OXOMSG] 2.2.3.1): the role in the low bits, and two flags.
#[doc(alias = "PidTagRecipientType")]
#[doc(alias = "PR_RECIPIENT_TYPE")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RecipientType(pub u32);

impl RecipientType {
    /// MAPI_ORIG: the sender.
    pub const ORIGINATOR: RecipientType = RecipientType(0);
    /// MAPI_TO: primary recipient.
    pub const TO: RecipientType = RecipientType(1);
    /// MAPI_CC: copy.
    pub const CC: RecipientType = RecipientType(2);
    /// MAPI_BCC: blind copy.
    pub const BCC: RecipientType = RecipientType(3);
    /// MAPI_P1: the flag of recipients to whom a resent message is to go.
    pub const RESEND_FLAG: u32 = 0x1000_0000;
    /// MAPI_SUBMITTED: the flag of recipients who have had the message already.
    pub const SUBMITTED_FLAG: u32 = 0x8000_0000;

    /// The role alone, without flags.
    #[must_use]
    pub const fn role(self) -> RecipientType {
        RecipientType(self.0 & !(Self::RESEND_FLAG | Self::SUBMITTED_FLAG))
    }

    /// Returns whether a resent message is to go to this recipient.
    #[must_use]
    pub const fn is_resend(self) -> bool {
        self.0 & Self::RESEND_FLAG != 0
    }

    /// Returns whether this recipient has had the message already.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        self.0 & Self::SUBMITTED_FLAG != 0
    }
}

/// `To`, `Cc | already delivered`; a number where the role is unknown.
impl fmt::Display for RecipientType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match value_name(tags::RECIPIENT_TYPE, i64::from(self.0)) {
            Some(text) => f.write_str(&text),
            None => write!(f, "0x{:X}", self.0),
        }
    }
}

/// How the words of a property come together.
enum Kind {
    /// One word for the whole value.
    Value,
    /// One word for the value without the flags, and one for each flag.
    ValueAndFlags(&'static [(u32, &'static str)]),
    /// A word for each bit.
    Flags,
}

/// Tag, kind and words of a property.
type Row = (PropTag, Kind, &'static [(i64, &'static str)]);

/// The properties that [`value_name`] knows, in the order of their ids.
const ROWS: &[Row] = &[
    (tags::IMPORTANCE, Kind::Value, &[(0, "low"), (1, "normal"), (2, "high")]),
    (tags::PRIORITY, Kind::Value, &[(-1, "non-urgent"), (0, "normal"), (1, "urgent")]),
    (tags::SENSITIVITY, Kind::Value, &[(0, "normal"), (1, "personal"), (2, "private"), (3, "confidential")]),
    (
        tags::RECIPIENT_TYPE,
        Kind::ValueAndFlags(&[(RecipientType::RESEND_FLAG, "resend"), (RecipientType::SUBMITTED_FLAG, "already delivered")]),
        &[(0, "originator"), (1, "To"), (2, "Cc"), (3, "Bcc")],
    ),
    (
        tags::MESSAGE_FLAGS,
        Kind::Flags,
        &[
            (0x0001, "read"),
            (0x0002, "unmodified"),
            (0x0004, "submitted"),
            (0x0008, "unsent"),
            (0x0010, "has attachment"),
            (0x0020, "from me"),
            (0x0040, "associated"),
            (0x0080, "resend"),
            (0x0100, "notify read"),
            (0x0200, "notify unread"),
            (0x0400, "ever read"),
            (0x2000, "internet"),
            (0x8000, "untrusted"),
        ],
    ),
    (
        tags::OBJECT_TYPE,
        Kind::Value,
        &[
            (1, "store"),
            (2, "address book"),
            (3, "folder"),
            (4, "address book container"),
            (5, "message"),
            (6, "mail user"),
            (7, "attachment"),
            (8, "distribution list"),
        ],
    ),
    (tags::NATIVE_BODY, Kind::Value, &[(0, "undefined"), (1, "plain text"), (2, "RTF"), (3, "HTML"), (4, "clear-signed")]),
    (
        tags::ICON_INDEX,
        Kind::Value,
        &[
            (-1, "new mail"),
            (0x100, "read mail"),
            (0x101, "unread mail"),
            (0x102, "submitted mail"),
            (0x103, "unsent mail"),
            (0x104, "receipt mail"),
            (0x105, "replied mail"),
            (0x106, "forwarded mail"),
            (0x107, "remote mail"),
            (0x108, "delivery receipt"),
            (0x109, "read receipt"),
            (0x10A, "non-delivery report"),
            (0x10B, "non-read receipt"),
            (0x10C, "recall success"),
            (0x10D, "recall failure"),
            (0x10E, "tracking mail"),
            (0x11B, "out of office"),
            (0x11C, "recall mail"),
            (0x130, "tracked mail"),
        ],
    ),
    (
        tags::LAST_VERB_EXECUTED,
        Kind::Value,
        &[
            (0, "open"),
            (102, "reply to sender"),
            (103, "reply to all"),
            (104, "forward"),
            (105, "print"),
            (106, "save as"),
            (108, "reply to folder"),
            (500, "save"),
            (510, "properties"),
            (511, "follow up"),
            (512, "accept"),
            (513, "tentative"),
            (514, "reject"),
            (515, "decline"),
            (516, "invite"),
            (517, "update"),
            (518, "cancel"),
            (519, "silent invite"),
            (520, "silent cancel"),
            (521, "recall message"),
            (522, "forward response"),
            (523, "forward cancel"),
            (524, "follow-up clear"),
            (525, "forward appointment"),
            (526, "open and resend"),
            (527, "status report"),
            (528, "journal open"),
            (529, "journal open link"),
        ],
    ),
    (tags::FLAG_STATUS, Kind::Value, &[(0, "none"), (1, "complete"), (2, "flagged")]),
    (
        tags::ATTACH_METHOD,
        Kind::Value,
        &[
            (0, "none"),
            (1, "by value"),
            (2, "by reference"),
            (3, "by reference, resolved"),
            (4, "by reference only"),
            (5, "embedded message"),
            (6, "storage"),
            (7, "by web reference"),
        ],
    ),
    (tags::ATTACH_FLAGS, Kind::Flags, &[(0x1, "invisible in HTML"), (0x2, "invisible in RTF"), (0x4, "rendered in body")]),
    (
        tags::DISPLAY_TYPE,
        Kind::Value,
        &[
            (0, "mail user"),
            (1, "distribution list"),
            (2, "forum"),
            (3, "agent"),
            (4, "organization"),
            (5, "private distribution list"),
            (6, "remote mail user"),
        ],
    ),
    // All bits set means everything, which no list of words says better.
    (
        tags::AUTO_RESPONSE_SUPPRESS,
        Kind::Flags,
        &[
            (0xFFFF_FFFF, "all"),
            (0x01, "delivery receipts"),
            (0x02, "non-delivery reports"),
            (0x04, "read receipts"),
            (0x08, "non-read receipts"),
            (0x10, "out of office"),
            (0x20, "other automatic replies"),
        ],
    ),
    (tags::MESSAGE_EDITOR_FORMAT, Kind::Value, &[(0, "unknown"), (1, "plain text"), (2, "HTML"), (3, "RTF")]),
];

/// The values of an integer property that have a name, each with it. With `true` it is a flag, of which several may be set.
///
/// ```
/// use winmail::mapi::{PropTag, named_values};
///
/// let importance: PropTag = "PidTagImportance".parse()?;
/// assert_eq!(named_values(importance).next(), Some((0, "low", false)));
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn named_values(tag: PropTag) -> impl Iterator<Item = (i64, &'static str, bool)> {
    let row = ROWS.iter().find(|(known, ..)| *known == tag);
    row.into_iter().flat_map(|(_, kind, words)| {
        let is_flag = move |value: i64| matches!(kind, Kind::Flags) && value.count_ones() == 1;
        let flags: &'static [(u32, &'static str)] = match kind {
            Kind::ValueAndFlags(flags) => flags,
            Kind::Value | Kind::Flags => &[],
        };
        let words = words.iter().map(move |(value, name)| (*value, *name, is_flag(*value)));
        words.chain(flags.iter().map(|(flag, name)| (i64::from(*flag), *name, true)))
    })
}

/// The value of an integer property in words: `high`, `read | has attachment`. Flags without a word are shown in hexadecimal,
/// no flags at all as `none`.
///
/// `None` if numbers of this property have no names, if it is not PtypInteger32, or has a value that no
/// specification names. `value` is as [`PropValue::as_i64`](super::PropValue::as_i64) gives it; a 32-bit value may be signed or not.
#[must_use]
pub fn value_name(tag: PropTag, value: i64) -> Option<Cow<'static, str>> {
    if tag.prop_type() != PropType::INTEGER32 {
        return None;
    }
    let bits = i32::try_from(value).map(wire::signed).or_else(|_| u32::try_from(value)).ok()?;
    let (_, kind, words) = ROWS.iter().find(|(known, _, _)| *known == tag)?;
    match kind {
        Kind::Value => word(words, bits).map(Cow::Borrowed),
        Kind::ValueAndFlags(flags) => {
            let mask = flags.iter().fold(0, |mask, (flag, _)| mask | flag);
            let role = word(words, bits & !mask)?;
            let set = flags.iter().filter(|(flag, _)| bits & flag != 0).map(|(_, name)| *name);
            Some(join(std::iter::once(role).chain(set), 0))
        }
        Kind::Flags => match word(words, bits) {
            Some(name) => Some(Cow::Borrowed(name)),
            None => {
                let flag = |key: i64| u32::try_from(key).ok().filter(|flag| flag.is_power_of_two() && bits & flag != 0);
                let set = words.iter().filter_map(|(key, name)| flag(*key).map(|_| *name));
                let named = words.iter().filter_map(|(key, _)| flag(*key)).fold(0, |mask, flag| mask | flag);
                Some(join(set, bits & !named))
            }
        },
    }
}

/// The word of a value; the table's negative values are 32-bit ones.
fn word(words: &[(i64, &'static str)], bits: u32) -> Option<&'static str> {
    let signed = i64::from(wire::signed::<u32, i32>(bits));
    words.iter().find(|(key, _)| *key == signed || *key == i64::from(bits)).map(|(_, name)| *name)
}

fn join(names: impl Iterator<Item = &'static str>, rest: u32) -> Cow<'static, str> {
    let mut text = names.collect::<Vec<_>>().join(" | ");
    if rest != 0 {
        if !text.is_empty() {
            text.push_str(" | ");
        }
        text.push_str(&format!("0x{rest:X}"));
    }
    if text.is_empty() { Cow::Borrowed("none") } else { Cow::Owned(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_described() {
        let table = [
            (0x0017_0003, 2, Some("high")),
            (0x0017_0003, 3, None),
            (0x0026_0003, -1, Some("non-urgent")),
            (0x0026_0003, 0xFFFF_FFFF, Some("non-urgent")),
            (0x0036_0003, 3, Some("confidential")),
            (0x0C15_0003, 1, Some("To")),
            (0x0C15_0003, 0x1000_0002, Some("Cc | resend")),
            (0x0C15_0003, i64::from(i32::MIN) + 3, Some("Bcc | already delivered")),
            (0x0C15_0003, 9, None),
            (0x0E07_0003, 0x11, Some("read | has attachment")),
            (0x0E07_0003, 0, Some("none")),
            (0x0E07_0003, 0x4001, Some("read | 0x4000")),
            (
                0x0E07_0003,
                -1,
                Some(
                    "read | unmodified | submitted | unsent | has attachment | from me | associated | resend | notify read | \
                 notify unread | ever read | internet | untrusted | 0xFFFF5800",
                ),
            ),
            (0x1016_0003, 3, Some("HTML")),
            (0x5909_0003, 2, Some("HTML")),
            (0x1080_0003, 0x11C, Some("recall mail")),
            (0x1080_0003, -1, Some("new mail")),
            (0x1081_0003, 521, Some("recall message")),
            (0x1090_0003, 2, Some("flagged")),
            (0x3705_0003, 5, Some("embedded message")),
            (0x3714_0003, 4, Some("rendered in body")),
            (0x3714_0003, 8, Some("0x8")),
            (0x3900_0003, 1, Some("distribution list")),
            (0x0FFE_0003, 7, Some("attachment")),
            (0x3FDF_0003, -1, Some("all")),
            (0x3FDF_0003, 0, Some("none")),
            (0x3FDF_0003, 0x12, Some("non-delivery reports | out of office")),
            // Another property, another type, more than 32 bits.
            (0x0037_0003, 1, None),
            (0x0017_0002, 1, None),
            (0x0017_0003, 0x1_0000_0002, None),
        ];
        for (tag, value, text) in table {
            assert_eq!(value_name(PropTag(tag), value).as_deref(), text, "0x{tag:08X} {value}");
        }
    }

    #[test]
    fn every_row_stands_once_and_in_order() {
        assert!(ROWS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (tag, _, words) in ROWS {
            let mut keys: Vec<_> = words.iter().map(|(key, _)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), words.len(), "{tag}");
        }
    }

    #[test]
    fn types_and_words_agree() {
        for flag in MessageFlags::all().iter_names().map(|(_, flag)| flag) {
            let text = value_name(tags::MESSAGE_FLAGS, i64::from(flag.bits())).unwrap();
            assert!(!text.contains("0x"), "{flag:?}");
        }
        for flag in AttachFlags::all().iter_names().map(|(_, flag)| flag) {
            assert!(!value_name(tags::ATTACH_FLAGS, i64::from(flag.bits())).unwrap().contains("0x"), "{flag:?}");
        }
        for method in AttachMethod::KNOWN {
            assert!(value_name(tags::ATTACH_METHOD, i64::from(method.0)).is_some());
        }
        assert_eq!(AttachMethod::BY_VALUE.to_string(), "afByValue");
        assert_eq!(AttachMethod(99).to_string(), "0x63");
    }

    #[test]
    fn recipient_types_have_a_role_and_flags() {
        let cc = RecipientType(0x9000_0002);
        assert_eq!((cc.role(), cc.is_resend(), cc.is_submitted()), (RecipientType::CC, true, true));
        assert_eq!(cc.to_string(), "Cc | resend | already delivered");
        assert_eq!((RecipientType::BCC.to_string(), RecipientType(7).to_string()), ("Bcc".into(), "0x7".into()));
    }

    proptest! {
        #[test]
        fn any_value_is_described_or_not(row in 0..ROWS.len(), value in any::<i64>(), small in -2_i64..0x200) {
            let _ = value_name(ROWS[row].0, value);
            let _ = value_name(ROWS[row].0, small);
        }
    }
}
