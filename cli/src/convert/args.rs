//! The command line of `winmail convert`.

use std::path::{Path, PathBuf};

use winmail::convert::icalendar::ZoneNames;

use crate::read::ReadArgs;

/// A format to convert into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A mail that every program reads; one without TNEF stays as it is
    Eml,
    /// TNEF (winmail.dat): a mail that carries it, or the stream alone
    Tnef,
    /// Outlook's own file (.msg)
    Msg,
    /// Everything, as `winmail dump --json` shows it
    Json,
    /// The body as HTML
    Html,
    /// The body as plain text
    Text,
    /// iCalendar of an appointment, an invitation, a task, a journal entry or a note
    Ics,
    /// vCard of a contact or a distribution list
    Vcf,
    /// One file of mails, as most mail programs import them (mboxrd)
    Mbox,
    /// A folder of mails with their flags and times, as servers keep them (Maildir++)
    Maildir,
    /// Everything, as `winmail dump --json` shows it: one file, a line a message
    Jsonl,
}

impl Format {
    /// Whether the law of conversions holds: what comes out may stand for the original.
    pub(super) fn is_mail(self) -> bool {
        matches!(self, Format::Eml | Format::Mbox | Format::Maildir)
    }
}

/// How time zones are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Zones {
    /// As the item does: W. Europe Standard Time
    Windows,
    /// As the IANA database does: Europe/Berlin
    Iana,
    /// Times in UTC; series keep their zone
    Utc,
}

impl From<Zones> for ZoneNames {
    fn from(zones: Zones) -> Self {
        match zones {
            Zones::Windows => ZoneNames::Windows,
            Zones::Iana => ZoneNames::Iana,
            Zones::Utc => ZoneNames::Utc,
        }
    }
}

/// The version of vCard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CardVersion {
    /// Which Outlook and phones read
    #[value(name = "3.0")]
    V3,
    /// The newest
    #[value(name = "4.0")]
    V4,
}

/// How to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportForm {
    /// Sentences on standard error for what went wrong
    Text,
    /// One JSON object a line on standard output for every message
    Json,
}

/// What is done where a conversion would lose something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnLoss {
    /// Keep winmail.dat beside what was converted; the exit code is 3
    Keep,
    /// Do not write the message; it counts as failed
    Fail,
    /// Write it all the same, and say what is missing; the exit code is 3
    Warn,
}

/// What `--to tnef` makes.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(required = false, multiple = false)]
pub struct TnefForm {
    /// With --to tnef: a mail with winmail.dat in it [default]
    #[arg(long)]
    pub(super) mail: bool,
    /// With --to tnef: the stream alone; so does an output called winmail.dat or NAME.tnef
    #[arg(long)]
    pub(super) bare: bool,
    /// With --to tnef: a mail that is the stream, in binary, as Exchange servers send it to each other
    #[arg(long)]
    pub(super) stnef: bool,
}

/// Arguments of `winmail convert`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Inputs are mails, mboxes, TNEF streams (winmail.dat), Outlook messages (.msg), folders, Maildirs and tar archives of these, to any \
    depth.\n\
    With --to eml, mbox and maildir a mail becomes what `winmail filter` makes of it. What no mail can express (meetings, contacts, tasks, voting \
    buttons, forms) and what is damaged keeps its winmail.dat beside what was converted; this is said, counted, and no defect.\n\
    What comes out is compared with what came in: texts, files, links, people. Should something be missing, winmail.dat stays too, \
    and the exit code is 3; --on-loss says what else is to be done.\n\
    The same command goes on where a run before it was stopped: OUT/.winmail-journal.jsonl says what is the result of which mail."
)]
pub struct ConvertArgs {
    /// Files and folders to convert; - is standard input
    #[arg(value_name = "IN", required = true)]
    pub(super) inputs: Vec<PathBuf>,
    /// Where to: a folder, made if it is not there; for mbox and jsonl, and for one message if it ends as the format's files do
    /// (x.eml), a file; - is standard output
    #[arg(long, short, value_name = "OUT")]
    pub(super) output: PathBuf,
    /// Format to convert into
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(super) to: Format,
    #[command(flatten)]
    pub(super) tnef: TnefForm,
    /// With --to tnef: also write the body as RTF, for old readers
    #[arg(long)]
    pub(super) rtf: bool,
    /// With --to msg: also write more recipients or attachments than the 2,048 of each that Outlook opens
    #[arg(long)]
    pub(super) beyond_limits: bool,
    /// With --to html: pages that run and load nothing, with the pictures of the message in them
    #[arg(long)]
    pub(super) self_contained: bool,
    /// With --to ics: how the zones of times are named
    #[arg(long, value_name = "NAMES", value_enum, default_value_t = Zones::Windows)]
    pub(super) zones: Zones,
    /// With --to vcf: the version of the card
    #[arg(long, value_name = "VERSION", value_enum, default_value_t = CardVersion::V3)]
    pub(super) vcard: CardVersion,
    /// Name blind copies in mails and streams
    #[arg(long)]
    pub(super) bcc: bool,
    /// How many messages to convert at once [default: as many as there are cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Write everything anew, and over what is there
    #[arg(long, short)]
    pub(super) force: bool,
    /// With --to eml, mbox, maildir: leave mails alone that have a DKIM or ARC signature, which a change may break
    #[arg(long)]
    pub(super) leave_signed: bool,
    /// With --to eml, mbox, maildir: what to do if something of a message would be lost
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = OnLoss::Keep)]
    pub(super) on_loss: OnLoss,
    /// Write nothing; say what would become of each message, and what it would lose
    #[arg(long)]
    pub(super) dry_run: bool,
    /// How to report
    #[arg(long, value_name = "FORM", value_enum, default_value_t = ReportForm::Text)]
    pub(super) report: ReportForm,
    /// Say of each message at once what is to be said; else the first ones are said at the end
    #[arg(long)]
    pub(super) notes: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

impl ConvertArgs {
    /// Whether the output has the name of a stream: `winmail.dat`, `x.tnef`.
    pub(super) fn names_a_stream(&self) -> bool {
        self.output.extension().is_some_and(|end| end.eq_ignore_ascii_case("tnef") || end.eq_ignore_ascii_case("dat"))
    }

    /// The arguments with what the name of the output says: `--to tnef -o winmail.dat` means the stream alone.
    pub(super) fn by_name(mut self) -> Self {
        let is_open = !self.tnef.mail && !self.tnef.stnef;
        self.tnef.bare |= self.to == Format::Tnef && is_open && self.names_a_stream() && !self.output.is_dir();
        self
    }

    /// The ending of the files that are made.
    pub(super) fn extension(&self) -> &'static str {
        match (self.to, self.tnef.bare) {
            (Format::Tnef, true) => "tnef",
            (Format::Tnef, false) | (Format::Eml | Format::Maildir, _) => "eml",
            (Format::Msg, _) => "msg",
            (Format::Json, _) => "json",
            (Format::Html, _) => "html",
            (Format::Text, _) => "txt",
            (Format::Ics, _) => "ics",
            (Format::Vcf, _) => "vcf",
            (Format::Mbox, _) => "mbox",
            (Format::Jsonl, _) => "jsonl",
        }
    }

    /// Whether results go to standard output.
    pub(super) fn is_piped(&self) -> bool {
        self.output == Path::new("-")
    }

    /// All that decides what is made of a message, in words.
    pub(super) fn deciding(&self) -> String {
        let limits = self.read.options().limits;
        format!(
            "{:?} {:?} {} {} {} {:?} {:?} {} {} {:?} {} {:?} {limits:?}",
            self.to,
            self.tnef,
            self.rtf,
            self.beyond_limits,
            self.self_contained,
            self.zones,
            self.vcard,
            self.bcc,
            self.leave_signed,
            self.on_loss,
            self.read.strict,
            self.read.code_page
        )
    }
}
