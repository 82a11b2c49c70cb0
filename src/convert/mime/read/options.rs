//! How to read a mail, and what reading it and the mails in it shares.

use crate::base::ReadOptions;

/// Options of reading a mail.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MimeReadOptions {
    /// Strictness, limits, and the code page of 8-bit text that is not declared: where it is not UTF-8, nor in what the mail names for
    /// its text. Default 1252.
    pub read: ReadOptions,
    /// Says whether TNEF that the mail carries is the message. Default true; else it is an attachment.
    pub tnef: bool,
    /// True to take TNEF also where its key names another mail than X-MS-TNEF-Correlator does, as in mails whose header was
    /// changed on the way. It is reported either way. Default false, as [MS-OXCMAIL] demands of servers.
    pub any_correlator: bool,
    /// True to make a mail with one meeting, answer or task as text/calendar, and without TNEF, that item, on which Outlook acts.
    /// Default false: the calendar is an attachment. Needs the feature `items`.
    pub items: bool,
    /// Says whether the body also comes as plain text where the mail has HTML alone. Default false.
    pub make_text: bool,
    /// Says whether the body also comes as RTF that carries its HTML or text (PidTagRtfCompressed). Default false.
    pub make_rtf: bool,
}

impl Default for MimeReadOptions {
    fn default() -> Self {
        MimeReadOptions {
            read: ReadOptions::default(),
            tnef: true,
            any_correlator: false,
            items: false,
            make_text: false,
            make_rtf: false,
        }
    }
}

impl MimeReadOptions {
    /// The defaults with these options of reading.
    #[must_use]
    pub fn new(read: ReadOptions) -> Self {
        MimeReadOptions { read, ..MimeReadOptions::default() }
    }

    /// Sets whether plain text is made out of HTML.
    #[must_use]
    pub fn with_text(mut self, make_text: bool) -> Self {
        self.make_text = make_text;
        self
    }

    /// Sets whether RTF is made out of HTML or text.
    #[must_use]
    pub fn with_rtf(mut self, make_rtf: bool) -> Self {
        self.make_rtf = make_rtf;
        self
    }

    /// Sets whether calendars are the item that the mail is, or attachments.
    #[must_use]
    pub fn with_items(mut self, items: bool) -> Self {
        self.items = items;
        self
    }

    /// Sets whether TNEF may be that of another mail.
    #[must_use]
    pub fn with_any_correlator(mut self, any_correlator: bool) -> Self {
        self.any_correlator = any_correlator;
        self
    }

    /// Sets whether TNEF is the message, or an attachment.
    #[must_use]
    pub fn with_tnef(mut self, tnef: bool) -> Self {
        self.tnef = tnef;
        self
    }
}

/// What reading a mail and the mails in it shares.
pub(super) struct Reader<'o> {
    pub(super) options: &'o MimeReadOptions,
}
