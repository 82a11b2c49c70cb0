use proptest::prelude::*;

use super::*;
use crate::WriteOptions;
use crate::base::Bytes;
use crate::base::ErrorKind;
use crate::tnef::{Level, Writer};

const KEY: [u8; 16] = *b"\xD0\x1A\x44\x6A\x89\x2F\x58\x4A\x9C\x56\x3C\xBC\x60\x24\x41\x08";
const OTHER: [u8; 16] = [7; 16];

fn read(bytes: &[u8]) -> Item {
    Item::read("m", bytes, &ReadOptions::lenient()).unwrap()
}

/// A message with a key in its property list alone.
fn listed(key: &[u8]) -> Vec<u8> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "Figures");
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(key.to_vec().into()));
    message.to_tnef(&WriteOptions::default()).unwrap()
}

/// A stream of these attributes and nothing else.
fn stream(attributes: &[(AttrId, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, 1).unwrap();
    for (id, data) in attributes {
        writer.attribute(Level::MESSAGE, *id, data).unwrap();
    }
    out
}

fn places(item: &Item) -> Vec<(String, String)> {
    item.keys.iter().map(|key| (key.value.to_string(), key.at.clone())).collect()
}

#[test]
fn the_key_is_found_in_list_and_attribute() {
    let text = "D01A446A892F584A9C563CBC60244108";
    let item = read(&stream(&[(AttrId::MESSAGE_ID, format!("{text}\0").as_bytes())]));
    assert_eq!(places(&item), [(text.to_owned(), "attMessageID".to_owned())]);
    assert!(matches!(item.key(), KeyState::One(key) if key.value == SearchKey::from(KEY)));
    let item = read(&listed(&KEY));
    assert!(places(&item).contains(&(text.to_owned(), "PidTagSearchKey".to_owned())), "{:?}", item.keys);
    assert!(matches!(item.key(), KeyState::One(_)), "{:?}", item.keys);
}

#[test]
fn two_keys_that_differ_are_both_kept_and_said() {
    let first = format!("{}\0", SearchKey::from(KEY));
    let second = format!("{}\0", SearchKey::from(OTHER));
    let item = read(&stream(&[(AttrId::MESSAGE_ID, first.as_bytes()), (AttrId::MESSAGE_ID, second.as_bytes())]));
    assert!(matches!(item.key(), KeyState::Differ(_, _)), "{:?}", item.keys);
    assert!(
        item.notes.iter().any(|note| note.starts_with("two search keys differ: ") && note.contains("D01A446A")),
        "{:?}",
        item.notes
    );
}

#[test]
fn what_is_wrong_with_keys_is_said() {
    for (bytes, note) in [
        (listed(&[]), "PidTagSearchKey is empty"),
        (listed(&KEY[..4]), "PidTagSearchKey has 4 bytes; keys of messages have 16"),
        (stream(&[(AttrId::MESSAGE_ID, b"no digits\0")]), "attMessageID holds no hexadecimal digits"),
    ] {
        let item = read(&bytes);
        assert!(item.notes.iter().any(|own| own == note), "{note}: {:?}", item.notes);
    }
    assert_eq!(read(&stream(&[])).no_key(), Some("the TNEF stream has no search key: neither PidTagSearchKey nor attMessageID"));
    assert!(read(b"From: a@b.c\r\n\r\n").no_key().unwrap().starts_with("plain mail has no search key"));
    assert_eq!(read(&listed(&KEY)).no_key(), None);
}

#[test]
fn facts_come_from_the_mail_and_then_from_tnef() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "inside");
    message.properties.set(tags::INTERNET_MESSAGE_ID, "<inside@x>");
    message.properties.set(tags::SENDER_SMTP_ADDRESS, "inside@fabrikam.com");
    let index = ConversationIndex::new(FileTime(0x01DA_1713_6D2F_1E00), Uuid::from_u128(7));
    message.properties.set(tags::CONVERSATION_INDEX, PropValue::Binary(index.to_bytes().into()));
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(Bytes::borrowed(&KEY)));
    let tnef = message.to_tnef(&WriteOptions::default()).unwrap();
    let alone = read(&tnef);
    let at = |found: &Option<Located<String>>| found.as_ref().map(|found| (found.value.clone(), found.at.clone())).unwrap();
    assert_eq!(at(&alone.facts.message_id), ("<inside@x>".to_owned(), "PidTagInternetMessageId".to_owned()));
    assert_eq!(at(&alone.facts.sender), ("inside@fabrikam.com".to_owned(), "PidTagSenderSmtpAddress".to_owned()));
    let mail = mail(&tnef, "Subject: outside\r\nMessage-ID: <outside@x>\r\nTo: bob@fabrikam.com, Eve <eve@fabrikam.com>\r\n");
    let item = read(&mail);
    assert_eq!(item.form, Form::MailWithTnef);
    assert_eq!(at(&item.facts.subject), ("outside".to_owned(), "header Subject".to_owned()));
    assert_eq!(at(&item.facts.message_id), ("<outside@x>".to_owned(), "header Message-ID".to_owned()));
    assert_eq!(at(&item.facts.sender).0, "a@b.c");
    assert_eq!(
        item.facts.recipients.iter().map(|to| to.value.as_str()).collect::<Vec<_>>(),
        ["bob@fabrikam.com", "eve@fabrikam.com"]
    );
    let conversation = item.facts.conversation.unwrap();
    assert_eq!((conversation.value, conversation.at.as_str()), (Uuid::from_u128(7), "part 1 > PidTagConversationIndex"));
    assert_eq!(places(&item_keys(&mail)).first().unwrap().1, "part 1 > PidTagSearchKey");
}

#[cfg(feature = "msg")]
#[test]
fn an_outlook_file_is_said_to_be_one() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "saved");
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(Bytes::borrowed(&KEY)));
    let options = crate::message::MsgWriteOptions::default();
    let item = read(&message.to_msg(&options).unwrap());
    assert_eq!((item.form, item.form.describe()), (Form::Msg, "Outlook file (.msg)"));
    assert_eq!(places(&item).first().unwrap().1, "PidTagSearchKey");
    assert_eq!(item.facts.subject.as_ref().unwrap().value, "saved");
    assert!(item.notes.is_empty(), "{:?}", item.notes);
    message.properties.remove(tags::SEARCH_KEY);
    let file = message.to_msg(&options).unwrap();
    assert_eq!(read(&file).no_key(), Some("the Outlook file has no search key: PidTagSearchKey is missing"));
    let error = Item::read("m", file.get(..600).unwrap(), &ReadOptions::lenient()).unwrap_err();
    assert!(!error.to_string().contains("mail"), "{error}");
}

fn item_keys(mail: &[u8]) -> Item {
    read(mail)
}

/// A mail with a TNEF part.
fn mail(tnef: &[u8], headers: &str) -> Vec<u8> {
    let digits: String = tnef.iter().map(|byte| format!("={byte:02X}")).collect::<Vec<_>>().join("");
    let body: String = digits.as_bytes().chunks(72).map(|line| format!("{}=\r\n", String::from_utf8_lossy(line))).collect();
    format!(
        "From: a@b.c\r\n{headers}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: \
         application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n--x--\r\n"
    )
    .into_bytes()
}

#[test]
fn the_thread_index_header_is_the_conversation() {
    // Bytes 1 and 17 of the GUID 7: base64 of 01 DA17136D2F 00000000 0000 0000 0000 000000000007.
    let item = read(b"From: a@b.c\r\nThread-Index: AdoXE20vAAAAAAAAAAAAAAAAAAAABw==\r\n\r\n");
    assert_eq!(item.facts.conversation.unwrap().value, Uuid::from_u128(7));
    let item = read(b"From: a@b.c\r\nThread-Index: ???\r\n\r\n");
    assert!(item.facts.conversation.is_none());
    assert!(item.notes.contains(&"header Thread-Index cannot be read".to_owned()), "{:?}", item.notes);
}

#[test]
fn a_mail_whose_tnef_cannot_be_read_is_still_a_mail() {
    let item = read(&mail(b"\x78\x9F\x3E\x22", "Subject: s\r\n"));
    assert_eq!((item.form, item.keys.len()), (Form::MailWithTnef, 0));
    assert!(item.notes.iter().any(|note| note.contains("TNEF stream")), "{:?}", item.notes);
    let error = Item::read("m", b"\0", &ReadOptions::lenient()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[test]
fn of_several_streams_the_correlated_one_counts() {
    let with = |key: &[u8], correlation: &str| {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::SEARCH_KEY, PropValue::Binary(key.to_vec().into()));
        let correlation = CorrelationKey::from(correlation).0;
        message.properties.set(tags::TNEF_CORRELATION_KEY, PropValue::Binary(correlation.into()));
        message.to_tnef(&WriteOptions::default()).unwrap()
    };
    let part = |tnef: &[u8]| {
        let body: String = tnef.iter().map(|byte| format!("={byte:02X}=\r\n")).collect();
        format!("--x\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n")
    };
    let text = format!(
        "From: a@b.c\r\nX-MS-TNEF-Correlator: <2@x>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}{}--x--\r\n",
        part(&with(&OTHER, "<1@x>")),
        part(&with(&KEY, "<2@x>"))
    );
    let item = read(text.as_bytes());
    assert!(matches!(item.key(), KeyState::One(key) if key.value == SearchKey::from(KEY)), "{:?}", item.keys);
    assert!(item.notes.iter().any(|note| note == "the mail has 2 TNEF parts; part 2 is read"), "{:?}", item.notes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No file makes reading panic; what is read is a mail or a stream.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Item::read("m", &bytes, &ReadOptions::lenient());
        let with_header = [b"From: a@b.c\r\nReceived: ".as_slice(), &bytes].concat();
        prop_assert!(Item::read("m", &with_header, &ReadOptions::lenient()).is_ok());
        let tnef = [b"\x78\x9F\x3E\x22\x01\x00".as_slice(), &bytes].concat();
        let _ = Item::read("m", &tnef, &ReadOptions::lenient());
    }
}
