//! The view tier allocates nothing: attributes, their values, properties, names, values, rows, and the recovering walks too.

use std::hint::black_box;

use crate::support::{Sample, tnef_samples};
use allocation_counter::measure;
use winmail::mapi::{Object, PropValue};
use winmail::tnef::{AttributeValue, Piece, PropertyPiece, PropertyRef, Reader, Row};

/// What was walked over, so that a walk over nothing is noticed.
#[derive(Debug, Default)]
struct Seen {
    attributes: u64,
    properties: u64,
    values: u64,
    rows: u64,
    nested: u64,
}

impl Seen {
    fn property(&mut self, property: &PropertyRef<'_>) {
        self.properties += 1;
        black_box((property.tag(), property.name(), property.count(), property.padding_is_zero()));
        self.values += property.values().map(black_box).count() as u64;
    }

    /// The strict walk, down to the attributes of nested messages.
    fn strictly(&mut self, bytes: &[u8]) -> winmail::Result<()> {
        for attribute in Reader::new(bytes)?.attributes() {
            let attribute = attribute?;
            self.attributes += 1;
            black_box(attribute.checksum_state());
            match attribute.value()? {
                AttributeValue::Properties(list) => {
                    for property in list.iter() {
                        let property = property?;
                        self.property(&property);
                        for value in property.values() {
                            // The data borrows from the input, and is not copied.
                            let PropValue::Object(Object { interface: Some(Object::IMESSAGE), data }) = value else { continue };
                            self.nested += 1;
                            self.strictly(&data)?;
                        }
                    }
                }
                AttributeValue::Recipients(table) => {
                    for row in table.rows() {
                        let Row::Properties { list, .. } = row else { continue };
                        self.rows += 1;
                        for property in list.iter() {
                            self.property(&property?);
                        }
                    }
                }
                other => {
                    black_box(other);
                }
            }
        }
        Ok(())
    }

    /// The recovering walk, whatever is in the input.
    fn recovering(&mut self, bytes: &[u8]) {
        for piece in Reader::pieces(bytes) {
            let Piece::Attribute(attribute) = piece else { continue };
            self.attributes += 1;
            black_box(attribute.checksum_state());
            // Values that are too short for their layout are errors, which have a message.
            if attribute.data().len() < 14 {
                continue;
            }
            match attribute.value() {
                Ok(AttributeValue::Properties(list)) => {
                    for piece in list.pieces() {
                        let PropertyPiece::Property(property) = piece else { continue };
                        self.property(&property);
                    }
                }
                Ok(AttributeValue::Recipients(table)) => self.rows += table.rows().map(black_box).count() as u64,
                other => drop(black_box(other)),
            }
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(black_box(vec![1u8]))).count_total, 1);
}

#[test]
fn walking_undamaged_streams_allocates_nothing() {
    let (mut all, mut files) = (Seen::default(), 0);
    for Sample { name, bytes, .. } in tnef_samples() {
        if Seen::default().strictly(&bytes).is_err() {
            continue;
        }
        files += 1;
        let used = measure(|| all.strictly(&bytes).expect("it was read a moment ago"));
        assert_eq!(used.count_total, 0, "{name}");
    }
    if crate::support::corpus().is_some() {
        assert!(files > 30, "{files} undamaged files");
        assert!(all.attributes > 300 && all.properties > 2000 && all.values > 2000, "{all:?}");
        assert!(all.rows > 5 && all.nested > 1, "{all:?}");
    }
}

#[test]
fn recovering_allocates_nothing() {
    let mut all = Seen::default();
    for Sample { name, bytes, .. } in tnef_samples() {
        let used = measure(|| all.recovering(&bytes));
        assert_eq!(used.count_total, 0, "{name}");
    }
    assert!(crate::support::corpus().is_none() || all.properties > 2000);
}
