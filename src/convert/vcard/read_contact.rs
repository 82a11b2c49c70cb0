//! A contact, read: `contact` from right to left.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, FileTime, Result};
use crate::convert::line_reader::{Component, Line, split};
use crate::items::{Common, Contact, ContactField, EmailAddress, Phone, PostalAddress};

/// The year of a date that has none.
const NO_YEAR: u16 = 1604;

/// What contacts and lists have.
pub(super) fn common(card: &Component) -> Common {
    let many = |name: &'static str| {
        let found = card.all(name).flat_map(|line| line.list(',')).map(|text| text.trim().to_owned());
        let mut seen = std::collections::HashSet::new();
        found.filter(|text| !text.is_empty() && seen.insert(text.clone())).collect::<Vec<_>>()
    };
    let class = card.text("CLASS").or_else(|| card.text("X-CLASS")).unwrap_or_default();
    Common {
        text: card.text("NOTE").map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n")),
        categories: many("CATEGORIES"),
        contacts: many("X-MICROSOFT-CONTACT"),
        companies: many("X-MICROSOFT-COMPANY"),
        mileage: card.text("X-MICROSOFT-MILEAGE"),
        billing: card.text("X-MICROSOFT-BILLING"),
        sensitivity: match class.trim().to_ascii_uppercase().as_str() {
            "PRIVATE" => 2,
            "CONFIDENTIAL" => 3,
            _ => 0,
        },
        modified: card.text("REV").and_then(|text| day(&text)).and_then(FileTime::from_date_time),
        ..Common::default()
    }
}

/// `1980-05-15`, `19800515`, `--0515`, each perhaps with a time behind it.
fn day(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let (year, rest) = match date.strip_prefix("--") {
        Some(rest) => (NO_YEAR, rest.to_owned()),
        None => (date.get(..4)?.parse().ok()?, date.get(4..)?.to_owned()),
    };
    let rest: String = rest.chars().filter(char::is_ascii_digit).collect();
    let time: String = time.chars().filter(char::is_ascii_digit).collect();
    let number = |text: &str, at: usize| text.get(at..at.checked_add(2)?)?.parse::<u16>().ok();
    let part = |at| number(&time, at).unwrap_or(0);
    DateTime::new(year, number(&rest, 0)?, number(&rest, 2)?, part(0), part(2), part(4).min(59))
}

pub(super) fn contact(card: &Component, ctx: &mut Ctx<'_>) -> Result<Contact> {
    let mut found = Contact::new();
    found.common = common(card);
    found.uid = card.text("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    let mut ends: Vec<&Line> = Vec::new();
    for line in &card.lines {
        if !field(line, &mut found, ctx)? {
            ends.push(line);
        }
    }
    for line in ends {
        line.defect(Code::CalendarFactLeftOut, "has no property", ctx)?;
    }
    // The preferred addresses first, as the first slot is the main one.
    let mut emails: Vec<&Line> = card.all("EMAIL").collect();
    emails.sort_by_key(|line| !(line.is("TYPE", "pref") || line.is("PREF", "1")));
    let shown = found.shown_name();
    for line in emails {
        let address = line.text().trim().to_owned();
        if !address.is_empty() {
            found.emails.push(EmailAddress::new(format!("{shown} ({address})"), address));
        }
    }
    if let Some(name) = &found.name {
        found.common.subject.clone_from(name);
    }
    Ok(found)
}

/// The number of a line, by the strongest of its types.
fn phone(line: &Line) -> Phone {
    let is = |name: &str| line.is("TYPE", name);
    match () {
        () if line.name == "X-MS-TEL" && is("ASSISTANT") => Phone::Assistant,
        () if line.name == "X-MS-TEL" && is("CALLBACK") => Phone::Callback,
        () if line.name == "X-MS-TEL" && is("COMPANY") => Phone::Company,
        () if line.name == "X-MS-TEL" && is("RADIO") => Phone::Radio,
        () if line.name == "X-MS-TEL" && (is("TTYTDD") || is("TTYTTD")) => Phone::Text,
        () if is("textphone") => Phone::Text,
        () if is("fax") && is("home") => Phone::HomeFax,
        () if is("fax") && is("work") => Phone::BusinessFax,
        () if is("fax") => Phone::PrimaryFax,
        () if is("pager") => Phone::Pager,
        () if is("cell") || is("iphone") || is("mobile") => Phone::Mobile,
        () if is("car") => Phone::Car,
        () if is("isdn") => Phone::Isdn,
        () if is("x-telex") || is("telex") || is("tlx") => Phone::Telex,
        () if is("home") => Phone::Home,
        () if is("work") => Phone::Business,
        () if is("pref") || line.is("PREF", "1") => Phone::Primary,
        () => Phone::Other,
    }
}

/// Numbers among which a first one of a kind is looked for: nobody has more.
const MOST_PHONES: usize = 64;

fn put_phone(line: &Line, found: &mut Contact) {
    let value = line.text();
    let number = value.trim().strip_prefix("tel:").unwrap_or(value.trim()).to_owned();
    let mut kind = phone(line);
    let is_there = |kind: Phone, found: &Contact| found.phones.iter().take(MOST_PHONES).any(|(known, _)| *known == kind);
    // The second of a kind is Outlook's second one.
    if is_there(kind, found) {
        kind = match kind {
            Phone::Home => Phone::Home2,
            Phone::Business => Phone::Business2,
            other => other,
        };
    }
    if !number.is_empty() {
        found.phones.push((kind, number));
    }
}

/// Values between semicolons, each perhaps several between commas.
fn fields(value: &str) -> Vec<Option<String>> {
    let one = |text: &str| {
        let parts = split(text, ',').into_iter().map(crate::convert::line_reader::unescape);
        Some(parts.collect::<Vec<_>>().join(" ").trim().to_owned()).filter(|text| !text.is_empty())
    };
    split(value, ';').into_iter().map(one).collect()
}

fn put_address(line: &Line, found: &mut Contact) {
    let mut parts = fields(&line.value).into_iter();
    let mut next = || parts.next().flatten();
    let (box_number, extended, street) = (next(), next(), next());
    let is_work = line.is("TYPE", "work");
    let address = match () {
        () if is_work => &mut found.work,
        () if line.is("TYPE", "home") => &mut found.home,
        () => &mut found.other,
    };
    if !address.has_no_parts() {
        return;
    }
    // The extended address is the office at work, else a line in front of the street.
    let (office, street) = match (extended, street) {
        (Some(extended), street) if is_work => (Some(extended), street),
        (Some(extended), Some(street)) => (None, Some(format!("{extended}\r\n{street}"))),
        (extended, street) => (None, street.or(extended)),
    };
    *address = PostalAddress {
        formatted: line.parameter("LABEL").map(str::to_owned).or(address.formatted.take()),
        box_number,
        street,
        city: next(),
        state: next(),
        code: next(),
        country: next(),
    };
    found.office = found.office.take().or(office);
}

/// Bytes of PHOTO and KEY: base64, as a value or in a `data:` link.
fn binary(line: &Line) -> Option<Vec<u8>> {
    let value = line.value.trim();
    let data = match value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        true => value.split_once("base64,")?.1.replace('\\', ""),
        false if line.is("ENCODING", "B") || line.is("ENCODING", "BASE64") => value.to_owned(),
        false => return None,
    };
    let plain: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(plain).ok().filter(|bytes| !bytes.is_empty())
}

/// Takes a line into a contact; false if no contact has what it says.
fn field(line: &Line, found: &mut Contact, ctx: &mut Ctx<'_>) -> Result<bool> {
    let text = || Some(line.text().trim().to_owned()).filter(|text| !text.is_empty());
    let first = |slot: &mut Option<String>, value: Option<String>| *slot = slot.take().or(value);
    match line.name.as_str() {
        "FN" => first(&mut found.name, text()),
        "N" => {
            let mut parts = fields(&line.value).into_iter();
            let mut next = || parts.next().flatten();
            (found.surname, found.given_name, found.middle_name) = (next(), next(), next());
            (found.prefix, found.suffix) = (next(), next());
        }
        "NICKNAME" => first(&mut found.nickname, line.list(',').next().filter(|name| !name.trim().is_empty())),
        "ORG" => {
            let mut parts = fields(&line.value).into_iter();
            first(&mut found.company, parts.next().flatten());
            first(&mut found.department, parts.next().flatten());
        }
        "TITLE" => first(&mut found.title, text()),
        "ROLE" => first(&mut found.profession, text()),
        "X-MS-OL-OFFICE" => found.office = text().or(found.office.take()),
        "X-FILE-AS" => first(&mut found.file_as, text()),
        "X-MS-MANAGER" => first(&mut found.manager, text()),
        "X-MS-ASSISTANT" => first(&mut found.assistant, text()),
        "X-MS-SPOUSE" => first(&mut found.spouse, text()),
        "X-MS-CHILD" => found.children.extend(line.list(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())),
        "RELATED" if line.is("TYPE", "spouse") => first(&mut found.spouse, text()),
        "RELATED" if line.is("TYPE", "child") => found.children.extend(text()),
        "X-PHONETIC-FIRST-NAME" => found.yomi_given_name = text(),
        "X-PHONETIC-LAST-NAME" | "SORT-STRING" => first(&mut found.yomi_surname, text()),
        "TEL" | "X-MS-TEL" => put_phone(line, found),
        "ADR" => put_address(line, found),
        "LABEL" => {
            let label = text();
            let address = match () {
                () if line.is("TYPE", "work") => &mut found.work,
                () if line.is("TYPE", "home") => &mut found.home,
                () => &mut found.other,
            };
            first(&mut address.formatted, label);
        }
        "BDAY" | "ANNIVERSARY" | "X-ANNIVERSARY" | "X-MS-ANNIVERSARY" => {
            let value = line.text();
            let mut date = day(&value);
            if line.parameter("X-APPLE-OMIT-YEAR").is_some() {
                date = date.and_then(|date| DateTime::new(NO_YEAR, date.month(), date.day(), 0, 0, 0));
            }
            let date = date.and_then(|date| DateTime::new(date.year(), date.month(), date.day(), 0, 0, 0));
            match (date, line.name.as_str()) {
                (None, _) if value.trim().is_empty() => {}
                (None, _) => line.defect(Code::CalendarValueInvalid, "is no date", ctx)?,
                (date, "BDAY") => found.birthday = date,
                (date, _) => found.anniversary = date,
            }
        }
        "GENDER" | "X-GENDER" => {
            found.gender = match line.value.trim().chars().next() {
                Some('F' | 'f') => Some(1),
                Some('M' | 'm') => Some(2),
                _ => None,
            };
        }
        "URL" if line.is("TYPE", "home") => first(&mut found.home_page, text()),
        "URL" => first(&mut found.business_page, text()),
        "IMPP" => first(&mut found.im_address, text().map(|uri| uri.strip_prefix("x-apple:").map(str::to_owned).unwrap_or(uri))),
        "X-MS-IMADDRESS" => found.im_address = text(),
        "FBURL" => found.free_busy = text(),
        "X-MS-INTERESTS" => found.hobbies = text(),
        "X-MS-TEXT" => found.user_fields.extend(text()),
        "PHOTO" => match binary(line) {
            Some(photo) => found.photo = found.photo.take().or(Some(photo)),
            None if line.value.trim().is_empty() => {}
            None => return Ok(false),
        },
        "KEY" => match binary(line) {
            Some(key) => found.certificates.push(key),
            None => return Ok(false),
        },
        "EMAIL"
        | "NOTE"
        | "CATEGORIES"
        | "CLASS"
        | "X-CLASS"
        | "UID"
        | "REV"
        | "VERSION"
        | "PRODID"
        | "KIND"
        | "PROFILE"
        | "MAILER"
        | "SOURCE"
        | "NAME"
        | "X-MICROSOFT-CONTACT"
        | "X-MICROSOFT-COMPANY"
        | "X-MICROSOFT-MILEAGE"
        | "X-MICROSOFT-BILLING" => {}
        name => match ContactField::of_name(name) {
            Some(kind) => found.further.extend(text().map(|text| (kind, text))),
            None => return Ok(false),
        },
    }
    Ok(true)
}
