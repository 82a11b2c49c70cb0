//! What values mean: names of properties, numbers and binary structures in words.

use std::borrow::Cow;

use crate::base::{CodePage, DateTime};
use crate::mapi::blob::{ConversationIndex, CorrelationKey, GlobalObjectId, ReportTag, VerbStream};
use crate::mapi::entry_id::{EntryId, FlatEntryList};
use crate::mapi::search_key::SearchKeyKind;
use crate::mapi::{NameKind, PropName, PropTag, PropValue, SearchKey, dictionary, enums, tags};
use crate::rtf::lzfu::Header;
use crate::tnef::{ChecksumState, Framing, MessageStatus, PropertyRef};

/// The specification's name of a property, if it has one.
pub fn name(tag: PropTag, name: Option<&PropName<'_>>) -> Option<&'static str> {
    match name {
        Some(name) => name.canonical_name(),
        None => tag.name(),
    }
}

/// A name as `PSETID_Common/0x8503` or `PS_PUBLIC_STRINGS/Keywords`; the GUID where the set is unknown.
pub fn set_and_name(name: &PropName<'_>) -> String {
    let set = match dictionary::set_name(name.set) {
        Some(set) => Cow::Borrowed(set),
        None => Cow::Owned(format!("{{{}}}", name.set)),
    };
    match &name.kind {
        NameKind::Lid(lid) => format!("{set}/0x{lid:04X}"),
        NameKind::String(text) => format!("{set}/{}", text.to_text()),
    }
}

/// What the value of a property means, beside what it is; `None` if that is all there is to say.
pub fn meaning(property: &PropertyRef<'_>, value: &PropValue<'_>) -> Option<String> {
    let tag = property.tag();
    match value {
        PropValue::Integer32(number) if property.name().is_none() => {
            if [tags::MESSAGE_CODEPAGE, tags::INTERNET_CODEPAGE].contains(&tag) {
                return CodePage(u32::try_from(*number).ok()?).name().map(str::to_owned);
            }
            enums::describe(tag, i64::from(*number)).map(Cow::into_owned)
        }
        PropValue::Currency(ten_thousandths) => {
            let sign = if *ten_thousandths < 0 { "-" } else { "" };
            let units = ten_thousandths.unsigned_abs();
            Some(format!("{sign}{}.{:04}", units / 10_000, units % 10_000))
        }
        PropValue::FloatingTime(days) => DateTime::from_floating_time(*days).map(|date| date.to_string()),
        PropValue::ErrorCode(code) => error_name(*code).map(str::to_owned),
        PropValue::Time(time) if !time.is_date() => Some("no date".to_owned()),
        PropValue::Binary(bytes) if !bytes.is_empty() => structure(name(tag, property.name().as_ref())?, bytes),
        _ => None,
    }
}

/// Names of the error codes that stand for the values of properties ([MS-OXCDATA] 2.4).
fn error_name(code: u32) -> Option<&'static str> {
    match code {
        0x8004_010F => Some("not found"),
        0x8007_000E => Some("not enough memory"),
        0x8007_0005 => Some("access denied"),
        0x8004_0102 => Some("not supported"),
        _ => None,
    }
}

/// The binary structure that the property of this name holds.
fn structure(name: &str, bytes: &[u8]) -> Option<String> {
    match name {
        "PidTagConversationIndex" => {
            let index = ConversationIndex::parse(bytes).ok()?;
            let replies = match index.levels.len() {
                0 => "no reply".to_owned(),
                1 => "1 reply deep".to_owned(),
                n => format!("{n} replies deep"),
            };
            Some(format!("thread of {}, {replies}", index.time()))
        }
        "PidTagRtfCompressed" => {
            let header = Header::parse(bytes)?;
            Some(format!("{} bytes of RTF, {}", header.raw_size, header.comp_type))
        }
        "PidTagReportTag" => Some(ReportTag::parse(bytes).ok()?.to_string()),
        "PidTagTnefCorrelationKey" => Some(CorrelationKey(Cow::Borrowed(bytes)).to_string()),
        "PidLidGlobalObjectId" | "PidLidCleanGlobalObjectId" => {
            let id = GlobalObjectId::parse(bytes).ok()?;
            let day = if id.instance_date.is_none() { String::new() } else { format!(", instance of {}", id.instance_date) };
            match id.third_party_uid() {
                Some(uid) => Some(format!("UID {uid}{day}")),
                None if id.creation_time.is_date() => Some(format!("made {}{day}", id.creation_time)),
                None => Some(day.trim_start_matches(", ").to_owned()).filter(|day| !day.is_empty()),
            }
        }
        "PidLidVerbStream" => {
            let stream = VerbStream::parse(bytes).ok()?;
            let votes: Vec<String> = stream.votes().map(|verb| verb.name()).collect();
            Some(format!("votes: {}", votes.join(", "))).filter(|_| !votes.is_empty())
        }
        _ if name.ends_with("SearchKey") => match SearchKey::from_bytes(bytes).kind() {
            SearchKeyKind::Address { address_type, address } => Some(format!("{address_type}:{address}")),
            _ => None,
        },
        _ if name.ends_with("EntryId") => match EntryId::parse(bytes) {
            EntryId::Other(_) => None,
            known => Some(known.to_string()),
        },
        "PidTagReplyRecipientEntries" => {
            let list = FlatEntryList::parse(bytes).ok()?;
            Some(list.entry_ids().map(|id| id.to_string()).collect::<Vec<_>>().join("; "))
        }
        _ => None,
    }
}

/// The bits of attMessageStatus, in the words that [MS-OXTNEF] 2.1.3.3.8 has for them.
pub fn status_words(status: MessageStatus) -> Vec<Cow<'static, str>> {
    const WORDS: [(MessageStatus, &str); 5] = [
        (MessageStatus::MODIFIED, "modified"),
        (MessageStatus::LOCAL, "local"),
        (MessageStatus::SUBMITTED, "submitted"),
        (MessageStatus::READ, "read"),
        (MessageStatus::HAS_ATTACH, "has attachment"),
    ];
    let named = WORDS.iter().fold(MessageStatus::empty(), |all, (bit, _)| all | *bit);
    let mut words: Vec<Cow<'static, str>> =
        WORDS.iter().filter(|(bit, _)| status.contains(*bit)).map(|(_, word)| Cow::Borrowed(*word)).collect();
    let rest = status.bits() & !named.bits();
    if rest != 0 {
        words.push(Cow::Owned(format!("0x{rest:02X}")));
    }
    words
}

/// How the end of an attribute was found, in a word.
pub fn framing_word(framing: Framing) -> &'static str {
    match framing {
        Framing::Declared => "declared",
        Framing::Repaired => "repaired",
        Framing::LineEndsCollapsed => "line-ends-collapsed",
        Framing::Estimated => "estimated",
        Framing::Truncated => "truncated",
    }
}

/// The sum of the data that a checksum should be.
pub fn computed_checksum(state: ChecksumState, stored: Option<u16>, data: &[u8]) -> u16 {
    match (state, stored) {
        (ChecksumState::Mismatch { computed, .. }, _) => computed,
        (ChecksumState::Match, Some(stored)) => stored,
        _ => crate::tnef::checksum(data),
    }
}
