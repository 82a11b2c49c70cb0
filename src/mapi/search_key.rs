//! PR_SEARCH_KEY, PidTagSearchKey 0x300B: what relates copies of the same data ([MS-OXPROPS]; MAPI
//! reference, "PidTagSearchKey Canonical Property").
//!
//! Two copies of one message have the same search key and different entry ids and record keys. The key of a message is
//! opaque and in practice a GUID of 16 bytes. The key of a recipient is its address:
//!
//! ```text
//! TYPE ":" ADDRESS NUL        SMTP:JANE@EXAMPLE.COM 00
//! ```
//!
//! in 8-bit bytes, upper case where the type does not tell cases apart. The same form stands in PidTagSenderSearchKey,
//! PidTagSentRepresentingSearchKey, PidTagReceivedBySearchKey and their kin.
//!
//! Tolerated in address keys, because other writers produce it: the original case, a missing or doubled NUL, UTF-16.
//! The attribute attMessageID holds a message's key as hexadecimal text ([`SearchKey::to_hex_attribute`]).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use uuid::Builder;

use crate::base::hex::{self, Hex};
use crate::base::wire::Wire;
use crate::base::{Error, ErrorKind, Result};

use super::value::PropValue;

/// A search key: opaque bytes, or an address.
///
/// `==` compares bytes, [`SearchKey::matches`] compares as a reader should.
#[doc(alias = "PR_SEARCH_KEY")]
#[doc(alias = "PidTagSearchKey")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SearchKey<'a>(Cow<'a, [u8]>);

/// Contents of a search key, as far as its bytes show them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchKeyKind<'a> {
    /// The key of a message: 16 bytes, in practice a GUID.
    Message([u8; 16]),
    /// The key of a recipient or sender, in the case in which it is written.
    Address {
        /// `SMTP`, `EX`, ...
        address_type: Cow<'a, str>,
        /// The address in the form of its type. Bytes that are not UTF-8 are shown as Latin 1.
        address: Cow<'a, str>,
    },
    /// Anything else: an opaque value of another length, or nothing at all.
    Other,
}

/// Address types whose addresses do not tell cases apart, so that the canonical form is upper case.
const CASELESS_TYPES: [&str; 2] = ["SMTP", "EX"];

impl<'a> SearchKey<'a> {
    /// The key with these bytes, whatever they are and as many as there are.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        SearchKey(bytes.into())
    }

    /// The key that a property value holds; `None` unless it is PtypBinary.
    #[must_use]
    pub fn from_value(value: &'a PropValue<'_>) -> Option<Self> {
        match value {
            PropValue::Binary(bytes) => Some(SearchKey(Cow::Borrowed(bytes))),
            _ => None,
        }
    }

    /// The bytes as the property holds them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns whether there are no bytes, which identifies nothing and matches no key but another empty one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what the key holds.
    ///
    /// An address is told from a message key by its text: a type of ASCII letters, digits, `-`, `_` or `.`, a colon, and no
    /// control characters. Sixteen bytes that are not all ASCII are a message key, whatever stands in them.
    #[must_use]
    pub fn kind(&self) -> SearchKeyKind<'_> {
        if let Some((address_type, address)) = address_of(&self.0) {
            return SearchKeyKind::Address { address_type, address };
        }
        match <[u8; 16]>::try_from(self.bytes()) {
            Ok(key) => SearchKeyKind::Message(key),
            Err(_) => SearchKeyKind::Other,
        }
    }

    /// Returns whether both keys relate the same data: equal bytes, or the same address whatever its case, its NULs, and its
    /// encoding in 8-bit or UTF-16.
    #[must_use]
    pub fn matches(&self, other: &SearchKey<'_>) -> bool {
        if self.bytes() == other.bytes() {
            return true;
        }
        match (self.kind(), other.kind()) {
            (
                SearchKeyKind::Address { address_type, address },
                SearchKeyKind::Address { address_type: other_type, address: other_address },
            ) => address_type.eq_ignore_ascii_case(&other_type) && eq_ignore_case(&address, &other_address),
            _ => false,
        }
    }

    /// The bytes as the attributes attMessageID, attParentID and attConversationID hold them: two upper-case ASCII
    /// hexadecimal digits a byte and a NUL; 33 bytes for a key of 16 ([MS-OXTNEF] 2.1.3.3).
    #[must_use]
    pub fn to_hex_attribute(&self) -> Vec<u8> {
        format!("{}\0", Hex(self.bytes())).into_bytes()
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> SearchKey<'static> {
        SearchKey(Cow::Owned(self.0.into_owned()))
    }
}

impl SearchKey<'static> {
    /// The key of an address in canonical form: `SearchKey::address("SMTP", "jane@example.com")` is
    /// `SMTP:JANE@EXAMPLE.COM` and a NUL.
    ///
    /// The type is written in upper case; so is the address if its type is SMTP or EX, other addresses keep their case. Only
    /// ASCII letters change case, and text is written as UTF-8: the specification has 8-bit bytes without conversion. A
    /// NUL ends either argument.
    #[must_use]
    pub fn address(address_type: &str, address: &str) -> Self {
        let address_type = before_nul(address_type).to_ascii_uppercase();
        let address = before_nul(address);
        let key = if CASELESS_TYPES.contains(&address_type.as_str()) {
            format!("{address_type}:{}\0", address.to_ascii_uppercase())
        } else {
            format!("{address_type}:{address}\0")
        };
        SearchKey(Cow::Owned(key.into_bytes()))
    }

    /// A new key for a new message: a random GUID (version 4, RFC 9562 5.4) made of 16 bytes of the caller's randomness,
    /// of which 122 bits are kept.
    #[must_use]
    pub fn new_message(random: [u8; 16]) -> Self {
        SearchKey(Cow::Owned(Builder::from_random_bytes(random).into_uuid().to_bytes_le().to_vec()))
    }

    /// The key that an attribute holds as hexadecimal text. Lower case, a missing NUL and bytes behind the NUL are
    /// tolerated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`] on an odd number of digits or on any other character: the attribute is to be ignored.
    pub fn from_hex_attribute(attribute: &[u8]) -> Result<Self> {
        let text = attribute.split(|byte| *byte == 0).next().unwrap_or_default();
        match hex::decode(text) {
            Some(bytes) => Ok(SearchKey(Cow::Owned(bytes))),
            None => Err(Error::new(ErrorKind::Malformed, "invalid search key: not an even number of hexadecimal digits")),
        }
    }

    /// The key that hexadecimal digits of either case spell, as [`fmt::Display`] shows a message's key.
    ///
    /// # Errors
    ///
    /// As [`SearchKey::from_hex_attribute`].
    pub fn from_hex(text: &str) -> Result<Self> {
        Self::from_hex_attribute(text.as_bytes())
    }
}

impl FromStr for SearchKey<'static> {
    type Err = Error;

    /// Reads hexadecimal digits, as [`SearchKey::from_hex`].
    fn from_str(text: &str) -> Result<Self> {
        SearchKey::from_hex(text)
    }
}

impl From<[u8; 16]> for SearchKey<'static> {
    fn from(key: [u8; 16]) -> Self {
        SearchKey(Cow::Owned(key.to_vec()))
    }
}

/// An address as `TYPE:ADDRESS`, anything else as upper-case hexadecimal digits.
impl fmt::Display for SearchKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            SearchKeyKind::Address { address_type, address } => write!(f, "{address_type}:{address}"),
            SearchKeyKind::Message(_) | SearchKeyKind::Other => Hex(self.bytes()).fmt(f),
        }
    }
}

/// PR_RECORD_KEY, PidTagRecordKey 0x0FF9: tells objects of one store apart. Opaque; compare by bytes. A copy gets another.
#[doc(alias = "PR_RECORD_KEY")]
#[doc(alias = "PidTagRecordKey")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RecordKey<'a>(pub Cow<'a, [u8]>);

impl RecordKey<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> RecordKey<'static> {
        RecordKey(Cow::Owned(self.0.into_owned()))
    }
}

/// Upper-case hexadecimal digits.
impl fmt::Display for RecordKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

/// Type and address, if the bytes read as an address key.
fn address_of(bytes: &[u8]) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let text = match utf16_text(bytes) {
        Some(text) => Cow::Owned(text),
        None => {
            // Random bytes are never free of everything but ASCII; of Latin 1 with a colon they are once in some thousand.
            if bytes.len() == 16 && !bytes.is_ascii() {
                return None;
            }
            eight_bit_text(bytes)
        }
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches('\0')),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches('\0').to_owned()),
    };
    let (address_type, _) = text.split_once(':')?;
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if address_type.is_empty() || !address_type.chars().all(named) || text.chars().any(char::is_control) {
        return None;
    }
    match text {
        Cow::Borrowed(text) => text.split_once(':').map(|(t, a)| (Cow::Borrowed(t), Cow::Borrowed(a))),
        Cow::Owned(text) => text.split_once(':').map(|(t, a)| (Cow::Owned(t.to_owned()), Cow::Owned(a.to_owned()))),
    }
}

/// UTF-16LE, if the first character is an ASCII letter or digit in two bytes and everything decodes.
fn utf16_text(bytes: &[u8]) -> Option<String> {
    let [first, 0, ..] = bytes else { return None };
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    // Some writers end UTF-16 with a single NUL.
    let bytes = if bytes.len() % 2 == 0 { bytes } else { bytes.strip_suffix(&[0])? };
    let units = bytes.chunks_exact(2).map(|pair| u16::read_le(<[u8; 2]>::try_from(pair).unwrap_or_default()));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

fn eight_bit_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

fn eq_ignore_case(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

fn before_nul(text: &str) -> &str {
    text.split('\0').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Bytes;
    use crate::mapi::corpus;
    use proptest::prelude::*;

    /// From a real message: key bytes, and the attMessageID that spells them.
    const MESSAGE: [u8; 16] = [0xD0, 0x1A, 0x44, 0x6A, 0x89, 0x2F, 0x58, 0x4A, 0x9C, 0x56, 0x3C, 0xBC, 0x60, 0x24, 0x41, 0x08];

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn address_keys_have_an_upper_case_type_and_the_canonical_address() {
        let table: [(&str, &str, &[u8]); 5] = [
            ("SMTP", "jane@example.com", b"SMTP:JANE@EXAMPLE.COM\0"),
            ("smtp", "Jane@Example.com", b"SMTP:JANE@EXAMPLE.COM\0"),
            ("EX", "/o=Org/cn=Recipients/cn=jane", b"EX:/O=ORG/CN=RECIPIENTS/CN=JANE\0"),
            ("Fax", "Jane@+49 89 1", b"FAX:Jane@+49 89 1\0"),
            ("SMTP", "", b"SMTP:\0"),
        ];
        for (address_type, address, bytes) in table {
            let key = SearchKey::address(address_type, address);
            assert_eq!(key.bytes(), bytes);
            let SearchKeyKind::Address { address_type: read_type, address: read } = key.kind() else { panic!("{key:?}") };
            assert!(read_type.eq_ignore_ascii_case(address_type) && read.eq_ignore_ascii_case(address));
        }
    }

    #[test]
    fn kinds_are_told_apart_by_their_bytes() {
        assert_eq!(SearchKey::from(MESSAGE).kind(), SearchKeyKind::Message(MESSAGE));
        assert_eq!(SearchKey::from_bytes(&b"\x01\x02\x03\x04"[..]).kind(), SearchKeyKind::Other);
        assert_eq!(SearchKey::from_bytes(&b""[..]).kind(), SearchKeyKind::Other);
        // An address of 16 bytes is an address...
        let short = SearchKey::from_bytes(&b"SMTP:JANE@X.COM\0"[..]);
        assert_eq!(short.kind(), SearchKeyKind::Address { address_type: "SMTP".into(), address: "JANE@X.COM".into() });
        // ... and a random key with a colon in the right place is no address.
        let random = SearchKey::from_bytes(&b"A:\xE9\xA0\xC1\xD2\xE3\xF4\xA5\xB6\xC7\xD8\xE9\xFA\xAB\xBC"[..]);
        assert!(matches!(random.kind(), SearchKeyKind::Message(_)));
        for wrong in [&b":JANE\0"[..], b"no colon", b"A B:C", b"SMTP:A\nB", b"SMTP\0:A"] {
            assert_eq!(SearchKey::from_bytes(wrong).kind(), SearchKeyKind::Other, "{wrong:?}");
        }
        let latin1 = SearchKey::from_bytes(&b"NOTES:CN=J\xFCrgen/O=Org\0"[..]);
        assert_eq!(latin1.to_string(), "NOTES:CN=J\u{FC}rgen/O=Org");
    }

    #[test]
    fn addresses_match_whatever_their_case_nuls_and_encoding() {
        let key = SearchKey::address("SMTP", "jane@example.com");
        for same in [
            b"SMTP:JANE@EXAMPLE.COM".to_vec(),
            b"SMTP:jane@example.com\0".to_vec(),
            b"smtp:Jane@Example.COM\0\0".to_vec(),
            utf16("SMTP:jane@example.com\0"),
            utf16("SMTP:jane@example.com"),
            [utf16("SMTP:jane@example.com"), vec![0]].concat(),
        ] {
            let same = SearchKey::from_bytes(same);
            assert!(key.matches(&same) && same.matches(&key), "{same:?}");
        }
        for other in [&b"SMTP:JOHN@EXAMPLE.COM\0"[..], b"EX:JANE@EXAMPLE.COM\0", b"SMTP:JANE@EXAMPLE.COM\0X", b""] {
            assert!(!key.matches(&SearchKey::from_bytes(other)), "{other:?}");
        }
        let latin1 = SearchKey::from_bytes(&b"NOTES:J\xDCRGEN\0"[..]);
        assert!(latin1.matches(&SearchKey::from_bytes(utf16("notes:j\u{FC}rgen"))));
    }

    #[test]
    fn message_keys_match_by_their_bytes_alone() {
        let mut other = MESSAGE;
        other[15] = 0;
        assert!(SearchKey::from(MESSAGE).matches(&SearchKey::from(MESSAGE)));
        assert!(!SearchKey::from(MESSAGE).matches(&SearchKey::from(other)));
        assert!(!SearchKey::from(other).matches(&SearchKey::from_bytes(&other[..15])));
    }

    #[test]
    fn the_attribute_is_upper_case_hex_with_a_nul() {
        let text = b"D01A446A892F584A9C563CBC60244108\0";
        assert_eq!(SearchKey::from(MESSAGE).to_hex_attribute(), text);
        assert_eq!(SearchKey::from(MESSAGE).to_string(), "D01A446A892F584A9C563CBC60244108");
        for tolerated in [&text[..], &text[..32], &text.to_ascii_lowercase(), b"D01A446A892F584A9C563CBC60244108\0junk"] {
            assert_eq!(SearchKey::from_hex_attribute(tolerated).unwrap(), SearchKey::from(MESSAGE));
        }
        assert_eq!(SearchKey::from_hex("d01A446A892F584A9C563CBC60244108").unwrap(), SearchKey::from(MESSAGE));
        assert!(SearchKey::from_hex_attribute(b"\0").unwrap().is_empty());
        for wrong in [&b"D01\0"[..], b"D0 1A\0", b"{D01A}\0", b"D0G1\0"] {
            assert_eq!(SearchKey::from_hex_attribute(wrong).unwrap_err().kind(), ErrorKind::Malformed);
        }
    }

    #[test]
    fn new_keys_are_guids_of_version_4() {
        // RFC 9562 appendix A.3: 919108f7-52d1-4320-9bac-f847db4148a8, of which version and variant are not random.
        let random = 0x919108f7_52d1_0320_1bac_f847db4148a8_u128.to_be_bytes();
        let key = SearchKey::new_message(random);
        assert_eq!(key.to_string(), "F7089191D15220439BACF847DB4148A8");
        let SearchKeyKind::Message(bytes) = key.kind() else { panic!("{key:?}") };
        assert_eq!(uuid::Uuid::from_bytes_le(bytes).get_version_num(), 4);
    }

    #[test]
    fn real_keys_are_of_the_kind_that_their_property_says() {
        let samples = corpus::files("tnef");
        let (mut senders, mut messages) = (0, 0);
        for (name, bytes) in samples.iter().filter(|(name, _)| !name.starts_with("fuzz") && !name.starts_with("poc")) {
            // PidTagSenderSearchKey and PidTagSearchKey, PtypBinary, one value.
            for at in corpus::find_all(bytes, b"\x02\x01\x1D\x0C\x01\0\0\0") {
                let key = SearchKey::from_bytes(corpus::counted(bytes, at + 12).unwrap());
                assert!(matches!(key.kind(), SearchKeyKind::Address { .. }), "{name}: {key}");
                let (address_type, address) = key.to_string().split_once(':').map(|(t, a)| (t.to_owned(), a.to_owned())).unwrap();
                assert!(SearchKey::address(&address_type, &address.to_lowercase()).matches(&key), "{name}: {key}");
                senders += 1;
            }
            for at in corpus::find_all(bytes, b"\x02\x01\x0B\x30\x01\0\0\0\x10\0\0\0") {
                let key = SearchKey::from_bytes(corpus::counted(bytes, at + 12).unwrap());
                assert!(matches!(key.kind(), SearchKeyKind::Message(_)), "{name}: {key}");
                messages += 1;
            }
        }
        assert!(samples.is_empty() || (senders > 5 && messages > 5), "{senders} {messages}");
    }

    #[test]
    fn only_binary_values_are_keys() {
        let value = PropValue::Binary(Bytes::borrowed(&MESSAGE));
        assert_eq!(SearchKey::from_value(&value), Some(SearchKey::from(MESSAGE)));
        assert_eq!(SearchKey::from_value(&PropValue::from("SMTP:A@B")), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_kind_match_themselves_and_survive_hex(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let key = SearchKey::from_bytes(bytes.clone());
            prop_assert!(key.matches(&key.clone().into_owned()));
            let _ = key.to_string();
            let back = SearchKey::from_hex_attribute(&key.to_hex_attribute()).unwrap();
            prop_assert_eq!(back.bytes(), &bytes[..]);
        }

        #[test]
        fn any_random_bytes_make_a_message_key(random in any::<[u8; 16]>()) {
            prop_assert!(SearchKey::new_message(random).bytes().len() == 16);
        }

        #[test]
        fn matching_is_symmetric(a in "(SMTP|EX|smtp):[a-cA-C]{0,2}\0?", b in "(SMTP|EX|smtp):[a-cA-C]{0,2}\0?") {
            let (a, b) = (SearchKey::from_bytes(a.into_bytes()), SearchKey::from_bytes(b.into_bytes()));
            prop_assert_eq!(a.matches(&b), b.matches(&a));
        }
    }
}
