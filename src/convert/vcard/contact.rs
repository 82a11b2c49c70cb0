//! A contact ([MS-OXVCARD] 2.1.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, Result};
use crate::convert::content_line::{Lines, list, text, utc};
use crate::items::{Common, Contact, Phone, PostalAddress};
use crate::message::Message;
use crate::tags;

/// The year of a date that has none.
const NO_YEAR: u16 = 1604;

/// What a number is for, in the words of TYPE; the others have a field of Microsoft's.
fn phone_type(phone: Phone) -> Result<&'static str, &'static str> {
    Ok(match phone {
        Phone::Primary => "pref",
        Phone::Business | Phone::Business2 => "work,voice",
        Phone::Home | Phone::Home2 => "home,voice",
        Phone::Mobile => "cell",
        Phone::Car => "car",
        Phone::Other => "voice",
        Phone::Pager => "pager",
        Phone::Isdn => "isdn",
        Phone::Telex => "x-telex",
        Phone::PrimaryFax => "fax",
        Phone::BusinessFax => "work,fax",
        Phone::HomeFax => "home,fax",
        Phone::Assistant => return Err("ASSISTANT"),
        Phone::Callback => return Err("CALLBACK"),
        Phone::Company => return Err("COMPANY"),
        Phone::Radio => return Err("RADIO"),
        Phone::Text => return Err("TTYTDD"),
        #[allow(unreachable_patterns)]
        _ => "voice",
    })
}

/// Writes parameters whose values are lists of plain words, and so have no quotes.
fn typed(lines: &mut Lines, name: &str, types: &str, value: &str) {
    lines.line(&format!("{name};TYPE={types}"), &[], value);
}

/// UID, REV and what both kinds of cards have.
pub(super) fn common(common: &Common, uid: &str, is_4: bool, lines: &mut Lines) {
    // Of itself it is a URI in 4.0.
    lines.line("UID", if is_4 { &[("VALUE", "text")] } else { &[] }, &text(uid));
    if let Some(time) = common.modified.and_then(utc) {
        lines.line("REV", &[], &time);
    }
    if !common.categories.is_empty() {
        lines.line("CATEGORIES", &[], &list(&common.categories));
    }
    common.contacts.iter().for_each(|contact| lines.text("X-MICROSOFT-CONTACT", contact));
    common.companies.iter().for_each(|company| lines.text("X-MICROSOFT-COMPANY", company));
    lines.some("X-MICROSOFT-MILEAGE", common.mileage.as_deref());
    lines.some("X-MICROSOFT-BILLING", common.billing.as_deref());
    // 4.0 has no CLASS.
    let class = match common.sensitivity {
        2 => "PRIVATE",
        3 => "CONFIDENTIAL",
        _ => "PUBLIC",
    };
    if !is_4 || class != "PUBLIC" {
        lines.line(if is_4 { "X-CLASS" } else { "CLASS" }, &[], class);
    }
}

/// Fields between semicolons.
fn fields<'f>(values: impl IntoIterator<Item = Option<&'f String>>) -> String {
    values.into_iter().map(|value| value.map_or(String::new(), |value| text(value))).collect::<Vec<_>>().join(";")
}

pub(super) fn write(contact: &Contact, message: &Message<'_>, is_4: bool, lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    common(&contact.common, &contact.uid, is_4, lines);
    if is_4 {
        lines.line("KIND", &[], "individual");
    }
    names(contact, is_4, lines);
    for (n, email) in contact.emails.iter().enumerate() {
        let Some(address) = &email.address else {
            let detail = format!("e-mail address {}: no Internet address", n.saturating_add(1));
            ctx.defect(Code::VCardAddressMissing, 0, 0, detail)?;
            continue;
        };
        match (is_4, n) {
            (true, 0) => lines.line("EMAIL", &[("PREF", "1")], &text(address)),
            (true, _) => lines.text("EMAIL", address),
            (false, 0) => typed(lines, "EMAIL", "internet,pref", &text(address)),
            (false, _) => typed(lines, "EMAIL", "internet", &text(address)),
        }
    }
    for (phone, number) in &contact.phones {
        match phone_type(*phone) {
            Ok("pref") if is_4 => lines.line("TEL;PREF=1", &[], &text(number)),
            Ok(types) if is_4 && types.contains(',') => lines.line(&format!("TEL;TYPE=\"{types}\""), &[], &text(number)),
            Ok(types) => typed(lines, "TEL", types, &text(number)),
            Err(types) => typed(lines, "X-MS-TEL", types, &text(number)),
        }
    }
    address("home", &contact.home, None, is_4, lines);
    address("work", &contact.work, contact.office.as_ref(), is_4, lines);
    // Neither version has a word for an address that is neither; the specification takes that of letters.
    address(if is_4 { "x-other" } else { "postal" }, &contact.other, None, is_4, lines);
    for (types, page) in [("home", &contact.home_page), ("work", &contact.business_page)] {
        if let Some(page) = page {
            typed(lines, "URL", types, &uri(page));
        }
    }
    dates(contact, is_4, lines);
    people(contact, is_4, lines);
    if let Some(address) = &contact.im_address {
        // A URI where it is one; what stands in front of the colon says of which kind.
        let is_uri = address.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
        lines.line("IMPP", &[], &if is_uri { uri(address) } else { format!("x-apple:{}", uri(address)) });
        lines.text("X-MS-IMADDRESS", address);
    }
    if let Some(url) = &contact.free_busy {
        lines.line("FBURL", &[], &uri(url));
    }
    lines.some("X-MS-INTERESTS", contact.hobbies.as_deref());
    contact.further.iter().for_each(|(field, value)| lines.text(field.name(), value));
    contact.user_fields.iter().for_each(|field| lines.text("X-MS-TEXT", field));
    lines.some("NOTE", contact.common.text.as_deref().map(|note| note.trim_end_matches(['\r', '\n', ' '])));
    binaries(contact, is_4, lines);
    let others = message.attachments.iter().filter(|attachment| {
        let photo = attachment.properties.boolean(tags::ATTACHMENT_CONTACT_PHOTO.untyped()) == Some(true);
        !photo && contact.photo.as_deref() != Some(attachment.data())
    });
    for attachment in others {
        let name = attachment.file_name().unwrap_or_default();
        ctx.defect(Code::VCardAttachmentLeftOut, 0, 0, format!("attachment {} ({name})", attachment.number()))?;
    }
    Ok(())
}

fn names(contact: &Contact, is_4: bool, lines: &mut Lines) {
    lines.text("FN", &contact.shown_name());
    let parts =
        [&contact.surname, &contact.given_name, &contact.middle_name, &contact.prefix, &contact.suffix].map(Option::as_ref);
    let sort = fields([contact.yomi_surname.as_ref(), contact.yomi_given_name.as_ref()]);
    let has_sort = contact.yomi_surname.is_some() || contact.yomi_given_name.is_some();
    let parameter: &[(&str, &str)] = if is_4 && has_sort { &[("SORT-AS", &sort.replace(';', ","))] } else { &[] };
    // 3.0 asks for N, whatever is known.
    if parts.iter().any(Option::is_some) {
        lines.line("N", parameter, &fields(parts));
    } else if !is_4 {
        lines.line("N", &[], &format!("{};;;;", text(&contact.shown_name())));
    }
    if !is_4 {
        lines.some("SORT-STRING", contact.yomi_surname.as_deref());
    }
    lines.some("X-PHONETIC-FIRST-NAME", contact.yomi_given_name.as_deref());
    lines.some("X-PHONETIC-LAST-NAME", contact.yomi_surname.as_deref());
    lines.some("NICKNAME", contact.nickname.as_deref());
    match (&contact.company, &contact.department) {
        (None, None) => {}
        (company, None) => lines.line("ORG", &[], &fields([company.as_ref()])),
        (company, department) => lines.line("ORG", &[], &fields([company.as_ref(), department.as_ref()])),
    }
    lines.some("TITLE", contact.title.as_deref());
    lines.some("ROLE", contact.profession.as_deref());
    lines.some("X-MS-OL-OFFICE", contact.office.as_deref());
    lines.some("X-FILE-AS", contact.file_as.as_deref());
}

fn address(types: &str, address: &PostalAddress, office: Option<&String>, is_4: bool, lines: &mut Lines) {
    if address.is_empty() {
        return;
    }
    let parts = [
        address.box_number.as_ref(),
        office,
        address.street.as_ref(),
        address.city.as_ref(),
        address.state.as_ref(),
        address.code.as_ref(),
        address.country.as_ref(),
    ];
    let name = format!("ADR;TYPE={types}");
    match &address.formatted {
        Some(label) if is_4 => lines.line(&name, &[("LABEL", label)], &fields(parts)),
        _ if is_4 || !address.has_no_parts() => lines.line(&name, &[], &fields(parts)),
        _ => {}
    }
    if let (false, Some(label)) = (is_4, &address.formatted) {
        typed(lines, "LABEL", types, &text(label));
    }
}

/// A date: `1980-05-15` in 3.0, `19800515` or, without a year, `--0515` in 4.0.
fn date(name: &str, time: DateTime, is_4: bool, lines: &mut Lines) {
    let (year, month, day) = (time.year(), time.month(), time.day());
    match (is_4, year) {
        (true, NO_YEAR) => lines.line(name, &[], &format!("--{month:02}{day:02}")),
        (true, _) => lines.line(name, &[], &format!("{year:04}{month:02}{day:02}")),
        (false, NO_YEAR) => lines.line(name, &[("X-APPLE-OMIT-YEAR", "1604")], &format!("1604-{month:02}-{day:02}")),
        (false, _) => lines.line(name, &[], &format!("{year:04}-{month:02}-{day:02}")),
    }
}

fn dates(contact: &Contact, is_4: bool, lines: &mut Lines) {
    if let Some(birthday) = contact.birthday {
        date("BDAY", birthday, is_4, lines);
    }
    if let Some(anniversary) = contact.anniversary {
        date(if is_4 { "ANNIVERSARY" } else { "X-ANNIVERSARY" }, anniversary, is_4, lines);
    }
    match (contact.gender, is_4) {
        (Some(1), true) => lines.line("GENDER", &[], "F"),
        (Some(2), true) => lines.line("GENDER", &[], "M"),
        (Some(1), false) => lines.line("X-GENDER", &[], "Female"),
        (Some(2), false) => lines.line("X-GENDER", &[], "Male"),
        _ => {}
    }
}

fn people(contact: &Contact, is_4: bool, lines: &mut Lines) {
    lines.some("X-MS-MANAGER", contact.manager.as_deref());
    lines.some("X-MS-ASSISTANT", contact.assistant.as_deref());
    match &contact.spouse {
        Some(spouse) if is_4 => lines.line("RELATED;TYPE=spouse;VALUE=text", &[], &text(spouse)),
        spouse => lines.some("X-MS-SPOUSE", spouse.as_deref()),
    }
    for child in &contact.children {
        match is_4 {
            true => lines.line("RELATED;TYPE=child;VALUE=text", &[], &text(child)),
            false => lines.text("X-MS-CHILD", child),
        }
    }
}

/// PHOTO and KEY.
fn binaries(contact: &Contact, is_4: bool, lines: &mut Lines) {
    if let Some(photo) = &contact.photo {
        // The bytes say what it is, not a name.
        let kind = match photo.as_slice() {
            [0x89, b'P', b'N', b'G', ..] => "png",
            [b'G', b'I', b'F', b'8', ..] => "gif",
            [b'B', b'M', ..] => "bmp",
            _ => "jpeg",
        };
        let bytes = STANDARD.encode(photo);
        match is_4 {
            true => lines.line("PHOTO", &[], &format!("data:image/{kind};base64,{bytes}")),
            false => lines.line("PHOTO", &[("ENCODING", "b"), ("TYPE", &kind.to_uppercase())], &bytes),
        }
    }
    for certificate in &contact.certificates {
        let bytes = STANDARD.encode(certificate);
        match is_4 {
            true => lines.line("KEY", &[], &format!("data:application/pkix-cert;base64,{bytes}")),
            false => lines.line("KEY", &[("ENCODING", "b"), ("TYPE", "X509")], &bytes),
        }
    }
}

/// What stands as a URI must not break its line.
fn uri(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}
