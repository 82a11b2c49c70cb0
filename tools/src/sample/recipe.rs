//! What every sample is made with: a seed, a size, and builders of streams.
//!
//! Nothing comes from anywhere else, so the same seed makes the same bytes on every machine.

use winmail::Result;
use winmail::base::LegacyAttributes;
use winmail::mapi::{PropTag, PropValue, RecipientType, SearchKey, String8, Utf16, tags};
use winmail::tnef::{AttrId, Dtr, Level, PropertyListWriter, RendData, Writer};
use winmail::{DateTime, FileTime, WriteOptions};
use winmail::{Message, Recipient};

/// What a sample may depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    /// How large or how many, for shapes that have a size.
    pub(super) size: u64,
}

impl Recipe {
    /// Numbers for one purpose, which `salt` tells from others.
    pub(super) fn numbers(&self, salt: u64) -> Numbers {
        Numbers(self.seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Bytes that no program would take for text.
    pub(super) fn bytes(&self, salt: u64, length: usize) -> Vec<u8> {
        let mut numbers = self.numbers(salt);
        let mut bytes: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| numbers.draw().to_le_bytes()).collect();
        bytes.truncate(length);
        bytes
    }

    /// A search key. That of seed 0 can be read.
    pub(super) fn key(&self, last: u8) -> Vec<u8> {
        let mut key = b"winmail testdat".to_vec();
        key.push(last);
        if self.seed == 0 {
            return key;
        }
        let noise = self.bytes(u64::from(last), key.len());
        key.iter().zip(noise).map(|(one, other)| one ^ other).collect()
    }

    /// The size as a count.
    pub(super) fn count(&self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }
}

/// The SplitMix64 generator: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
#[derive(Debug, Clone)]
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z.wrapping_shr(30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z.wrapping_shr(27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z.wrapping_shr(31)
    }
}

pub(super) fn text(text: &str) -> PropValue<'static> {
    PropValue::String(Utf16::from(text))
}

pub(super) fn text8(bytes: &[u8]) -> PropValue<'static> {
    PropValue::String8(String8(bytes.to_vec().into()))
}

pub(super) fn binary(bytes: impl Into<Vec<u8>>) -> PropValue<'static> {
    PropValue::Binary(bytes.into().into())
}

pub(super) fn number(value: i32) -> PropValue<'static> {
    PropValue::Integer32(value)
}

/// 2026-10-05 at an hour, UTC.
pub(super) fn time(hour: u16, minute: u16) -> FileTime {
    let date = DateTime::new(2026, 10, 5, hour, minute, 0);
    date.and_then(FileTime::from_date_time).unwrap_or(FileTime::ZERO)
}

/// The same without a time zone, as attributes have it.
pub(super) fn date(hour: u16, minute: u16) -> Vec<u8> {
    let mut out = Vec::new();
    Dtr { year: 2026, month: 10, day: 5, hour, minute, second: 0, day_of_week: 1 }.emit(&mut out);
    out
}

/// The data of a property list.
pub(super) fn list(properties: &[(PropTag, PropValue<'_>)]) -> Result<Vec<u8>> {
    let mut list = PropertyListWriter::new();
    for (tag, value) in properties {
        list.push(*tag, None, value)?;
    }
    Ok(list.into_bytes())
}

/// The data of a recipient table.
pub(super) fn table(rows: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    [&count.to_le_bytes()[..], &rows.concat()].concat()
}

/// RENDDATA of a file that is not shown in the text.
pub(super) fn rend_data() -> Vec<u8> {
    let mut out = Vec::new();
    RendData::default().emit(&mut out);
    out
}

/// A stream of attributes in the making.
#[derive(Debug)]
pub(super) struct Stream(Writer<Vec<u8>>);

impl Stream {
    /// Signature and key.
    pub(super) fn bare() -> Result<Self> {
        Ok(Stream(Writer::new(Vec::new(), 0x1234)?))
    }

    /// Signature, key, version and code page.
    pub(super) fn in_code_page(code_page: u32) -> Result<Self> {
        let pages = [code_page.to_le_bytes(), [0; 4]].concat();
        Stream::bare()?.message(AttrId::TNEF_VERSION, &0x0001_0000u32.to_le_bytes())?.message(AttrId::OEM_CODEPAGE, &pages)
    }

    /// Signature, key, version, code page 1252 and class: what every stream begins with.
    pub(super) fn of_class(class: &[u8]) -> Result<Self> {
        Stream::in_code_page(1252)?.message(AttrId::MESSAGE_CLASS, class)
    }

    pub(super) fn mail() -> Result<Self> {
        Stream::of_class(b"IPM.Microsoft Mail.Note\0")
    }

    pub(super) fn message(mut self, id: AttrId, data: &[u8]) -> Result<Self> {
        self.0.attribute(Level::MESSAGE, id, data)?;
        Ok(self)
    }

    pub(super) fn part(mut self, id: AttrId, data: &[u8]) -> Result<Self> {
        self.0.attribute(Level::ATTACHMENT, id, data)?;
        Ok(self)
    }

    /// An attachment; `data` is not there where the property list has it.
    pub(super) fn attachment(self, title: &[u8], data: Option<&[u8]>, properties: &[u8]) -> Result<Self> {
        let stream = self.part(AttrId::ATTACH_REND_DATA, &rend_data())?.part(AttrId::ATTACH_TITLE, title)?;
        let stream = match data {
            Some(data) => stream.part(AttrId::ATTACH_DATA, data)?,
            None => stream,
        };
        stream.part(AttrId::ATTACHMENT, properties)
    }

    /// A file under a name.
    pub(super) fn file(self, name: &str, data: &[u8]) -> Result<Self> {
        let properties = list(&[(tags::ATTACH_METHOD, number(1)), (tags::ATTACH_LONG_FILENAME, text(name))])?;
        self.attachment(&[name.as_bytes(), b"\0"].concat(), Some(data), &properties)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }
}

/// A message of a class, with what every message has.
pub(super) fn item(recipe: &Recipe, class: &str, subject: &str) -> Message<'static> {
    let mut message = Message::new(class);
    let properties = &mut message.properties;
    properties.set(tags::SUBJECT, subject);
    properties.set(tags::CLIENT_SUBMIT_TIME, PropValue::Time(time(9, 30)));
    properties.set(tags::SEARCH_KEY, binary(recipe.key(1)));
    properties.set(tags::IMPORTANCE, number(1));
    for (name, address_type, address) in [
        (tags::SENDER_NAME, tags::SENDER_ADDRESS_TYPE, tags::SENDER_EMAIL_ADDRESS),
        (tags::SENT_REPRESENTING_NAME, tags::SENT_REPRESENTING_ADDRESS_TYPE, tags::SENT_REPRESENTING_EMAIL_ADDRESS),
    ] {
        properties.set(name, "Jane Doe");
        properties.set(address_type, "SMTP");
        properties.set(address, "jane@example.org");
    }
    message
}

pub(super) fn recipient(recipient_type: RecipientType, name: &str, address: &str) -> Recipient<'static> {
    Recipient::smtp(recipient_type, name, address)
}

/// A new message as a stream.
pub(super) fn written(message: &Message<'_>, legacy: LegacyAttributes) -> Result<Vec<u8>> {
    message.to_tnef(&WriteOptions::canonical().with_legacy(legacy).with_key(0x1234))
}

/// The text of attMessageID and its like.
pub(super) fn hex_text(bytes: &[u8]) -> Vec<u8> {
    SearchKey::from_bytes(bytes.to_vec()).to_hex_attribute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_splitmix64() {
        // The first three for the seed 1234567, as the reference program in C prints them.
        let mut numbers = Numbers(1_234_567);
        let drawn = [numbers.draw(), numbers.draw(), numbers.draw()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_seed_changes_what_is_drawn_and_nothing_else() {
        let recipe = |seed| Recipe { seed, size: 0 };
        assert_eq!(recipe(0).key(7), b"winmail testdat\x07");
        assert_eq!(recipe(5).bytes(1, 9), recipe(5).bytes(1, 9));
        assert_ne!(recipe(5).key(7), recipe(6).key(7));
        assert_ne!(recipe(5).bytes(1, 8), recipe(5).bytes(2, 8));
        assert_eq!(recipe(5).bytes(1, 9).len(), 9);
    }
}
