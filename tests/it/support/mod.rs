//! What the integration tests share: the corpus, hashes.

// Each test binary uses a part of this.
#![allow(dead_code)]

pub mod streams;

use std::path::{Path, PathBuf};

use sha2::Digest;
use winmail::Attachment;
use winmail::mapi::{Object, PropValue};
use winmail::message::Content;
use winmail::tnef::{AttributeValue, Piece, PropertyList, PropertyPiece, Reader, RecipientTable, Row};

/// The folder of real and hostile samples: `WINMAIL_CORPUS`, else `../shared/corpus`. Where there is none, one line says
/// so and the test has nothing to do.
pub fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("WINMAIL_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus at {}", folder.display());
    None
}

/// A file of the corpus.
pub struct Sample {
    /// Its name without folder and extension.
    pub name: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Every TNEF stream of `testdata` and of the corpus, by name. A corpus without any is a broken one.
pub fn tnef_samples() -> Vec<Sample> {
    let own = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), "dat");
    let corpus = corpus().map(|corpus| files(&corpus.join("tnef"), "tnef")).unwrap_or_default();
    own.into_iter().chain(corpus).map(sample).collect()
}

/// The files of a folder by their extension; there must be some.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    assert!(!paths.is_empty(), "no .{extension} files in {}", folder.display());
    paths.sort();
    paths
}

/// One TNEF stream of the corpus; `None` where there is no corpus.
pub fn tnef_sample(name: &str) -> Option<Sample> {
    Some(sample(corpus()?.join("tnef").join(format!("{name}.tnef"))))
}

fn sample(path: PathBuf) -> Sample {
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_stem().expect("a sample has a name").to_string_lossy().into_owned();
    Sample { name, path, bytes }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

pub fn md5(bytes: &[u8]) -> String {
    hex(&md5::Md5::digest(bytes))
}

/// The value of an attachment: a file's bytes; of an object everything, the interface id in front included.
pub fn value(attachment: &Attachment<'_>) -> Vec<u8> {
    match &attachment.content {
        Content::Object(object) => {
            let interface = object.interface.map(|id| id.to_bytes_le().to_vec()).unwrap_or_default();
            [&interface[..], &object.data].concat()
        }
        content => content.bytes().to_vec(),
    }
}

/// How many bytes of a property list or recipient table its pieces take, the count in front included.
fn covered_list(list: &PropertyList<'_>) -> u64 {
    4 + list.pieces().map(|piece| piece.wire_length()).sum::<u64>()
}

fn covered_table(table: &RecipientTable<'_>) -> u64 {
    let rows = table.rows().map(|row| match row {
        Row::Properties { length, .. } => length,
        Row::Lost { bytes, .. } => bytes.len() as u64,
    });
    4 + rows.sum::<u64>()
}

/// Bytes in = bytes explained + bytes reported as lost: of the stream, of every property list and recipient table, and of
/// the streams nested in it. The offsets follow each other without gap or overlap.
pub fn assert_covered(name: &str, bytes: &[u8]) {
    let mut at = 0;
    for piece in Reader::pieces(bytes) {
        let offset = match &piece {
            Piece::Header(header) => header.offset,
            Piece::Attribute(attribute) => attribute.offset(),
            Piece::Lost(lost) => lost.offset,
        };
        assert_eq!(offset, at, "{name}");
        at += piece.wire_length();
        let Piece::Attribute(attribute) = piece else { continue };
        let covered = match attribute.value() {
            Ok(AttributeValue::Properties(list)) => {
                for property in list.pieces() {
                    let PropertyPiece::Property(property) = property else { continue };
                    for value in property.values() {
                        let PropValue::Object(Object { interface: Some(Object::IMESSAGE), data }) = value else { continue };
                        assert_covered(name, &data);
                    }
                }
                covered_list(&list)
            }
            Ok(AttributeValue::Recipients(table)) => covered_table(&table),
            _ => continue,
        };
        assert_eq!(covered, attribute.data().len() as u64, "{name}: {} at {}", attribute.id(), attribute.offset());
    }
    assert_eq!(at, bytes.len() as u64, "{name}");
}
