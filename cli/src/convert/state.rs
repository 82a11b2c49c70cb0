//! What a mailbox knows of a mail beside the mail: whether it was read, answered and so on.
//!
//! A Maildir has it in the file's name, `:2,FRS`, and in the folder, `new` or `cur`; an mbox in the fields Status and X-Status. Those
//! that this program writes stand in front of all other fields, so that they can be taken off again and the mail is what it was.

use winmail::convert::mime::structure::fields;

/// The flags of a mail, in the letters of a Maildir.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Nobody has seen yet that it is there.
    pub(super) is_new: bool,
    /// In the order of the alphabet, each once.
    flags: String,
}

/// Letters of a Maildir, and what an mbox has for them: the field, and its letter.
const LETTERS: [(char, &str, char); 5] =
    [('S', STATUS, 'R'), ('R', X_STATUS, 'A'), ('F', X_STATUS, 'F'), ('T', X_STATUS, 'D'), ('D', X_STATUS, 'T')];
const STATUS: &str = "Status";
const X_STATUS: &str = "X-Status";
/// Letters that an mbox has no place for: P (passed on), and the keywords a to z.
const OTHERS: &str = "X-Winmail-Flags";

impl State {
    fn new(is_new: bool, letters: impl IntoIterator<Item = char>) -> Self {
        let mut letters: Vec<char> = letters.into_iter().filter(char::is_ascii_alphabetic).collect();
        letters.sort_unstable();
        letters.dedup();
        State { is_new, flags: letters.into_iter().collect() }
    }

    /// The name of a file of a Maildir without its flags, and these.
    pub(super) fn of_maildir(name: &str, is_new: bool) -> (&str, Self) {
        // Windows has no colons in names.
        let split = [":2,", ";2,", "!2,"].iter().find_map(|mark| name.rsplit_once(mark));
        match split {
            Some((base, letters)) => (base, State::new(is_new, letters.chars())),
            None => (name, State::new(is_new, [])),
        }
    }

    /// What the header of a mail in an mbox says.
    pub(super) fn of_mbox(mail: &[u8]) -> Self {
        let mut letters = Vec::new();
        let mut is_new = true;
        let header = mail.windows(2).position(|pair| pair == b"\n\n").map_or(mail.len(), |end| end.saturating_add(1));
        let mut at = header;
        if let Some(end) = mail.windows(4).take(header).position(|four| four == b"\r\n\r\n") {
            at = at.min(end.saturating_add(2));
        }
        for field in fields(mail, 0..at) {
            let value = || String::from_utf8_lossy(field.value).trim().to_owned();
            for name in [STATUS, X_STATUS].into_iter().filter(|name| field.is(name)) {
                let value = value();
                // Fields of this name outside a mailbox have words.
                if !value.chars().all(|letter| letter.is_ascii_uppercase()) {
                    continue;
                }
                is_new &= name != STATUS || !value.contains('O');
                letters.extend(
                    LETTERS.iter().filter(|(_, of, letter)| *of == name && value.contains(*letter)).map(|(own, ..)| *own),
                );
            }
            if field.is(OTHERS) {
                letters.extend(value().chars());
            }
            if field.is("X-Mozilla-Status") {
                const BITS: [(u32, char); 4] = [(1, 'S'), (2, 'R'), (4, 'F'), (8, 'T')];
                let bits = u32::from_str_radix(&value(), 16).unwrap_or(0);
                is_new &= bits & 1 == 0;
                letters.extend(BITS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, letter)| *letter));
            }
        }
        is_new &= letters.is_empty();
        State::new(is_new, letters)
    }

    /// The fields that say it in an mbox.
    pub(super) fn fields(&self) -> String {
        let of = |name: &str| -> String {
            LETTERS.iter().filter(|(own, of, _)| *of == name && self.flags.contains(*own)).map(|(_, _, letter)| *letter).collect()
        };
        let mut status = of(STATUS);
        if !self.is_new {
            status.push('O');
        }
        let others: String = self.flags.chars().filter(|flag| LETTERS.iter().all(|(own, ..)| own != flag)).collect();
        [(STATUS, status), (X_STATUS, of(X_STATUS)), (OTHERS, others)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    }

    /// What a Maildir has behind a name: nothing in `new`.
    pub(super) fn suffix(&self) -> String {
        let mark = if cfg!(windows) { ';' } else { ':' };
        if self.is_new && self.flags.is_empty() { String::new() } else { format!("{mark}2,{}", self.flags) }
    }

    /// The folder of a Maildir that it belongs into.
    pub(super) fn folder(&self) -> &'static str {
        if self.is_new && self.flags.is_empty() { "new" } else { "cur" }
    }
}

/// A mail without the fields in front that this program wrote when it put it into an mbox.
pub(super) fn without_fields(mail: &[u8]) -> &[u8] {
    let mut rest = mail;
    for name in [STATUS, X_STATUS, OTHERS] {
        let line = rest.iter().position(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
        let Some((first, behind)) = rest.split_at_checked(line) else { continue };
        let is_ours = fields(first, 0..first.len()).next().is_some_and(|field| field.is(name) && field.range == (0..first.len()));
        if is_ours && !matches!(behind.first(), Some(b' ' | b'\t')) {
            rest = behind;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_maildir_to_an_mbox_and_back() {
        for (name, is_new, base, fields, suffix) in [
            ("1.M2.host:2,FRS", false, "1.M2.host", "Status: RO\nX-Status: AF\n", ":2,FRS"),
            ("1:2,", false, "1", "Status: O\n", ":2,"),
            ("1", true, "1", "", ""),
            ("1", false, "1", "Status: O\n", ":2,"),
            ("1;2,DPTab", false, "1", "Status: O\nX-Status: DT\nX-Winmail-Flags: Pab\n", ":2,DPTab"),
            ("1:2,S", true, "1", "Status: R\n", ":2,S"),
        ] {
            let (found, state) = State::of_maildir(name, is_new);
            assert_eq!((found, state.fields().as_str(), state.suffix().as_str()), (base, fields, suffix), "{name}");
            let mail = format!("{fields}Subject: x\n\nStatus: R\n");
            let back = State::of_mbox(mail.as_bytes());
            assert_eq!((back.suffix(), back.folder()), (state.suffix(), state.folder()), "{name}");
            assert_eq!(without_fields(mail.as_bytes()), b"Subject: x\n\nStatus: R\n", "{name}");
        }
    }

    #[test]
    fn fields_of_other_programs() {
        let of = |header: &str| State::of_mbox(format!("Subject: x\n{header}\n\nx\n").as_bytes()).suffix();
        assert_eq!(of("X-Mozilla-Status: 0003"), ":2,RS");
        assert_eq!(of("X-Mozilla-Status: 0000"), "");
        assert_eq!(of("Status: RO\nX-Status: A"), ":2,RS");
        assert_eq!(of("Status: ROUTED to the office"), "");
        // A field that goes on is not ours.
        let mail = b"Status: R\n O\nSubject: x\n\nx\n";
        assert_eq!(without_fields(mail), mail);
        assert_eq!(without_fields(b""), b"");
    }
}
