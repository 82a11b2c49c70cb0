//! What is wrong with a message as a whole: its stream, and its bodies in all their forms, at every depth.

use crate::base::Report;
use crate::base::diag::{Code, Diagnostic, Path};

use super::{Content, Message};

impl Message<'_> {
    /// Returns what reading found ([`Message::report`]), and what unpacking and reading the bodies finds. Whoever asks whether a file is sound asks
    /// this, so that the answer does not depend on which part of it is looked at.
    ///
    /// [`Limits::output`](crate::Limits::output) holds for all bodies together; where they are more, that is said, and the rest is
    /// not read.
    ///
    /// ```
    /// use winmail::{Message, mapi::tags};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.properties.set(tags::RTF_COMPRESSED, &b"no such thing"[..]);
    /// let stream = message.to_tnef(&Default::default())?;
    /// let message = Message::from_tnef(&stream)?;
    /// assert!(message.report().is_empty());
    /// assert!(!message.verdict().is_empty());
    /// # Ok::<(), winmail::Error>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Report {
        let mut report = self.report().clone();
        self.judge_bodies(&mut 0, &mut report);
        report
    }

    fn judge_bodies(&self, made: &mut u64, report: &mut Report) {
        let options = &self.reading.options;
        let limits = &options.limits;
        // What was found of a form that cannot be made is in the error.
        let mut add = |found: crate::Result<Option<Report>>| match found {
            Ok(found) => report.merge(&found.unwrap_or_default(), options),
            Err(error) => report.merge(error.report(), options),
        };
        let rtf = self.rtf();
        if let Ok(Some(rtf)) = &rtf {
            *made = made.saturating_add(u64::try_from(rtf.bytes.len()).unwrap_or(u64::MAX));
        }
        add(rtf.map(|found| found.map(|found| found.report)));
        if *made > limits.output {
            let detail = format!("the bodies of all messages are more than {} bytes", limits.output);
            report.push(
                Diagnostic { code: Code::LimitReached, offset: 0, length: 0, path: Path::default(), detail },
                limits.diagnostics,
            );
            return;
        }
        add(self.html().map(|found| found.map(|found| found.report)));
        add(self.text().map(|found| found.map(|found| found.report)));
        add(self.native_text().map(|found| found.map(|found| found.report)));
        for attachment in &self.attachments {
            match &attachment.content {
                Content::Message(nested) if *made <= limits.output => nested.judge_bodies(made, report),
                _ => {}
            }
        }
    }
}
