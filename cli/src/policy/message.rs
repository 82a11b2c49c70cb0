//! The message that a policy is asked about, and its sender and recipients.

use std::io::Read;
use std::path::Path;

use winmail::Message;
use winmail::convert::mime::find::find;
use winmail::convert::mime::{self, MimeReadOptions};
use winmail::mapi::tags;

use super::super::files;
use super::super::flags;
use super::super::read::{self, ReadArgs};
use super::Failure;

/// Who writes to whom.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Addresses {
    /// The sender's address; the message's unless given
    #[arg(long, value_name = "ADDRESS")]
    pub(super) from: Option<String>,
    /// The recipients' addresses; the message's unless given
    #[arg(long, value_name = "ADDRESS", num_args = 1..)]
    pub(super) to: Vec<String>,
}

impl Addresses {
    /// These, or those of the message.
    pub(super) fn or_those_of(&self, message: &Message<'_>) -> Result<(String, Vec<String>), Failure> {
        let from = self.from.clone().or_else(|| sender(message));
        let from = from.ok_or_else(|| Failure::Said("the message names no sender: --from does".to_owned()))?;
        let from = bare(&from)?;
        let mut to = self.to.clone();
        if to.is_empty() {
            to = message.recipients.iter().filter_map(|recipient| recipient.smtp_address().map(|to| to.into_owned())).collect();
        }
        if to.is_empty() {
            return Err(Failure::Said("the message names no recipient: --to does".to_owned()));
        }
        let to = to.iter().map(|one| bare(one)).collect::<Result<_, _>>()?;
        Ok((from, to))
    }
}

/// An address without the display name that it was written with.
pub(super) fn bare(text: &str) -> Result<String, Failure> {
    let wrong = || Failure::Said(format!("{text:?} is no address: expected name@domain"));
    winmail::policy::address_in(text).map(str::to_owned).ok_or_else(wrong)
}

/// The address that the message is from.
fn sender(message: &Message<'_>) -> Option<String> {
    let smtp = [tags::SENT_REPRESENTING_SMTP_ADDRESS, tags::SENDER_SMTP_ADDRESS];
    let other = [tags::SENT_REPRESENTING_EMAIL_ADDRESS, tags::SENDER_EMAIL_ADDRESS];
    let text = |tag: &_| message.properties.str(*tag).filter(|address| address.contains('@'));
    smtp.iter().chain(&other).find_map(text).map(std::borrow::Cow::into_owned)
}

/// A message that was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) message: Message<'static>,
    /// The mail that carries it as TNEF.
    carrier: Option<Vec<u8>>,
}

impl Loaded {
    /// The mail that the message came in, if that carries TNEF.
    pub(super) fn mail_with_tnef(&self) -> Option<&[u8]> {
        self.carrier.as_deref()
    }
}

/// Reads a mail, or TNEF in any wrapping.
pub(super) fn load(path: &Path, args: &ReadArgs, stdin: &mut dyn Read) -> Result<Loaded, Failure> {
    let said = |message: String| Failure::Said(format!("{}: {message}", read::display_name(path)));
    let options = args.options();
    let bytes = files::read(path, stdin, args.max_size).map_err(|error| said(read::unreadable(&error)))?;
    if winmail::input::is_mail_or_mbox(&bytes) {
        let carries = !find(&bytes, &options.limits).parts.is_empty();
        let message = mime::read(&bytes, &MimeReadOptions::new(options).with_any_correlator(true))
            .map_err(|error| said(flags::said(&error)))?;
        return Ok(Loaded { message, carrier: carries.then_some(bytes) });
    }
    let loaded = read::only(winmail::input::detect(bytes, &options.limits)).map_err(said)?;
    let message =
        Message::read(&loaded.bytes, &loaded.reading(&options)).map_err(|error| said(read::failure(&error, &loaded)))?;
    Ok(Loaded { message: message.into_owned(), carrier: None })
}
