//! The meaning of property values in words: named numbers, and the binary structures that properties carry.

use std::borrow::Cow;

use crate::base::{CodePage, DateTime};
use crate::mapi::blob::{ConversationIndex, CorrelationKey, GlobalObjectId, ReportTag, VerbStream};
use crate::mapi::entry_id::{EntryId, FlatEntryList};
use crate::mapi::search_key::SearchKeyKind;
use crate::mapi::{ErrorCode, PropValue, SearchKey, dictionary, tags, value_name};
use crate::rtf::lzfu::Header;
use crate::tnef::PropertyRef;

/// Says in words what the value of a property means, for people: `by value` for PidTagAttachMethod 1, the time of a conversation index,
/// the address in a search key. `None` if the value says it all, or nobody knows more.
///
/// The words are not stable, and those that come from the value are as foreign as it is.
#[must_use]
pub fn describe(property: &PropertyRef<'_>, value: &PropValue<'_>) -> Option<String> {
    let tag = property.tag();
    match value {
        PropValue::Integer32(number) if property.name().is_none() => {
            if [tags::MESSAGE_CODEPAGE, tags::INTERNET_CODEPAGE].contains(&tag) {
                return CodePage(u32::try_from(*number).ok()?).name().map(str::to_owned);
            }
            value_name(tag, i64::from(*number)).map(Cow::into_owned)
        }
        PropValue::Currency(ten_thousandths) => {
            let sign = if *ten_thousandths < 0 { "-" } else { "" };
            let units = ten_thousandths.unsigned_abs();
            Some(format!("{sign}{}.{:04}", units / 10_000, units % 10_000))
        }
        PropValue::FloatingTime(days) => DateTime::from_floating_time(*days).map(|date| date.to_string()),
        PropValue::ErrorCode(code) => ErrorCode(*code).meaning().map(str::to_owned),
        PropValue::Time(time) if !time.is_date() => Some("no date".to_owned()),
        PropValue::Binary(bytes) if !bytes.is_empty() => {
            structure(dictionary::canonical_name(tag, property.name().as_ref())?, bytes)
        }
        _ => None,
    }
}

/// Describes the binary structure that the property of this name carries; `None` if it carries none, or a damaged one.
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
