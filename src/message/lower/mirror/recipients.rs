//! The recipient table as the one that it was read from, with what was changed since: rows are matched by their offsets, those
//! that are the same are copied, and what is no row keeps its place behind the row before it.

use std::collections::HashMap;
use std::num::Saturating;

use super::*;

impl<'m> Mirror<'m, '_> {
    /// Decides about the recipient table.
    pub(super) fn recipients(&mut self, scope: &Scope<'m>) -> Result<()> {
        let within = |error: Error| error.within("attRecipTable", None);
        let mut tables = Vec::new();
        for (attribute, number) in scope.attributes.iter().zip(&scope.numbers) {
            if let Ok(AttributeValue::Recipients(table)) = attribute.value() {
                tables.push((*number, table, attribute.data_range(), attribute.data()));
            }
        }
        let table_of =
            |origin: Option<u64>| tables.iter().position(|(_, _, range, _)| origin.is_some_and(|at| range.contains(&at)));
        let mut wanted: Vec<Vec<usize>> = tables.iter().map(|_| Vec::new()).collect();
        let mut added = Vec::new();
        // A new one goes behind the one before it.
        let mut current = 0;
        for (number, recipient) in self.message.recipients.iter().enumerate() {
            current = table_of(recipient.origin).unwrap_or(current);
            match wanted.get_mut(current) {
                Some(wanted) => wanted.push(number),
                None => added.push(number),
            }
        }
        for ((number, table, _, data), wanted) in tables.iter().zip(wanted) {
            if let Some(rope) = self.table(table, data, &wanted).map_err(within)? {
                self.act(*number, Action::Data(rope));
            }
        }
        if added.is_empty() {
            return Ok(());
        }
        let mut rope = Rope::default();
        rope.own().emit_u32(u32::try_from(added.len()).unwrap_or(u32::MAX));
        for number in added {
            rope.append(self.new_row(number).map_err(within)?);
        }
        let rope = rope.framed(Level::MESSAGE, AttrId::RECIP_TABLE)?;
        match scope.lists.first() {
            Some((number, _, _)) => self.before.push((*number, rope)),
            None => self.message_end.push(rope),
        }
        Ok(())
    }

    fn new_row(&mut self, number: usize) -> Result<Rope<'m>> {
        let message = self.message;
        let recipient = message.recipients.get(number).ok_or_else(|| Error::new(ErrorKind::Unencodable, "no such recipient"))?;
        canonical::row(&mut self.encoder, recipient).map_err(|error| error.within("row", Some(number)))
    }

    /// A recipient table of the recipients with these numbers; `None` if it is as it was.
    fn table(&mut self, table: &RecipientTable<'m>, data: &'m [u8], wanted: &[usize]) -> Result<Option<Rope<'m>>> {
        let message = self.message;
        let start = table.rows().next().map(|row| match row {
            Row::Properties { offset, .. } | Row::Lost { offset, .. } => offset,
        });
        let slice = |offset: u64, length: u64| {
            let from = Offset::from(offset) - Offset::from(start.unwrap_or(0)) + 4;
            from.until(from + Offset::from(length), data)
        };
        // The rows as they are in the source: offset, bytes, and what they become.
        let mut kept: HashMap<u64, Rope<'m>> = HashMap::new();
        let mut changed = false;
        let mut order = Vec::new();
        let mut rows = Saturating(0i64);
        let mut fixed: HashMap<Option<u64>, Vec<&'m [u8]>> = HashMap::new();
        // Where two come from one row, the first is that row.
        let wanted_at: HashMap<u64, usize> =
            wanted.iter().rev().filter_map(|number| Some((message.recipients.get(*number)?.origin?, *number))).collect();
        let mut previous = None;
        for row in table.rows() {
            match row {
                Row::Properties { list, offset, length } if !self.is_unread_row(offset) => {
                    rows += 1;
                    let bytes = slice(offset, length).unwrap_or_default();
                    let Some(number) = wanted_at.get(&offset) else {
                        changed = true;
                        continue;
                    };
                    let Some(recipient) = message.recipients.get(*number) else { continue };
                    let set = &recipient.properties;
                    let (items, added) = row_items(set, (offset, (Offset::from(offset) + Offset::from(length)).get()));
                    let pieces = list.iter().flatten().map(PropertyPiece::Property);
                    let rope = list::list(&mut self.encoder, &list, pieces, set, items, added, &message.layout)
                        .map_err(|error| error.within("row", Some(*number)))?;
                    changed |= rope.is_some();
                    let mut copied = Rope::default();
                    copied.borrow(bytes);
                    kept.insert(offset, rope.unwrap_or(copied));
                    order.push(*number);
                    previous = Some(offset);
                }
                Row::Properties { offset, length, .. } => {
                    fixed.entry(previous).or_default().push(slice(offset, length).unwrap_or_default())
                }
                Row::Lost { bytes, .. } => fixed.entry(previous).or_default().push(bytes),
            }
        }
        if !changed && order == wanted {
            return Ok(None);
        }
        let trailing = previous.filter(|_| !fixed.is_empty());
        let mut out = Rope::default();
        let mut count = Saturating(0i64);
        let emit_fixed = |out: &mut Rope<'m>, after: Option<u64>| {
            fixed.get(&after).into_iter().flatten().for_each(|bytes| out.borrow(bytes));
        };
        let mut body = Rope::default();
        emit_fixed(&mut body, None);
        for number in wanted {
            let origin = message.recipients.get(*number).and_then(|recipient| recipient.origin);
            let Some(row) = origin.and_then(|origin| kept.remove(&origin)) else {
                // New, or twice in the model.
                body.append(self.new_row(*number)?);
                count += 1;
                continue;
            };
            body.append(row);
            count += 1;
            if origin != trailing {
                emit_fixed(&mut body, origin);
            }
        }
        if trailing.is_some() {
            emit_fixed(&mut body, trailing);
        }
        out.own().emit_u32(list::shifted(table.declared_count(), (count - rows).0));
        out.append(body);
        Ok(Some(out))
    }

    fn is_unread_row(&self, offset: u64) -> bool {
        self.message.layout.is_unread(offset)
    }
}

/// The properties of a row: those that stand in it, and those that are new.
fn row_items<'m>(set: &'m PropertyBag<'_>, range: (u64, u64)) -> (Vec<Item<'m>>, Vec<Item<'m>>) {
    let stands_here =
        |property: &Property<'_>| matches!(property.source, Source::List { offset } if (range.0..range.1).contains(&offset));
    let (here, added): (Vec<_>, Vec<_>) = set.iter().partition(|property| stands_here(property));
    (here.into_iter().map(Item::Property).collect(), added.into_iter().map(Item::Property).collect())
}
