//! What the header that a message was received with and its properties say of the same fact.
//!
//! Both stand in one message: PidTagTransportMessageHeaders has the words of whoever sent the mail, the properties what Outlook
//! shows of it. Mostly they agree, and the header stands as it is. Otherwise nothing that either says is lost:
//!
//! - The directory's name of somebody goes to the address that the header has for them, behind a name that the header has.
//! - Somebody whom the header does not name is added; somebody whom it names without an address gets the one of the properties.
//! - A sender or subject that was changed since is the one that counts; what the header had stands in an `X-Original-` field.

use std::collections::{BTreeMap, BTreeSet};

use super::address::Mailbox;
use super::transport::Element;

/// The words of a name or subject, so that quotes, dashes, case and blanks do not count.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push(' ');
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        out.extend(word.chars().flat_map(char::to_lowercase));
        out.push(' ');
    }
    out
}

/// Whether a text says what another one says.
pub(super) fn says(text: &str, other: &str) -> bool {
    words(text).contains(&words(other))
}

/// Whether two addresses are the same.
fn key(address: &str) -> String {
    address.to_lowercase()
}

/// Gives a mailbox of the header the name that is known besides.
fn name(found: &mut Mailbox, known: &Mailbox) {
    let is_address = key(&known.name) == key(&found.address) || key(&known.name) == key(&known.address);
    // Who has no name is shown by what the address stands for.
    let stands_for = known.address.split_once('-').and_then(|(_, rest)| rest.rsplit_once('@')).map(|(local, _)| key(local));
    let is_encapsulated = known.made_up && stands_for.is_some_and(|local| local == key(&known.name));
    if is_address || is_encapsulated || says(&found.name, &known.name) {
        return;
    }
    found.name = match says(&known.name, &found.name) || key(&found.name) == key(&found.address) {
        true => known.name.clone(),
        false => format!("{} ({})", found.name, known.name),
    };
}

/// The mailboxes of elements, those in groups too.
fn mailboxes(elements: &mut [Element]) -> Vec<&mut Mailbox> {
    elements
        .iter_mut()
        .flat_map(|element| match element {
            Element::One(one) => std::slice::from_mut(one),
            Element::Group(_, members) => members.as_mut_slice(),
        })
        .collect()
}

/// A field of recipients: those of the header, and those who are known besides.
pub(super) fn recipients(mut header: Vec<Element>, known: Vec<Mailbox>) -> Vec<Element> {
    let mut missing = Vec::new();
    let mut there = mailboxes(&mut header);
    let mut by_address: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<String, bool> = BTreeMap::new();
    for (at, one) in there.iter().enumerate() {
        if !one.address.is_empty() {
            by_address.entry(key(&one.address)).or_default().push(at);
        }
        *by_name.entry(words(&one.name)).or_default() |= !one.address.is_empty();
    }
    let mut named: BTreeSet<usize> = BTreeSet::new();
    for person in known {
        let shown = words(&person.name);
        let places = by_address.get(&key(&person.address)).map(Vec::as_slice).unwrap_or_default();
        // A name that the directory alone has, once for each mailbox.
        let place = places.iter().find(|at| !named.contains(at));
        let is_there = match place.and_then(|at| Some((*at, there.get_mut(*at)?))) {
            Some((at, found)) => {
                name(found, &person);
                named.insert(at)
            }
            // An address of another system has one of the Internet in the header.
            None => person.made_up && by_name.get(&shown).is_some_and(|has_address| *has_address || person.address.is_empty()),
        };
        let is_again = !places.is_empty() && (shown.len() == 1 || by_name.contains_key(&shown));
        if !is_there && !is_again {
            missing.push(person);
        }
    }
    let added: BTreeSet<String> = missing.iter().map(|person| words(&person.name)).collect();
    header.retain(|element| match element {
        Element::One(one) => !one.address.is_empty() || !added.contains(&words(&one.name)),
        Element::Group(name, members) => !members.is_empty() || !added.contains(&words(name)),
    });
    header.extend(missing.into_iter().map(Element::One));
    header
}

/// A field of one person; `None` if the header has somebody else in it than the properties.
pub(super) fn sender(mut header: Vec<Element>, known: &Mailbox) -> Option<Vec<Element>> {
    let mut there = mailboxes(&mut header);
    let same = there.iter().position(|one| !one.address.is_empty() && key(&one.address) == key(&known.address));
    let other = || there.iter().position(|one| !one.address.is_empty()).filter(|_| known.made_up);
    let at = same.or_else(other)?;
    name(there.get_mut(at)?, known);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::super::transport::elements;
    use super::*;
    use crate::convert::mime::words::Charset;

    fn known(list: &[(&str, &str)]) -> Vec<Mailbox> {
        let of = |(name, address): &(&str, &str)| {
            let made_up = address.is_empty() || address.starts_with("IMCEA");
            Mailbox { name: (*name).to_owned(), address: (*address).to_owned(), made_up }
        };
        list.iter().map(of).collect()
    }

    fn text(elements: &[Element]) -> String {
        let texts: Vec<_> = elements.iter().filter_map(|element| element.to_text(Charset::UTF_8)).collect();
        texts.join(", ")
    }

    #[test]
    fn nobody_whom_either_names_is_lost() {
        const DN: &str = "IMCEAEX-_O=ORG_CN=jane@example.net";
        for (header, properties, expected) in [
            ("Jane <j@x.org>", &[("Jane", "J@x.org")][..], "Jane <j@x.org>"),
            ("'j@x.org' <j@x.org>", &[("j@x.org", "j@x.org")], "\"'j@x.org'\" <j@x.org>"),
            // A name from the directory.
            ("j@x.org", &[("Jane Doe", "j@x.org")], "Jane Doe <j@x.org>"),
            ("Jane <j@x.org>", &[("Doe, Jane", "j@x.org")], "\"Doe, Jane\" <j@x.org>"),
            ("C.Cane <j@x.org>", &[("Doe, Jane", "j@x.org")], "\"C.Cane (Doe, Jane)\" <j@x.org>"),
            // An address, where the header has none.
            ("Jane Doe", &[("Jane Doe", "j@x.org")], "Jane Doe <j@x.org>"),
            ("Jane Doe:;, k@x.org", &[("Jane Doe", "j@x.org"), ("", "k@x.org")], "k@x.org, Jane Doe <j@x.org>"),
            // Somebody else.
            ("team@x.org", &[("Jane", "j@x.org")], "team@x.org, Jane <j@x.org>"),
            ("Team: j@x.org;", &[("Jane", "j@x.org"), ("Kim", "k@x.org")], "Team: Jane <j@x.org>;, Kim <k@x.org>"),
            // An address of another system.
            ("Jane <j@x.org>", &[("jane", DN)], "Jane <j@x.org>"),
            ("Kim <j@x.org>", &[("Jane", DN)], "Kim <j@x.org>, Jane <IMCEAEX-_O=ORG_CN=jane@example.net>"),
            ("Jane", &[("Jane", DN)], "Jane <IMCEAEX-_O=ORG_CN=jane@example.net>"),
            ("Jane <j@x.org>", &[("Jane", "")], "Jane <j@x.org>"),
            ("Jane:;", &[("Jane", "")], "Jane:;"),
            ("<IMCEASMTP-root@example.net>", &[("root", "IMCEASMTP-root@example.net")], "IMCEASMTP-root@example.net"),
            // Twice.
            ("j@x.org, j@x.org", &[("Jane", "j@x.org"), ("Jo", "j@x.org")], "Jane <j@x.org>, Jo <j@x.org>"),
            ("Jane <j@x.org>", &[("Jane", "j@x.org"), ("Jane", "j@x.org")], "Jane <j@x.org>"),
            ("Jane <j@x.org>", &[("Jane", "j@x.org"), ("Kim", "j@x.org")], "Jane <j@x.org>, Kim <j@x.org>"),
        ] {
            let found = recipients(elements(header, "example.net"), known(properties));
            assert_eq!(text(&found), expected, "{header} {properties:?}");
        }
    }

    #[test]
    fn a_sender_is_one_person() {
        const DN: &str = "IMCEAEX-_O=ORG_CN=jane@example.net";
        for (header, property, expected) in [
            ("j@x.org", ("Jane", "j@x.org"), Some("Jane <j@x.org>")),
            ("Jane <j@x.org>", ("Jane", DN), Some("Jane <j@x.org>")),
            ("j@x.org", ("Jane", DN), Some("Jane <j@x.org>")),
            ("Jane", ("Jane", DN), None),
            ("j@x.org", ("Kim", "k@x.org"), None),
            ("", ("Kim", "k@x.org"), None),
        ] {
            let found = sender(elements(header, "example.net"), &known(&[property])[0]);
            assert_eq!(found.map(|found| text(&found)).as_deref(), expected, "{header} {property:?}");
        }
    }

    #[test]
    fn a_text_says_another_by_its_words() {
        for (text, other, expected) in [
            ("RE: Figures", "figures", true),
            ("Figures", "RE: Figures", false),
            ("Zweigelt", "elt", false),
            ("x", "", true),
            ("M\u{fc}ller - Caf\u{e9}", "m\u{dc}ller, caf\u{e9}", true),
        ] {
            assert_eq!(says(text, other), expected, "{text} {other}");
        }
    }
}
