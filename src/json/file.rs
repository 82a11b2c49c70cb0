//! Files, and the messages in them.
//!
//! Nested messages are not nested in the JSON but stand behind each other in `messages`, and the value that holds one has its
//! number: the JSON is no deeper for a hundred nested messages than for none, where many parsers refuse more than 64 or 128 levels.
//! They are put together again from the last to the first: one refers to higher numbers only, so that what it holds is there when
//! its turn comes, and no depth of nesting takes stack.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::base::{CodePage, Report, Wrapper};
use crate::message::Message;
use crate::message::embedded::Embedded;

use super::attribute::Piece;
use super::context::{Listed, Packed, Source, Target};
use super::form::{List, Note};
use super::place::{At, Wrong, read};

/// The name and version of the schema.
pub const SCHEMA: &str = "winmail-dump/1";

/// A file.
#[derive(Debug)]
pub struct File<'m> {
    name: &'m str,
    bytes: &'m [u8],
    wrapper: &'m Wrapper,
    report: &'m Report,
    message: &'m Message<'m>,
    no_data: bool,
}

impl<'m> File<'m> {
    /// The dump of a message that was read from `bytes`, which were found in the file `name` in `wrapper`.
    #[must_use]
    pub fn new(name: &'m str, bytes: &'m [u8], wrapper: &'m Wrapper, message: &'m Message<'m>, report: &'m Report) -> Self {
        File { name, bytes, wrapper, report, message, no_data: false }
    }

    /// Leaves out the bytes of values longer than 64 bytes, if `no_data` says so.
    #[must_use]
    pub fn without_data(self, no_data: bool) -> Self {
        File { no_data, ..self }
    }
}

/// The object of a file.
#[derive(Serialize, Deserialize)]
struct Document<'a> {
    schema: Cow<'a, str>,
    file: Note<&'a str>,
    part: Note<String>,
    error: Option<String>,
    size: Note<usize>,
    wrapper: Note<Value>,
    lossless: Note<bool>,
    messages: Option<List<'a, MessageItem<'a>>>,
    #[serde(flatten, skip_deserializing)]
    report: Note<&'a Report>,
}

/// The object of a message.
#[derive(Serialize, Deserialize)]
struct MessageItem<'a> {
    index: Option<usize>,
    parent: Note<usize>,
    offset: Note<u64>,
    length: Option<u64>,
    key: Note<u16>,
    code_page: Option<u32>,
    class: Note<Cow<'a, str>>,
    kind: Note<&'static str>,
    subject: Note<Cow<'a, str>>,
    pieces: List<'a, Piece<'a>>,
}

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let no_data = self.no_data;
        let found = Rc::new(RefCell::new(vec![Listed { message: self.message, parent: None }]));
        // The list grows while it is walked.
        let messages = (0_usize..).map_while(move |index| {
            let listed = found.borrow().get(index).copied()?;
            let (message, found) = (listed.message, Rc::clone(&found));
            let (code_page, embedded) = (message.code_page(), Embedded::of(message));
            Some(MessageItem::of(listed, &Rc::new(Source { found, index, code_page, embedded, no_data })))
        });
        let document = Document {
            schema: SCHEMA.into(),
            file: self.name.into(),
            part: Note(self.wrapper.part()),
            error: None,
            size: self.bytes.len().into(),
            wrapper: Note::from(match self.wrapper {
                Wrapper::Raw => json!({ "kind": "raw" }),
                Wrapper::Base64 { ignored } => json!({ "kind": "base64", "ignored": ignored }),
                Wrapper::Mail { mail, incomplete, .. } => json!({ "kind": "mail", "mail": mail, "incomplete": incomplete }),
            }),
            lossless: (!no_data).into(),
            messages: Some(List::new(messages)),
            report: self.report.into(),
        };
        document.serialize(serializer)
    }
}

impl<'m> MessageItem<'m> {
    fn of(listed: Listed<'m>, source: &Rc<Source<'m>>) -> Self {
        let message = listed.message;
        let next = Rc::clone(source);
        MessageItem {
            index: Some(source.index),
            parent: Note(listed.parent),
            offset: message.offset().into(),
            length: u64::try_from(message.source().len()).ok(),
            key: Note(message.legacy_key()),
            code_page: Some(source.code_page.0),
            class: Note(message.class()),
            kind: message.kind().describe().into(),
            subject: Note(message.subject()),
            pieces: List::new(message.pieces().map(move |piece| Piece::of(&piece, &next))),
        }
    }
}

impl MessageItem<'_> {
    /// Packs the message in place `index`, when those behind it are `done`.
    fn pack(self, index: usize, done: &mut [Option<Packed>]) -> Result<Packed, Wrong> {
        if let Some(given) = self.index.filter(|given| *given != index) {
            return Err(Wrong::new(format_args!("message {given} stands in place {index}"))).at("index");
        }
        let code_page = self.code_page.map_or(CodePage::WINDOWS_1252, CodePage);
        let mut target = Target { index, code_page, done };
        let mut bytes = Vec::new();
        self.pieces.each(|piece| piece.pack(&mut target, &mut bytes)).at("pieces")?;
        Ok(Packed { bytes, dumped: self.length })
    }
}

impl Document<'_> {
    fn pack(self) -> Result<Vec<u8>, Wrong> {
        if self.schema != SCHEMA {
            return Err(Wrong::new(format_args!("the schema {:?} is not {SCHEMA:?}", self.schema))).at("schema");
        }
        if let Some(error) = self.error {
            return Err(Wrong::new(format_args!("the file could not be dumped: {error}"))).at("error");
        }
        pack_messages(self.messages.ok_or_else(|| Wrong::missing("messages"))?).at("messages")
    }
}

fn pack_messages<'a>(messages: List<'a, MessageItem<'a>>) -> Result<Vec<u8>, Wrong> {
    let mut left = messages.into_vec()?;
    let mut done: Vec<Option<Packed>> = left.iter().map(|_| None).collect();
    while let Some(message) = left.pop() {
        let index = left.len();
        let packed = message.pack(index, &mut done).item(index)?;
        if let Some(place) = done.get_mut(index) {
            *place = Some(packed);
        }
    }
    // Every message but the first was taken by the one that it is nested in.
    if let Some(index) = done.iter().skip(1).position(Option::is_some) {
        return Err(Wrong::new("no message refers to it")).item(index.saturating_add(1));
    }
    let first = done.into_iter().next().flatten();
    first.map(|message| message.bytes).ok_or_else(|| Wrong::new("there is no message"))
}

/// Makes the stream that a dump describes: of a file, or of the one with a number (from 1 on) if it holds several.
///
/// # Errors
/// What is wrong, behind the path to it.
pub fn unpack(json: &[u8], number: Option<usize>) -> Result<Vec<u8>, String> {
    let pack = |file: Value| read::<Document<'_>>(file)?.pack();
    let files = match serde_json::from_slice(json).map_err(|error| format!("not valid JSON: {error}"))? {
        Value::Array(files) => files,
        file @ Value::Object(_) => return pack(file).map_err(|wrong| wrong.to_string()),
        _ => return Err("not the JSON of a dump: neither an array nor an object".to_owned()),
    };
    let count = files.len();
    let index = match number {
        Some(number) => number.checked_sub(1),
        None if count > 1 => return Err(format!("the dump holds {count} files; unpack::number says which one to pack")),
        None => Some(0),
    };
    match index.and_then(|index| Some((index, files.into_iter().nth(index)?))) {
        Some((index, file)) => pack(file).item(index).map_err(|wrong| wrong.to_string()),
        None => Err(format!("the dump holds {count} files, none of which has that number")),
    }
}
