//! attMessageStatus and attPriority ([MS-OXTNEF] 2.1.3.3.8, 2.1.3.3.7) and what they mean as MAPI properties.

use std::borrow::Cow;

bitflags::bitflags! {
    /// The bits of attMessageStatus. Every bit is kept; the unnamed ones have no meaning.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct MessageStatus: u8 {
        /// fmsModified: the message was changed. The reverse of mfUnmodified.
        const MODIFIED = 0x01;
        /// fmsLocal: not sent. mfUnsent.
        const LOCAL = 0x02;
        /// fmsSubmitted. mfSubmitted.
        const SUBMITTED = 0x04;
        /// fmsRead. mfRead.
        const READ = 0x20;
        /// fmsHasAttach. mfHasAttach.
        const HAS_ATTACH = 0x80;
        const _ = !0;
    }
}

impl MessageStatus {
    /// (bit of the attribute, bit of PidTagMessageFlags) of those that mean the same.
    const SAME: [(MessageStatus, i32); 4] = [
        (MessageStatus::LOCAL, 0x08),
        (MessageStatus::SUBMITTED, 0x04),
        (MessageStatus::READ, 0x01),
        (MessageStatus::HAS_ATTACH, 0x10),
    ];
    const MF_UNMODIFIED: i32 = 0x02;
    /// The named bits, in the words that [MS-OXTNEF] 2.1.3.3.8 has for them.
    const WORDS: [(MessageStatus, &str); 5] = [
        (MessageStatus::MODIFIED, "modified"),
        (MessageStatus::LOCAL, "local"),
        (MessageStatus::SUBMITTED, "submitted"),
        (MessageStatus::READ, "read"),
        (MessageStatus::HAS_ATTACH, "has attachment"),
    ];

    /// Returns the set bits in words; bits without a name are one hexadecimal number at the end.
    ///
    /// ```
    /// use winmail::tnef::MessageStatus;
    ///
    /// assert_eq!(MessageStatus::from_bits_retain(0x68).words(), ["read", "0x48"]);
    /// ```
    #[must_use]
    pub fn words(self) -> Vec<Cow<'static, str>> {
        let named = Self::WORDS.iter().filter(|(bit, _)| self.contains(*bit));
        let rest = Self::WORDS.iter().fold(self.bits(), |rest, (bit, _)| rest & !bit.bits());
        let rest = (rest != 0).then(|| Cow::Owned(format!("0x{rest:02X}")));
        named.map(|(_, word)| Cow::Borrowed(*word)).chain(rest).collect()
    }

    /// The value of PidTagMessageFlags that says the same.
    #[must_use]
    pub fn to_message_flags(self) -> i32 {
        let unmodified = if self.contains(MessageStatus::MODIFIED) { 0 } else { Self::MF_UNMODIFIED };
        Self::SAME.iter().filter(|(bit, _)| self.contains(*bit)).fold(unmodified, |flags, (_, flag)| flags | flag)
    }

    /// The attribute that says what PidTagMessageFlags says, as far as it can.
    #[must_use]
    pub fn from_message_flags(flags: i32) -> Self {
        let modified = if flags & Self::MF_UNMODIFIED == 0 { MessageStatus::MODIFIED } else { MessageStatus::empty() };
        Self::SAME.iter().filter(|(_, flag)| flags & flag != 0).fold(modified, |status, (bit, _)| status | *bit)
    }
}

/// attPriority: 1 high, 2 normal, 3 low. Every value is representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Priority(pub u16);

impl Priority {
    /// prioHigh.
    pub const HIGH: Priority = Priority(1);
    /// prioNorm.
    pub const NORMAL: Priority = Priority(2);
    /// prioLow.
    pub const LOW: Priority = Priority(3);

    /// The value of PidTagImportance that says the same; `None` for values that the specification does not know.
    #[must_use]
    pub const fn to_importance(self) -> Option<i32> {
        match self {
            Priority::HIGH => Some(2),
            Priority::NORMAL => Some(1),
            Priority::LOW => Some(0),
            _ => None,
        }
    }

    /// Returns `high`, `normal` or `low`; `None` for values that the specification does not know.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Priority::HIGH => Some("high"),
            Priority::NORMAL => Some("normal"),
            Priority::LOW => Some("low"),
            _ => None,
        }
    }

    /// The priority that says what PidTagImportance says.
    #[must_use]
    pub const fn from_importance(importance: i32) -> Option<Self> {
        match importance {
            2 => Some(Priority::HIGH),
            1 => Some(Priority::NORMAL),
            0 => Some(Priority::LOW),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_message_flags_translate_both_ways() {
        // The rows of [MS-OXTNEF] 2.1.3.3.8, each bit alone; "modified" is the reverse of mfUnmodified.
        let table = [(0x00, 0x02), (0x01, 0x00), (0x02, 0x0A), (0x04, 0x06), (0x20, 0x03), (0x80, 0x12), (0xA7, 0x1D)];
        for (status, flags) in table {
            let status = MessageStatus::from_bits_retain(status);
            assert_eq!(status.to_message_flags(), flags, "{status:?}");
            assert_eq!(MessageStatus::from_message_flags(flags), status);
        }
    }

    #[test]
    fn priority_and_importance_translate_both_ways() {
        for (priority, importance, name) in
            [(Priority::HIGH, 2, "high"), (Priority::NORMAL, 1, "normal"), (Priority::LOW, 0, "low")]
        {
            assert_eq!((priority.to_importance(), priority.name()), (Some(importance), Some(name)));
            assert_eq!(Priority::from_importance(importance), Some(priority));
        }
        assert_eq!((Priority(0).to_importance(), Priority(0).name()), (None, None));
    }
}
