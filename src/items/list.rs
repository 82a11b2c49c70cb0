//! Personal distribution lists ([MS-OXOCNTC] 2.2.2).

use crate::base::context::Ctx;
use crate::base::{Code, Result};
use crate::mapi::EntryId;
use crate::mapi::blob::{ListMember, ListMembers, list_checksum};
use crate::message::Message;
use crate::{named, tags};

use super::common::{Common, left_out, named_text, structure, text};
use super::person::{Person, one_off};

/// A list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DistributionList {
    /// Facts that items of all kinds have.
    pub common: Common,
    /// Identifier.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// The members, in their order.
    pub members: Vec<Member>,
}

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Member {
    /// Person or list that is a member.
    pub person: Person,
    /// Says whether the member is a list itself.
    pub is_list: bool,
}

/// Both lists of members together may be so long; what is longer is a stream.
const MOST: usize = 15_000;

impl Member {
    /// Somebody who is no list.
    #[must_use]
    pub fn new(person: Person) -> Member {
        Member { person, is_list: false }
    }
}

impl DistributionList {
    /// A list without members.
    #[must_use]
    pub fn new(name: impl Into<String>) -> DistributionList {
        DistributionList { common: Common::default(), uid: String::new(), name: name.into(), members: Vec::new() }
    }

    pub(super) fn write(&self, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
        let mut message = Message::new("IPM.DistList");
        self.common.write(&mut message)?;
        self.common.write_uid(&self.uid, None, &mut message);
        message.set(named::DISTRIBUTION_LIST_NAME, self.name.as_str());
        message.set(tags::DISPLAY_NAME, self.name.as_str());
        message.set(named::FILE_UNDER, self.name.as_str());
        message.set(named::SIDE_EFFECTS, 0x110);
        message.set(tags::ICON_INDEX, 0x202);
        let mut ids: Vec<Vec<u8>> = Vec::new();
        for member in &self.members {
            if member.is_list {
                left_out(format!("that the member {} is a list", member.person.shown_name()), ctx)?;
            }
            ids.extend(member.person.list_entry_id());
        }
        let bytes: usize = ids.iter().map(Vec::len).sum();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if bytes > MOST {
            let members = ids.iter().map(|id| ListMember { entry_id: id.into(), one_off: id.into(), ..ListMember::default() });
            let totals = [count(bytes), count(bytes), 0];
            let trailing = [0; 8].to_vec().into();
            let list = ListMembers { version: 1, totals, members: members.collect(), trailing, ..ListMembers::default() };
            message.set(named::DISTRIBUTION_LIST_STREAM, list.to_bytes()?);
            return Ok(message);
        }
        let sum = list_checksum(ids.iter().map(Vec::as_slice));
        message.set(named::DISTRIBUTION_LIST_CHECKSUM, {
            let sum: i32 = crate::base::wire::signed(sum);
            sum
        });
        message.set(named::DISTRIBUTION_LIST_MEMBERS, ids.as_slice());
        message.set(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS, ids);
        Ok(message)
    }

    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<DistributionList> {
        let common = Common::read(message, ctx)?;
        let page = message.code_page();
        let stream = match message.get(named::DISTRIBUTION_LIST_STREAM).filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => structure(ListMembers::parse(bytes), "PidLidDistributionListStream", ctx)?,
            None => None,
        };
        let (ids, one_offs): (Vec<&[u8]>, Vec<&[u8]>) = match &stream {
            Some(stream) => stream.members.iter().map(|member| (member.entry_id.as_ref(), member.one_off.as_ref())).unzip(),
            None => {
                let ids = message.get(named::DISTRIBUTION_LIST_MEMBERS).unwrap_or_default();
                if let Some(sum) = message.get(named::DISTRIBUTION_LIST_CHECKSUM) {
                    let found: i32 = crate::base::wire::signed(list_checksum(ids.iter().copied()));
                    if sum != found {
                        ctx.defect(Code::ItemListChanged, 0, 0, "the checksum of the members is another one")?;
                    }
                }
                (ids, message.get(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS).unwrap_or_default())
            }
        };
        let mut members = Vec::new();
        for n in 0..ids.len().max(one_offs.len()) {
            let (id, own) = (ids.get(n).copied().unwrap_or_default(), one_offs.get(n).copied().unwrap_or_default());
            let entry = EntryId::parse(id);
            let (is_list, inner) = match &entry {
                // The low four bits say what it is: 4 a list of contacts, 6 one of the directory.
                EntryId::Wrapped(wrapped) => (matches!(wrapped.wrapped_type & 0x0F, 4 | 6), wrapped.entry_id.as_ref()),
                _ => (false, id),
            };
            match one_off(own, page).or_else(|| one_off(inner, page)) {
                Some(person) => members.push(Member { person, is_list }),
                None => ctx.defect(Code::ItemStructureUnreadable, 0, 0, format!("member {n} of the list has no name"))?,
            }
        }
        let name = named_text(message, named::DISTRIBUTION_LIST_NAME).or_else(|| text(message, tags::DISPLAY_NAME));
        let name = name.unwrap_or_else(|| common.subject.clone());
        Ok(DistributionList { uid: common.uid(message, None), name, members, common })
    }
}
