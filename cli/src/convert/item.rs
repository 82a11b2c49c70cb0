//! One message into another format.

use std::borrow::Cow;

use serde_json::ser;

use crate::{container, flags, foreign_item, read};
use winmail::Code;
use winmail::Message;
use winmail::convert::icalendar::{self, CalendarOptions};
use winmail::convert::mime::account::Loss;
use winmail::convert::mime::filter::{Action, FilterOptions, Outcome, Reason, Refusal, anew, filter};
use winmail::convert::mime::{self, EncapsulateOptions, MimeOptions, MimeReadOptions, TnefForm, encapsulate};
use winmail::convert::vcard::{self, VCardOptions, VCardVersion};
use winmail::input::{self, Loaded};
use winmail::json;
use winmail::message::MsgWriteOptions;
use winmail::{Limits, Report, WriteOptions};

use super::contained;
use super::plan::Origin;
use super::{CardVersion, ConvertArgs, Format, OnLoss};

/// What came of a message.
#[derive(Debug)]
pub(super) enum Converted {
    /// A new file.
    Made(Vec<u8>),
    /// The input: it is already what was asked for.
    Same(Vec<u8>),
    /// Nothing, as the message is no item that the format has; what it is.
    LeftOut(String),
}

/// What is said of the streams of a message.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// What went wrong.
    pub(super) report: Report,
    /// What was found in streams that stay as it was planned: that something of them may not be understood is why they stay.
    pub(super) status: Report,
    /// The streams that are still there.
    pub(super) kept: Vec<Outcome>,
    /// What was missing in a conversion.
    pub(super) losses: Vec<Loss>,
    /// What programs may not do with the result.
    pub(super) note: Option<&'static str>,
}

/// Converts a mail or a stream.
pub(super) fn convert(args: &ConvertArgs, origin: &Origin, bytes: &[u8], said: &mut Said) -> Result<Converted, String> {
    let converted = one(args, origin, bytes, said)?;
    let is_plain = args.to.is_mail() && said.kept.is_empty() && matches!(converted, Converted::Same(_));
    if !is_plain {
        judge(args, bytes, said);
    }
    if let (Format::Msg, Converted::Made(made)) = (args.to, &converted) {
        said.note = container::note(made);
    }
    // Lines of mailboxes end in LF; programs that read them show CRs that come.
    let is_mailbox = matches!(args.to, Format::Mbox | Format::Maildir);
    Ok(match converted {
        Converted::Made(mail) if is_mailbox && has_crs_alone(&mail) => Converted::Made(without_cr(&mail)),
        Converted::Same(mail) if is_mailbox && has_crs_alone(&mail) => Converted::Same(without_cr(&mail)),
        converted => converted,
    })
}

/// Whether each line of a mail ends with CR LF, and these are line ends and no bytes of a file.
fn has_crs_alone(mail: &[u8]) -> bool {
    let has_lines =
        has_cr(mail) && mail.split_inclusive(|byte| *byte == b'\n').all(|line| line.ends_with(b"\r\n") || !line.ends_with(b"\n"));
    let is_binary = |line: &[u8]| {
        let line = line.to_ascii_lowercase();
        line.starts_with(b"content-transfer-encoding:") && line.trim_ascii_end().ends_with(b"binary")
    };
    has_lines && !mail.split(|byte| *byte == b'\n').filter(|line| line.len() < 100).any(is_binary)
}

/// What is wrong with the streams of a mail, whatever becomes of them: `check` says the same.
fn judge(args: &ConvertArgs, bytes: &[u8], said: &mut Said) {
    let options = args.read.options();
    let is_mail = input::is_mail_or_mbox(bytes);
    for loaded in
        input::detect(bytes.to_vec(), &options.limits).into_iter().filter(|loaded| !is_mail || !loaded.is_something_else())
    {
        if let Ok(message) = Message::read(&loaded.bytes, &loaded.reading(&options)) {
            said.report.merge(&message.verdict(), &options);
        }
    }
}

fn one(args: &ConvertArgs, origin: &Origin, bytes: &[u8], said: &mut Said) -> Result<Converted, String> {
    let report = &mut said.report;
    let options = args.read.options();
    if input::is_mail_or_mbox(bytes) {
        if args.to.is_mail() {
            return cleaned(args, bytes, said);
        }
        let rtf = args.to == Format::Tnef && args.rtf;
        // Outlook acts on the class and the properties of a meeting, not on a file.
        let items = matches!(args.to, Format::Tnef | Format::Msg);
        let options = MimeReadOptions::new(options).with_any_correlator(true).with_rtf(rtf).with_items(items);
        let message = mime::read(bytes, &options);
        report.append(read::report_of(&message), &options.read);
        let message = message.map_err(|error| flags::said(&error))?;
        let made = made(args, origin, &message, report)?;
        return Ok(match made {
            // Mails in Maildirs and mboxes have no CRs, and programs that read them there show those that come.
            Converted::Made(mail) if is_mail(args) && !has_cr(bytes) => Converted::Made(without_cr(&mail)),
            made => made,
        });
    }
    if let Some((message, found)) = foreign_item::read(bytes, &options)? {
        report.append(&found, &options);
        if !args.to.is_mail() {
            return made(args, origin, &message, report);
        }
        let stream = message.to_tnef(&WriteOptions::default()).map_err(|error| error.to_string())?;
        let mail = anew(&stream, &plan(args)).map_err(|error| read::failure(&error, &Loaded::raw(stream.clone())))?;
        take(mail.outcomes, mail.losses, args, said)?;
        return Ok(Converted::Made(mail.mail));
    }
    let mut streams = input::detect(bytes.to_vec(), &options.limits);
    let mut loaded = streams.drain(..).next().ok_or("is empty")?;
    if loaded.is_msg() {
        let message = Message::read(&loaded.bytes, &loaded.reading(&options));
        report.append(read::report_of(&message), &options);
        let message = message.map_err(|error| read::failure(&error, &loaded))?;
        if args.to == Format::Msg {
            return Ok(Converted::Same(loaded.bytes));
        }
        if !args.to.is_mail() {
            return made(args, origin, &message, report);
        }
        // The one plan by which mails are made is for streams.
        let stream = message.to_tnef(&WriteOptions::default()).map_err(|error| error.to_string())?;
        drop(message);
        loaded = Loaded::raw(stream);
    }
    if args.to.is_mail() {
        let made = anew(&loaded.bytes, &plan(args)).map_err(|error| read::failure(&error, &loaded))?;
        take(made.outcomes, made.losses, args, said)?;
        return Ok(Converted::Made(made.mail));
    }
    let message = Message::read(&loaded.bytes, &loaded.reading(&options));
    report.append(read::report_of(&message), &options);
    let message = message.map_err(|error| read::failure(&error, &loaded))?;
    if args.to == Format::Tnef && args.tnef.bare {
        return Ok(Converted::Same(loaded.bytes));
    }
    if matches!(args.to, Format::Json | Format::Jsonl) {
        return dumped(args.to, origin, &loaded, &message, report).map(Converted::Made);
    }
    made(args, origin, &message, report)
}

/// How mails are made, as the filter makes them.
fn plan(args: &ConvertArgs) -> FilterOptions {
    let mut plan = FilterOptions::default();
    plan.read = args.read.options();
    plan.mime = mime_options(args);
    plan.leave_signed = args.leave_signed;
    plan.on_loss = match args.on_loss {
        OnLoss::Keep => winmail::convert::mime::filter::OnLoss::Keep,
        // What fails is not written.
        OnLoss::Fail | OnLoss::Warn => winmail::convert::mime::filter::OnLoss::Warn,
    };
    plan
}

/// A mail with its streams replaced by what is in them.
fn cleaned(args: &ConvertArgs, mail: &[u8], said: &mut Said) -> Result<Converted, String> {
    let options = args.read.options();
    let filtered = filter(mail, &plan(args));
    let code = match filtered.refused {
        None | Some(Refusal::Signature) => None,
        Some(Refusal::Unseen(why)) => Some(why.code()),
        Some(Refusal::Incomplete) => Some(Code::ConversionIncomplete),
        Some(_) => Some(Code::LimitReached),
    };
    if let (Some(code), Some(refusal)) = (code, filtered.refused) {
        let detail = format!("the mail stays as it is: {refusal}");
        said.report.add(code, detail, &options).map_err(|error| error.to_string())?;
    }
    let changed = filtered.mail.map(|changed| changed.to_vec());
    take(filtered.outcomes, filtered.losses, args, said)?;
    Ok(match changed {
        Some(changed) => Converted::Made(changed),
        None => Converted::Same(mail.to_vec()),
    })
}

/// Says what became of streams.
fn take(outcomes: Vec<Outcome>, losses: Vec<Loss>, args: &ConvertArgs, said: &mut Said) -> Result<(), String> {
    let options = args.read.options();
    for outcome in outcomes {
        let is_planned = match &outcome.action {
            Action::Kept(Reason::Incomplete(_)) | Action::Left(Reason::Incomplete(_) | Reason::Failed(_)) => false,
            Action::Kept(_) | Action::Left(_) => true,
            _ => false,
        };
        let report = if is_planned { &mut said.status } else { &mut said.report };
        report.append(&outcome.report, &options);
        if let Some(Reason::Failed(why)) = outcome.reason() {
            said.report.add(Code::MimeUnreadableTnef, why.clone(), &options).map_err(|_| why.clone())?;
        }
        if outcome.reason().is_some() {
            said.kept.push(outcome);
        }
    }
    let first = losses.first().map(ToString::to_string);
    said.losses.extend(losses);
    match first {
        Some(first) if args.on_loss == OnLoss::Fail => Err(format!("not written, as it would lose {first}")),
        _ => Ok(()),
    }
}

/// Whether what comes out is a mail in lines: STNEF is binary.
fn is_mail(args: &ConvertArgs) -> bool {
    args.to.is_mail() || args.to == Format::Tnef && !args.tnef.bare && !args.tnef.stnef
}

/// Whether the first line of a mail ends with CR LF.
fn has_cr(mail: &[u8]) -> bool {
    let first = mail.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first.last() == Some(&b'\r')
}

/// A mail with LF for CR LF. What is written has no CR elsewhere that is not encoded.
fn without_cr(mail: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(mail.len());
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                made.extend_from_slice(text);
                made.push(b'\n');
            }
            None => made.extend_from_slice(line),
        }
    }
    made
}

fn mime_options(args: &ConvertArgs) -> MimeOptions {
    let mut mime = MimeOptions::default();
    mime.bcc = args.bcc;
    mime.limits = args.read.options().limits;
    mime
}

fn card_options(args: &ConvertArgs) -> VCardOptions {
    VCardOptions::default().with_version(match args.vcard {
        CardVersion::V3 => VCardVersion::V3,
        CardVersion::V4 => VCardVersion::V4,
    })
}

fn made(args: &ConvertArgs, origin: &Origin, message: &Message<'_>, report: &mut Report) -> Result<Converted, String> {
    let options = args.read.options();
    let mime = mime_options(args);
    let made = match args.to {
        Format::Eml | Format::Mbox | Format::Maildir => mime::write(message, &mime).map(|mail| (mail.bytes, mail.report)),
        Format::Tnef => {
            let carrier = match (args.tnef.bare, args.tnef.stnef) {
                (true, _) => TnefForm::Bare,
                (_, true) => TnefForm::Stnef,
                _ => TnefForm::Mail,
            };
            encapsulate(message, &EncapsulateOptions::new(carrier).with_mime(mime)).map(|mail| (mail.bytes, mail.report))
        }
        Format::Msg => {
            let mut msg = MsgWriteOptions::default();
            msg.beyond_limits = args.beyond_limits;
            message.to_msg(&msg).map(|bytes| (bytes, Report::new()))
        }
        Format::Json | Format::Jsonl => {
            // Everything that the message is, as its stream has it.
            let stream = message.to_tnef(&WriteOptions::default()).map_err(|error| error.to_string())?;
            let loaded = Loaded::raw(stream);
            let again = Message::read(&loaded.bytes, &options.clone().with_limits(Limits::default()));
            return dumped(args.to, origin, &loaded, &again.map_err(|error| error.to_string())?, report).map(Converted::Made);
        }
        Format::Html => match message.html() {
            Ok(Some(html)) if args.self_contained => {
                let whole = contained::page(&html.text, message, options.limits.output)?;
                Ok((page(&whole, true), html.report))
            }
            Ok(Some(html)) => Ok((page(&html.text, true), html.report)),
            Ok(None) => text(message).map(|(text, report)| (page(&text, false), report)),
            Err(error) => Err(error),
        },
        Format::Text => text(message).map(|(text, report)| (text.into_bytes(), report)),
        Format::Ics => match icalendar::write(message, &CalendarOptions::default().with_zones(args.zones.into())) {
            Ok(Some(calendar)) => Ok((calendar.text.into_bytes(), calendar.report)),
            Ok(None) => {
                return Ok(Converted::LeftOut(format!("nothing that a calendar has: {}", message.kind().describe())));
            }
            Err(error) => Err(error),
        },
        Format::Vcf => match vcard::write(message, &card_options(args)) {
            Ok(Some(card)) => Ok((card.text.into_bytes(), card.report)),
            Ok(None) => {
                return Ok(Converted::LeftOut(format!("nothing that an address book has: {}", message.kind().describe())));
            }
            Err(error) => Err(error),
        },
    };
    match made {
        Ok((bytes, found)) => {
            report.append(&found, &options);
            Ok(Converted::Made(bytes))
        }
        Err(error) => {
            report.append(error.report(), &options);
            Err(flags::said(&error))
        }
    }
}

/// The text of a message, empty if it has none, and what was found wrong.
fn text(message: &Message<'_>) -> winmail::Result<(String, Report)> {
    Ok(message.text()?.map(|found| (found.text, found.report)).unwrap_or_default())
}

/// A line of `--to jsonl`.
#[derive(serde::Serialize)]
struct Line<'a> {
    source: &'a str,
    path: Option<String>,
    #[serde(flatten)]
    file: json::File<'a>,
}

fn dumped(to: Format, origin: &Origin, loaded: &Loaded, message: &Message<'_>, report: &Report) -> Result<Vec<u8>, String> {
    let source = origin.file.to_string_lossy();
    let file = json::File::new(&source, &loaded.bytes, &loaded.wrapper, message, report);
    let mut out = Vec::new();
    let json = crate::json_out::JsonOut(&mut out);
    let written = if to == Format::Jsonl {
        serde::Serialize::serialize(
            &Line { source: &source, path: origin.place(), file },
            &mut serde_json::Serializer::with_formatter(json, ser::CompactFormatter),
        )
    } else {
        serde::Serialize::serialize(&file, &mut serde_json::Serializer::with_formatter(json, ser::PrettyFormatter::new()))
    };
    written.map_err(|error| error.to_string())?;
    out.push(b'\n');
    Ok(out)
}

/// A page in UTF-8: HTML, or text that is shown as it stands.
fn page(text: &str, html: bool) -> Vec<u8> {
    // The mark outweighs what a `<meta>` claims.
    const MARK: &str = "\u{FEFF}";
    let text: Cow<'_, str> = if html {
        text.into()
    } else {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<pre>\n{escaped}</pre>\n").into()
    };
    [MARK, &text].concat().into_bytes()
}
