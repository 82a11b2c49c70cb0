//! Cards of others, read, and what this program writes, read again.

use super::*;
use crate::base::{Code, ReadOptions};
use crate::items::{Contact, Item, Phone};
use crate::mapi::corpus;
use crate::message::Message;

fn contact(message: &Message<'_>) -> Contact {
    let Item::Contact(found) = Item::read(message).unwrap().unwrap().item else { panic!("{:?}", message.class()) };
    *found
}

fn card(lines: &str) -> CardRead {
    read(format!("BEGIN:VCARD\r\n{lines}END:VCARD\r\n").as_bytes(), &ReadOptions::lenient()).unwrap()
}

#[test]
fn types_in_all_spellings() {
    let table = [
        ("TEL;HOME;VOICE", Phone::Home),
        ("TEL;TYPE=work,voice", Phone::Business),
        ("TEL;TYPE=WORK;TYPE=FAX", Phone::BusinessFax),
        ("item1.TEL;type=CELL;type=pref", Phone::Mobile),
        ("TEL;TYPE=\"home,fax\"", Phone::HomeFax),
        ("TEL;PREF=1", Phone::Primary),
        ("TEL;TYPE=pager", Phone::Pager),
        ("TEL", Phone::Other),
        ("X-MS-TEL;ASSISTANT", Phone::Assistant),
        ("X-MS-TEL;TYPE=TTYTTD", Phone::Text),
    ];
    for (line, kind) in table {
        let found = contact(&card(&format!("FN:x\r\n{line}:+1 555\r\n")).messages[0]);
        assert_eq!(found.phones, [(kind, "+1 555".to_owned())], "{line}");
    }
}

#[test]
fn names_addresses_and_the_rest() {
    let read = card(
        "VERSION:3.0\r\nFN:Dr. Jane Doe\r\nN:Doe;Jane;Q.,Z.;Dr.;Jr.\r\nORG:Acme\\; Inc.;Sales\r\nADR;TYPE=WORK:Box 1;Suite 2;Street 3;City;State;12345;Land\r\n\
        ADR;HOME:;;Home 1;Town;;;\r\nEMAIL;TYPE=INTERNET:b@example.org\r\nEMAIL;TYPE=INTERNET,PREF:a@example.org\r\nBDAY:1980-05-15\r\n\
        PHOTO;ENCODING=b;TYPE=PNG:iVBORw==\r\nURL:https://example.org\r\nNOTE:a\\nb\r\nGEO:1;2\r\nX-MS-CHILD:Tim\r\n",
    );
    let found = contact(&read.messages[0]);
    assert_eq!(
        (found.surname.as_deref(), found.middle_name.as_deref(), found.suffix.as_deref()),
        (Some("Doe"), Some("Q. Z."), Some("Jr."))
    );
    assert_eq!((found.company.as_deref(), found.department.as_deref()), (Some("Acme; Inc."), Some("Sales")));
    assert_eq!(
        (found.work.street.as_deref(), found.work.code.as_deref(), found.office.as_deref()),
        (Some("Street 3"), Some("12345"), Some("Suite 2"))
    );
    assert_eq!(found.home.city.as_deref(), Some("Town"));
    let addresses: Vec<_> = found.emails.iter().map(|email| email.address.as_deref().unwrap()).collect();
    assert_eq!(addresses, ["a@example.org", "b@example.org"]);
    assert_eq!(found.photo.as_deref(), Some(b"\x89PNG".as_slice()));
    assert_eq!((found.birthday.unwrap().year(), found.common.text.as_deref(), found.children.len()), (1980, Some("a\r\nb"), 1));
    let said: Vec<_> = read.report.diagnostics().iter().map(|found| (found.code, found.detail.as_str())).collect();
    assert_eq!(said, [(Code::CalendarFactLeftOut, "line 14: GEO has no property")]);
}

#[test]
fn versions_2_and_4_and_groups() {
    let old = card("VERSION:2.1\r\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=\r\n=E4n\r\nBDAY:--0515\r\n");
    let found = contact(&old.messages[0]);
    assert_eq!((found.surname.as_deref(), found.given_name.as_deref()), (Some("M\u{fc}ller"), Some("J\u{e4}n")));
    assert_eq!(found.birthday.map(|day| (day.year(), day.month())), Some((1604, 5)));
    let group = card(
        "VERSION:4.0\r\nKIND:group\r\nFN:Team\r\nMEMBER:mailto:jane@example.org\r\nMEMBER:urn:uuid:1\r\nNOTE:Jane <jane@example.org>\r\n",
    );
    let Item::DistributionList(list) = Item::read(&group.messages[0]).unwrap().unwrap().item else { panic!() };
    assert_eq!(list.members.iter().map(|member| member.person.describe()).collect::<Vec<_>>(), ["Jane <jane@example.org>"]);
    assert_eq!(group.report.diagnostics().len(), 1);
}

/// Every card of the corpus is read, and what was made of it is written, read, and written the same.
#[test]
fn cards_of_the_corpus_settle() {
    let mut cards = 0;
    for (name, bytes) in corpus::files("items/vcf") {
        for message in &read(&bytes, &ReadOptions::lenient()).unwrap().messages {
            for version in [VCardVersion::V3, VCardVersion::V4] {
                let options = VCardOptions::default().with_version(version);
                let first = write(message, &options).unwrap().unwrap();
                let again = read(first.text.as_bytes(), &ReadOptions::lenient()).unwrap();
                assert_eq!(again.messages.len(), 1, "{name}");
                let second = write(&again.messages[0], &options).unwrap().unwrap();
                assert_eq!(second.text, first.text, "{name}");
            }
            cards += 1;
        }
    }
    println!("{cards} cards");
    assert!(cards == 0 || cards > 30, "{cards}");
}
