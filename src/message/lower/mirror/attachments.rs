//! The attachments as those that they were read from, with what was changed since.
//!
//! Where contents stand in the source, new contents of the same kind stand too; of another kind, where a writer puts them.

use super::*;

/// Where the contents of an attachment stand in the source.
#[derive(Debug)]
enum Container<'m> {
    None,
    /// PidTagAttachDataObject at an offset.
    Object(u64, Object<'m>),
    /// PidTagAttachDataBinary at an offset.
    Binary(u64, &'m [u8]),
    /// attAttachData, by the number of its piece.
    Attribute(usize, &'m [u8]),
}

/// The interface id that some writers put before a message that is no PtypObject.
const INTERFACE_LENGTH: usize = 16;

impl<'m> Mirror<'m, '_> {
    /// Decides about the attachments; the result is their order.
    pub(super) fn attachments(&mut self) -> Result<Vec<Group<'m>>> {
        let message = self.message;
        let mut groups = Vec::new();
        let mut claimed = HashSet::new();
        for (number, attachment) in message.attachments.iter().enumerate() {
            let within = |error: Error| error.within("attAttachment", Some(number));
            let part = attachment.origin.and_then(|origin| message.layout.parts.binary_search(&origin).ok());
            match part.filter(|part| claimed.insert(*part)) {
                Some(part) => {
                    self.part(part, attachment).map_err(within)?;
                    groups.push(Group::Source(part));
                }
                None => {
                    let key = self.key.or(message.key).unwrap_or(1);
                    let rope = canonical::attachment(&mut self.encoder, attachment, &[], self.options, key, self.depth);
                    groups.push(Group::New(rope.map_err(within)?));
                }
            }
        }
        self.removed = (0..message.layout.parts.len()).filter(|part| !claimed.contains(part)).collect();
        Ok(groups)
    }

    /// Decides about the attributes of an attachment.
    fn part(&mut self, part: usize, attachment: &'m Attachment<'_>) -> Result<()> {
        canonical::check_data_property(attachment)?;
        let set = &attachment.properties;
        let scope = self.scope(Some(part), self.range(part));
        let mut facts = Facts::new(&scope, &self.message.layout);
        facts.add(&scope.attributes, "");
        let mut carried = Carried::default();
        self.legacy(&scope, &facts, set, "", &mut carried);
        self.rend_data(&scope, &facts, attachment, &mut carried);

        let container = container(&scope, &facts);
        let mut extras = Vec::new();
        let data = self.content(part, &scope, &container, attachment, &mut extras)?;
        if let Some(list) = self.lists(&scope, set, &carried, extras, data)? {
            let list = list.framed(Level::ATTACHMENT, AttrId::ATTACHMENT)?;
            self.part_end.entry(part).or_default().push(list);
        }
        Ok(())
    }

    fn rend_data(&mut self, scope: &Scope<'m>, facts: &Facts<'m>, attachment: &Attachment<'_>, carried: &mut Carried) {
        let set = &attachment.properties;
        let found = scope.attributes.iter().zip(&scope.numbers).find(|(a, _)| a.id() == AttrId::ATTACH_REND_DATA);
        let Some((attribute, number)) = found else { return };
        let source = match attribute.value() {
            Ok(AttributeValue::RendData(rend)) => Some(rend),
            _ => None,
        };
        let ids = [tags::ATTACH_METHOD, tags::RENDERING_POSITION, tags::ATTACH_TAG, tags::ATTACH_ENCODING].map(|tag| tag.id());
        if source == attachment.rend_data && !ids.iter().any(|id| facts.changed(*id, set)) {
            mapping::properties(attribute, "").iter().for_each(|fact| carried.add_id(fact.tag.id()));
            return;
        }
        let mut rend = canonical::rend_data(attachment);
        let was_mac = facts.value(tags::ATTACH_ENCODING.id());
        let was_mac = was_mac.is_some_and(|value| value.as_bytes() == Some(ATTACH_ENCODING_MAC_BINARY));
        if was_mac && set.get(tags::ATTACH_ENCODING).is_none() {
            rend.flags.remove(RendFlags::MAC_BINARY);
        }
        let mut data = Vec::new();
        rend.emit(&mut data);
        carried.add(AttrId::ATTACH_REND_DATA, &data, set, self.encoder.code_page, "");
        self.act(*number, Action::Data(Rope::from(data)));
    }

    /// Decides where the contents go. The result is the place of their property in the source and what it becomes, `None` if
    /// it stays or goes away; contents that get a new property are added to `extras`.
    fn content(
        &mut self,
        part: usize,
        scope: &Scope<'m>,
        container: &Container<'m>,
        attachment: &'m Attachment<'_>,
        extras: &mut Vec<Item<'m>>,
    ) -> Result<Option<(u64, Contents<'m>)>> {
        let key = self.key.or(self.message.key).unwrap_or(1);
        let number = scope.attributes.iter().zip(&scope.numbers).filter(|(a, _)| a.id() == AttrId::ATTACH_DATA).map(|(_, n)| *n);
        let attributes: Vec<usize> = number.collect();
        let borrowed = |bytes: &'m [u8]| {
            let mut rope = Rope::default();
            rope.borrow(bytes);
            rope
        };
        match (container, &attachment.content) {
            (Container::None, Content::None) => Ok(None),
            // As it was read, or with other contents in the same place.
            (Container::Object(offset, was), Content::Object(is)) => {
                if was == is {
                    return Ok(Some((*offset, Contents::Keep)));
                }
                let mut new = Rope::default();
                canonical::object_property(&mut new, is.interface, borrowed(&is.data))?;
                Ok(Some((*offset, Contents::New(new))))
            }
            (Container::Object(offset, was), Content::Message(inner)) => {
                let stream = self.nested(inner)?;
                if was.interface == Some(Object::IMESSAGE) && stream.is(&was.data) {
                    return Ok(Some((*offset, Contents::Keep)));
                }
                let mut new = Rope::default();
                canonical::object_property(&mut new, Some(Object::IMESSAGE), stream)?;
                Ok(Some((*offset, Contents::New(new))))
            }
            (Container::Binary(offset, was), Content::Bytes(is)) => {
                if *was == &**is {
                    return Ok(Some((*offset, Contents::Keep)));
                }
                // The same data stands in the attribute too.
                for number in &attributes {
                    if self.attribute(*number).is_some_and(|(attribute, _)| attribute.data() == *was) {
                        self.act(*number, Action::Data(borrowed(is)));
                    }
                }
                let mut new = Rope::default();
                encode::data_property(&mut new, tags::ATTACH_DATA_BINARY, None, borrowed(is))?;
                Ok(Some((*offset, Contents::New(new))))
            }
            (Container::Binary(offset, was), Content::Message(inner)) if is_stream(was) => {
                let mut data = borrowed(before_stream(was));
                data.append(self.nested(inner)?);
                if data.is(was) {
                    return Ok(Some((*offset, Contents::Keep)));
                }
                let mut new = Rope::default();
                encode::data_property(&mut new, tags::ATTACH_DATA_BINARY, None, data)?;
                Ok(Some((*offset, Contents::New(new))))
            }
            (Container::Attribute(number, was), Content::Bytes(is)) => {
                if *was != &**is {
                    self.act(*number, Action::Data(borrowed(is)));
                }
                Ok(None)
            }
            (Container::Attribute(number, was), Content::Message(inner)) if is_stream(was) => {
                let mut data = borrowed(before_stream(was));
                data.append(self.nested(inner)?);
                if !data.is(was) {
                    self.act(*number, Action::Data(data));
                }
                Ok(None)
            }
            // Contents of another kind: nothing of the old ones stays.
            (_, content) => {
                for number in &attributes {
                    self.act(*number, Action::Drop);
                }
                match content {
                    Content::None => {}
                    Content::Bytes(_) | Content::Deferred(_) => {
                        let data = canonical::file_data(content, self.depth)?.unwrap_or_default();
                        let framed = data.clone().framed(Level::ATTACHMENT, AttrId::ATTACH_DATA)?;
                        match (attributes.first(), scope.lists.first()) {
                            (Some(number), _) => self.act(*number, Action::Data(data)),
                            (None, Some((number, _, _))) => self.before.push((*number, framed)),
                            (None, None) => self.part_end.entry(part).or_default().push(framed),
                        }
                    }
                    Content::Object(_) | Content::Message(_) => {
                        let new = canonical::listed_content(content, self.options, key, self.depth)?;
                        match (container, new) {
                            (Container::Object(offset, _) | Container::Binary(offset, _), Some(new)) => {
                                return Ok(Some((*offset, Contents::New(new))));
                            }
                            (_, new) => extras.extend(new.map(|new| Item::Data { offset: None, new: Some(new) })),
                        }
                    }
                }
                Ok(match container {
                    Container::Object(offset, _) | Container::Binary(offset, _) => Some((*offset, Contents::Remove)),
                    Container::None | Container::Attribute(..) => None,
                })
            }
        }
    }

    fn nested(&self, inner: &'m Message<'_>) -> Result<Rope<'m>> {
        let key = self.key.or(self.message.key);
        let stream = inner.lowered(&inner.properties, self.options, key, self.depth.saturating_add(1));
        stream.map_err(|error| error.within("PidTagAttachDataObject", None))
    }
}

/// What stands before an embedded message's stream in bytes that are no PtypObject: an interface id, or nothing.
fn before_stream(bytes: &[u8]) -> &[u8] {
    let skipped = if bytes.starts_with(&SIGNATURE_BYTES) { 0 } else { INTERFACE_LENGTH };
    bytes.get(..skipped).unwrap_or_default()
}

/// Whether the bytes hold an embedded message's stream.
fn is_stream(bytes: &[u8]) -> bool {
    let signature = SIGNATURE_BYTES;
    bytes.starts_with(&signature) || bytes.get(INTERFACE_LENGTH..).is_some_and(|rest| rest.starts_with(&signature))
}

/// Where the contents of an attachment stand: in the property, else in the last attAttachData, as reading has it.
fn container<'m>(scope: &Scope<'m>, facts: &Facts<'m>) -> Container<'m> {
    if let Some(listed) = facts.listed.get(&tags::ATTACH_DATA_BINARY.id()) {
        match listed.value() {
            PropValue::Object(object) => return Container::Object(listed.offset(), object),
            PropValue::Binary(bytes) => return Container::Binary(listed.offset(), bytes.as_borrowed().unwrap_or_default()),
            _ => {}
        }
    }
    let data = scope.attributes.iter().zip(&scope.numbers).rev().find(|(a, _)| a.id() == AttrId::ATTACH_DATA);
    data.map_or(Container::None, |(attribute, number)| Container::Attribute(*number, attribute.data()))
}
