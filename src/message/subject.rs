//! The subject, which stands in three properties ([MS-OXCMSG] 2.2.1.9, 2.2.1.10, 2.2.1.46): PidTagSubject is PidTagSubjectPrefix with
//! PidTagNormalizedSubject behind it.

use crate::mapi::tags;

use super::Message;

impl Message<'_> {
    /// Sets the subject, and keeps the properties that repeat it in step.
    ///
    /// PidTagSubject is set. The prefix (`RE: `) and the rest are set where the message has PidTagSubjectPrefix or
    /// PidTagNormalizedSubject; a message without them gets none, since readers then take the subject apart by themselves. The topic
    /// of the conversation stays: it says what the thread began with.
    ///
    /// ```
    /// use winmail::{Message, tags};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.set(tags::NORMALIZED_SUBJECT, "Old");
    /// message.set_subject("RE: New");
    /// assert_eq!(message.get(tags::SUBJECT_PREFIX).as_deref(), Some("RE: "));
    /// assert_eq!(message.get(tags::NORMALIZED_SUBJECT).as_deref(), Some("New"));
    /// ```
    pub fn set_subject(&mut self, subject: &str) {
        let (prefix, rest) = subject.split_at_checked(prefix_length(subject)).unwrap_or(("", subject));
        self.properties.set(tags::SUBJECT, subject);
        let has = [tags::SUBJECT_PREFIX, tags::NORMALIZED_SUBJECT].map(|tag| self.properties.get(tag).is_some());
        if has.contains(&true) {
            self.properties.set(tags::SUBJECT_PREFIX, prefix);
            self.properties.set(tags::NORMALIZED_SUBJECT, rest);
        }
    }
}

/// The length in bytes of `RE: ` and the like: up to three letters, a colon, a blank.
fn prefix_length(subject: &str) -> usize {
    let letters = subject.chars().take_while(|c| c.is_alphabetic());
    let (count, bytes) =
        letters.fold((0usize, 0usize), |(count, bytes), c| (count.saturating_add(1), bytes.saturating_add(c.len_utf8())));
    match subject.get(bytes..) {
        Some(rest) if (1..=3).contains(&count) && rest.starts_with(": ") => bytes.saturating_add(2),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(message: &Message<'_>) -> [Option<String>; 3] {
        [tags::SUBJECT, tags::SUBJECT_PREFIX, tags::NORMALIZED_SUBJECT]
            .map(|tag| message.properties.str(tag).map(std::borrow::Cow::into_owned))
    }

    #[test]
    fn prefix_and_rest_follow_the_subject() {
        let mut message = Message::new("IPM.Note");
        message.set_subject("FW: one");
        assert_eq!(all(&message), [Some("FW: one".to_owned()), None, None]);
        message.properties.set(tags::SUBJECT_PREFIX, "FW: ");
        message.properties.set(tags::NORMALIZED_SUBJECT, "one");
        for (subject, prefix, rest) in [
            ("RE: two", "RE: ", "two"),
            ("Antw: three", "", "Antw: three"),
            ("four", "", "four"),
            ("RE:five", "", "RE:five"),
            ("1: six", "", "1: six"),
            ("Отв: семь", "Отв: ", "семь"),
            ("", "", ""),
        ] {
            message.set_subject(subject);
            assert_eq!(all(&message), [subject, prefix, rest].map(|text| Some(text.to_owned())), "{subject}");
        }
    }
}
