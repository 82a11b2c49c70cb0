//! A generator of sample streams for every corner of the format, sound and damaged.
//!
//! [`SHAPES`] says of each sample what it is, what `winmail list` makes of it and what `winmail check` must find. `testdata/` is
//! made by it, and `winmail sample` is a verb over it.

mod damage;
mod format;
mod items;
mod mail;
mod recipe;
mod structure;

use std::io::Write;

use winmail::Code;
use winmail::Result;
use winmail::message::MessageKind;

use recipe::Recipe;

/// A sample that can be made.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The kind of the message in it.
    pub kind: MessageKind,
    /// How many attachments it has, unless another size is asked for.
    pub attachments: usize,
    /// What reading it reports, in the order of the catalogue of diagnostics; nothing of a sound one.
    pub codes: &'static [Code],
    /// How large it is, or how many there are of what it has many of, unless told; `None` if it has no size.
    pub size: Option<u64>,
    make: Make,
}

#[derive(Debug, Clone, Copy)]
enum Make {
    Bytes(fn(&Recipe) -> Result<Vec<u8>>),
    /// In constant memory.
    Stream(fn(&Recipe, &mut dyn Write) -> Result<()>),
}

impl Shape {
    /// Writes the sample for a seed and, if it has one, a size.
    ///
    /// # Errors
    /// Those of `out`; Unencodable for a size that no stream can have.
    pub fn write(&self, seed: u64, size: Option<u64>, out: &mut dyn Write) -> Result<()> {
        let recipe = Recipe { seed, size: size.or(self.size).unwrap_or(0) };
        match self.make {
            Make::Bytes(make) => Ok(out.write_all(&make(&recipe)?)?),
            Make::Stream(make) => make(&recipe, out),
        }
    }

    const fn new(name: &'static str, kind: MessageKind, about: &'static str, make: fn(&Recipe) -> Result<Vec<u8>>) -> Self {
        Shape { name, about, kind, attachments: 0, codes: &[], size: None, make: Make::Bytes(make) }
    }

    const fn mail(name: &'static str, about: &'static str, make: fn(&Recipe) -> Result<Vec<u8>>) -> Self {
        Shape::new(name, MessageKind::Mail, about, make)
    }

    /// A mail with damage and one attachment, like most of them.
    const fn damaged(
        name: &'static str,
        codes: &'static [Code],
        about: &'static str,
        make: fn(&Recipe) -> Result<Vec<u8>>,
    ) -> Self {
        Shape { attachments: 1, codes, ..Shape::mail(name, about, make) }
    }

    const fn with(self, attachments: usize) -> Self {
        Shape { attachments, ..self }
    }

    const fn sized(self, size: u64) -> Self {
        Shape { size: Some(size), ..self }
    }

    const fn of_kind(self, kind: MessageKind) -> Self {
        Shape { kind, ..self }
    }
}

/// Every sample.
pub const SHAPES: &[Shape] = &[
    Shape::mail("winmail", "a mail with an HTML body, a CSV file, an inline picture, named properties", mail::winmail).with(2),
    Shape::mail("forward", "a mail whose attachment is another one, with recipients and legacy attributes", mail::forward)
        .with(1),
    Shape::mail("text", "a mail in plain text, of several scripts", mail::plain_text),
    Shape::mail("rtf", "a mail in rich text that was never HTML", mail::rtf),
    Shape::mail("rtf-uncompressed", "the same in an uncompressed container", mail::rtf_uncompressed),
    Shape::mail("rtf-html", "HTML that is carried by rich text", mail::rtf_html),
    Shape::mail("rtf-text", "plain text that is carried by rich text", mail::rtf_text),
    Shape::mail("all-bodies", "text, HTML and rich text that say the same", mail::all_bodies),
    Shape::new("signed", MessageKind::SecureMail, "a signed mail (S/MIME)", mail::signed).with(1),
    Shape::mail("voting", "a mail with voting buttons", mail::voting),
    Shape::new("out-of-office", MessageKind::OutOfOffice, "an automatic reply", mail::out_of_office),
    Shape::new("recall", MessageKind::Recall, "a request to recall a message", mail::recall),
    Shape::new("meeting-request", MessageKind::MeetingRequest, "a meeting request, as Outlook writes it", items::request),
    Shape::new("meeting-canceled", MessageKind::MeetingCancellation, "a cancellation", items::cancellation),
    Shape::new("meeting-accepted", MessageKind::MeetingAccepted, "an acceptance", items::accepted),
    Shape::new("meeting-declined", MessageKind::MeetingDeclined, "a refusal", items::declined),
    Shape::new("meeting-tentative", MessageKind::MeetingTentative, "a tentative acceptance", items::tentative),
    Shape::new("appointment", MessageKind::Appointment, "an appointment", items::appointment),
    Shape::new("task", MessageKind::Task, "a task", items::task),
    Shape::new("task-request", MessageKind::TaskRequest, "a task that is handed on", items::task_request).with(1),
    Shape::new("contact", MessageKind::Contact, "a contact", items::contact),
    Shape::new("distribution-list", MessageKind::DistributionList, "a distribution list", items::distribution_list),
    Shape::new("note", MessageKind::Note, "a sticky note", items::note),
    Shape::new("journal", MessageKind::Journal, "a journal entry", items::journal),
    Shape::new("post", MessageKind::Post, "a post in a folder", items::post),
    Shape::new("non-delivery", MessageKind::NonDeliveryReport, "a non-delivery report", items::non_delivery),
    Shape::new("delivery", MessageKind::DeliveryReport, "a delivery report", items::delivery),
    Shape::new("read-receipt", MessageKind::ReadReceipt, "a read receipt", items::read_receipt),
    Shape::new("not-read", MessageKind::NonReadReceipt, "a receipt for a message that was deleted unread", items::not_read),
    Shape::new("attributes", MessageKind::MeetingRequest, "every attribute", format::attributes).with(1),
    Shape::mail("property-types", "every type of property, single and multi-valued", format::property_types),
    Shape::mail("named", "named properties by number and by string, of sets known and unknown", format::named).with(1),
    Shape::mail("encapsulated", "no legacy attributes but those that must be", format::encapsulated).with(2),
    Shape::mail("outlook", "the legacy attributes that Outlook writes", format::outlook).with(2),
    Shape::mail("code-page-850", "8-bit text of DOS", format::code_page::<850>).with(1),
    Shape::mail("code-page-874", "8-bit text in Thai", format::code_page::<874>).with(1),
    Shape::mail("code-page-932", "8-bit text in Japanese", format::code_page::<932>).with(1),
    Shape::mail("code-page-936", "8-bit text in simplified Chinese", format::code_page::<936>).with(1),
    Shape::mail("code-page-949", "8-bit text in Korean", format::code_page::<949>).with(1),
    Shape::mail("code-page-950", "8-bit text in traditional Chinese", format::code_page::<950>).with(1),
    Shape::mail("code-page-1250", "8-bit text in Czech", format::code_page::<1250>).with(1),
    Shape::mail("code-page-1251", "8-bit text in Russian", format::code_page::<1251>).with(1),
    Shape::mail("code-page-1252", "8-bit text in French", format::code_page::<1252>).with(1),
    Shape::mail("code-page-1253", "8-bit text in Greek", format::code_page::<1253>).with(1),
    Shape::mail("code-page-1254", "8-bit text in Turkish", format::code_page::<1254>).with(1),
    Shape::mail("code-page-1255", "8-bit text in Hebrew", format::code_page::<1255>).with(1),
    Shape::mail("code-page-1256", "8-bit text in Arabic", format::code_page::<1256>).with(1),
    Shape::mail("code-page-1257", "8-bit text in Lithuanian", format::code_page::<1257>).with(1),
    Shape::mail("code-page-1258", "8-bit text in Vietnamese", format::code_page::<1258>).with(1),
    Shape::mail("code-page-20866", "8-bit text in Russian, KOI8-R", format::code_page::<20866>).with(1),
    Shape::mail("code-page-28591", "8-bit text in ISO 8859-1", format::code_page::<28591>).with(1),
    Shape::mail("code-page-50220", "7-bit text in Japanese, ISO-2022-JP", format::code_page::<50220>).with(1),
    Shape::mail("code-page-54936", "8-bit text in Chinese, GB18030", format::code_page::<54936>).with(1),
    Shape::mail("code-page-65001", "8-bit text in UTF-8", format::code_page::<65001>).with(1),
    Shape::mail("nested", "mails in mails, side by side and in each other", structure::nested).with(2),
    Shape::mail("deep", "mails nested in mails, 20 levels unless told", structure::deep).with(1).sized(20),
    Shape::mail("ole", "an OLE object with its picture, and an OLE 1 stream", structure::ole).with(2),
    Shape::mail("mac-binary", "a file in MacBinary", structure::mac_binary).with(1),
    Shape::mail("links", "attachments that are references, and one of no bytes", structure::links).with(3),
    Shape::mail("file-names", "file names that would do harm if they were believed", structure::file_names).with(19),
    Shape::mail("inline", "pictures that the body shows", structure::inline).with(2),
    Shape::mail("tnef-file", "a winmail.dat as a file, which stays one", structure::tnef_files).with(1),
    Shape::mail("many-properties", "many properties, 300 unless told, 32766 at most", structure::many_properties).sized(300),
    Shape::mail("many-recipients", "many recipients, 40 unless told", structure::many_recipients).sized(40),
    Shape::mail("many-attachments", "many attachments, 40 unless told", structure::many_attachments).with(40).sized(40),
    Shape {
        make: Make::Stream(structure::big),
        ..Shape::mail("big", "an attachment, of 32 KiB unless told", mail::winmail).with(1).sized(32 << 10)
    },
    Shape::damaged(
        "damaged",
        &[
            Code::InvalidAttributeLength,
            Code::AttributeTruncated,
            Code::ChecksumMismatch,
            Code::BytesSkipped,
            Code::PropertyTruncated,
        ],
        "the first with a wrong checksum, a wrong length, foreign bytes between attributes, and its end cut off",
        damage::several,
    )
    .with(2),
    Shape::damaged("checksum", &[Code::ChecksumMismatch], "a wrong checksum", damage::checksum_wrong),
    Shape::damaged("data-changed", &[Code::ChecksumMismatch], "a changed byte in an attachment", damage::data_changed),
    Shape::damaged("length-long", &[Code::InvalidAttributeLength], "a length that is too great", damage::length_long),
    Shape::damaged("length-short", &[Code::InvalidAttributeLength], "a length that is too small", damage::length_short),
    Shape::damaged("length-huge", &[Code::InvalidAttributeLength], "a length of nearly 4 GiB", damage::length_huge),
    Shape::damaged("truncated", &[Code::AttributeTruncated], "cut within an attachment", damage::truncated),
    Shape::damaged(
        "truncated-header",
        &[Code::AttributeTruncated],
        "cut within the header of an attribute",
        damage::truncated_header,
    ),
    Shape::damaged("truncated-checksum", &[Code::ChecksumMissing], "cut before the last checksum", damage::truncated_checksum),
    Shape::damaged(
        "signature-only",
        &[Code::MissingTnefVersion, Code::MissingOemCodepage],
        "the signature and nothing else",
        damage::signature_only,
    )
    .with(0)
    .of_kind(MessageKind::Other),
    Shape::damaged("crlf-collapsed", &[Code::LineEndsCollapsed], "every CR LF became LF", damage::crlf_collapsed),
    Shape::damaged("trailing-bytes", &[Code::TrailingBytes], "bytes behind the end", damage::trailing_bytes),
    Shape::damaged("trailing-line-end", &[Code::TrailingLineEnd], "a line end behind the end", damage::trailing_line_end),
    Shape::damaged("bytes-before", &[Code::BytesBeforeSignature], "a line of a gateway in front", damage::bytes_before),
    Shape::damaged("bytes-between", &[Code::BytesSkipped], "foreign bytes between attributes", damage::bytes_between),
    Shape::damaged("bad-signature", &[Code::InvalidSignature], "a wrong signature", damage::bad_signature),
    Shape::damaged("missing-version", &[Code::MissingTnefVersion], "no attTnefVersion", damage::missing_version)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("bad-version", &[Code::InvalidTnefVersion], "version 2", damage::bad_version)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("missing-code-page", &[Code::MissingOemCodepage], "code page 0", damage::missing_code_page)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("unsupported-code-page", &[Code::UnsupportedCodePage], "code page 1200", damage::unsupported_code_page)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("unknown-attribute", &[Code::UnknownAttribute], "an attribute that nobody knows", damage::unknown_attribute),
    Shape::damaged("untyped-attribute", &[Code::UntypedAttribute], "an id without its type word", damage::untyped_attribute),
    Shape::damaged("wrong-level", &[Code::InvalidAttributeLevel], "a message attribute on attachment level", damage::wrong_level),
    Shape::damaged("attribute-order", &[Code::AttributeOrder], "the subject behind the attachment", damage::attribute_order),
    Shape::damaged("duplicate-attribute", &[Code::DuplicateAttribute], "two subjects", damage::duplicate_attribute).with(0),
    Shape::damaged("attribute-size", &[Code::InvalidAttributeSize], "a date that is too long", damage::attribute_size).with(0),
    Shape::damaged("attribute-value", &[Code::InvalidAttributeValue], "a priority of 9", damage::attribute_value).with(0),
    Shape::damaged("bad-date", &[Code::InvalidDate], "a month of 13", damage::bad_date).with(0),
    Shape::damaged("bad-class", &[Code::InvalidMessageClass], "a control character in the class", damage::bad_class)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("no-terminator", &[Code::MissingTerminator], "text without its NUL", damage::no_terminator).with(0),
    Shape::damaged("undecodable-text", &[Code::UndecodableText], "text that is none in its code page", damage::undecodable_text)
        .with(0)
        .of_kind(MessageKind::Other),
    Shape::damaged("text-behind-nul", &[Code::TextBehindNul], "a body that goes on behind its NUL", damage::text_behind_nul)
        .with(0),
    Shape::damaged(
        "missing-rend-data",
        &[Code::MissingAttachRendData],
        "an attachment without attAttachRendData",
        damage::missing_rend_data,
    ),
    Shape::damaged("conflicting-fact", &[Code::ConflictingFact], "two search keys", damage::conflicting_fact).with(0),
    Shape::damaged(
        "property-count",
        &[Code::PropertyCountMismatch],
        "a count of properties that is too great",
        damage::property_count,
    )
    .with(0),
    Shape::damaged(
        "property-truncated",
        &[Code::PropertyTruncated],
        "a length of text that is too great",
        damage::property_truncated,
    )
    .with(0),
    Shape::damaged("unknown-type", &[Code::UnknownPropertyType], "a property type that nobody knows", damage::unknown_type)
        .with(0),
    Shape::damaged(
        "trailing-property-bytes",
        &[Code::TrailingPropertyBytes],
        "bytes behind the last property",
        damage::trailing_property_bytes,
    )
    .with(0),
    Shape::damaged("value-count", &[Code::InvalidValueCount], "a subject of two values", damage::value_count).with(0),
    Shape::damaged("padding", &[Code::NonZeroPadding], "padding that is not zero", damage::padding).with(0),
    Shape::damaged("odd-unicode", &[Code::OddUnicodeLength], "Unicode text of an odd length", damage::odd_unicode).with(0),
    Shape::damaged("duplicate-property", &[Code::DuplicateProperty], "two importances", damage::duplicate_property).with(0),
    Shape::damaged("row-count", &[Code::InvalidRowCount], "a count of recipients that is too great", damage::row_count).with(0),
    Shape::damaged("bad-object", &[Code::InvalidObject], "an object that is shorter than its interface id", damage::bad_object),
    Shape::damaged("bad-nested", &[Code::InvalidNestedStream], "a nested message that is none", damage::bad_nested),
    Shape::damaged("damaged-nested", &[Code::ChecksumMismatch], "damage in a nested message", damage::damaged_nested),
    Shape::damaged("too-deep", &[Code::NestingTooDeep], "more levels than are read", damage::too_deep),
];
