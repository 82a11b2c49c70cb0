//! Error codes of MAPI ([MS-OXCDATA] 2.4): what stands in a property's place where its value could not be had, and what programs of
//! Exchange and Outlook report.

use std::fmt;

/// An error code, `0x8004010F`.
///
/// ```
/// use winmail::mapi::ErrorCode;
///
/// let code = ErrorCode(0x8004_010F);
/// assert_eq!(code.name(), Some("MAPI_E_NOT_FOUND"));
/// assert_eq!(code.meaning(), Some("not found"));
/// assert_eq!(ErrorCode::from_name("mapi_e_not_found"), Some(code));
/// assert_eq!(code.to_string(), "MAPI_E_NOT_FOUND");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode(pub u32);

/// Code, name in the MAPI headers, meaning; in the order of the codes.
const ROWS: &[(u32, &str, &str)] = &[
    (0x0004_0203, "MAPI_W_NO_SERVICE", "done, but a service is missing"),
    (0x0004_0380, "MAPI_W_ERRORS_RETURNED", "done, but some values could not be had"),
    (0x0004_0481, "MAPI_W_POSITION_CHANGED", "done, but the position has changed"),
    (0x0004_0482, "MAPI_W_APPROX_COUNT", "done, but the count is approximate"),
    (0x0004_0580, "MAPI_W_CANCEL_MESSAGE", "done, but the message is to be cancelled"),
    (0x0004_0680, "MAPI_W_PARTIAL_COMPLETION", "done in part"),
    (0x8000_4002, "MAPI_E_INTERFACE_NOT_SUPPORTED", "interface not supported"),
    (0x8000_4005, "MAPI_E_CALL_FAILED", "call failed"),
    (0x8004_0102, "MAPI_E_NO_SUPPORT", "not supported"),
    (0x8004_0103, "MAPI_E_BAD_CHARWIDTH", "wrong width of characters"),
    (0x8004_0105, "MAPI_E_STRING_TOO_LONG", "text too long"),
    (0x8004_0106, "MAPI_E_UNKNOWN_FLAGS", "unknown flags"),
    (0x8004_0107, "MAPI_E_INVALID_ENTRYID", "invalid entry id"),
    (0x8004_0108, "MAPI_E_INVALID_OBJECT", "invalid object"),
    (0x8004_0109, "MAPI_E_OBJECT_CHANGED", "object changed meanwhile"),
    (0x8004_010A, "MAPI_E_OBJECT_DELETED", "object deleted meanwhile"),
    (0x8004_010B, "MAPI_E_BUSY", "busy"),
    (0x8004_010D, "MAPI_E_NOT_ENOUGH_DISK", "not enough disk space"),
    (0x8004_010E, "MAPI_E_NOT_ENOUGH_RESOURCES", "not enough resources"),
    (0x8004_010F, "MAPI_E_NOT_FOUND", "not found"),
    (0x8004_0110, "MAPI_E_VERSION", "wrong version"),
    (0x8004_0111, "MAPI_E_LOGON_FAILED", "logon failed"),
    (0x8004_0112, "MAPI_E_SESSION_LIMIT", "too many sessions"),
    (0x8004_0113, "MAPI_E_USER_CANCEL", "cancelled by the user"),
    (0x8004_0114, "MAPI_E_UNABLE_TO_ABORT", "cannot be stopped any more"),
    (0x8004_0115, "MAPI_E_NETWORK_ERROR", "network error"),
    (0x8004_0116, "MAPI_E_DISK_ERROR", "disk error"),
    (0x8004_0117, "MAPI_E_TOO_COMPLEX", "too complex"),
    (0x8004_0118, "MAPI_E_BAD_COLUMN", "column not supported"),
    (0x8004_0119, "MAPI_E_EXTENDED_ERROR", "error of the provider"),
    (0x8004_011A, "MAPI_E_COMPUTED", "computed, cannot be written"),
    (0x8004_011B, "MAPI_E_CORRUPT_DATA", "corrupt data"),
    (0x8004_011C, "MAPI_E_UNCONFIGURED", "not configured"),
    (0x8004_011D, "MAPI_E_FAILONEPROVIDER", "one provider failed"),
    (0x8004_011E, "MAPI_E_UNKNOWN_CPID", "unknown code page"),
    (0x8004_011F, "MAPI_E_UNKNOWN_LCID", "unknown locale"),
    (0x8004_0120, "MAPI_E_PASSWORD_CHANGE_REQUIRED", "password must be changed"),
    (0x8004_0121, "MAPI_E_PASSWORD_EXPIRED", "password expired"),
    (0x8004_0122, "MAPI_E_INVALID_WORKSTATION_ACCOUNT", "not from this computer"),
    (0x8004_0123, "MAPI_E_INVALID_ACCESS_TIME", "not at this time"),
    (0x8004_0124, "MAPI_E_ACCOUNT_DISABLED", "account disabled"),
    (0x8004_0200, "MAPI_E_END_OF_SESSION", "the session ends"),
    (0x8004_0201, "MAPI_E_UNKNOWN_ENTRYID", "unknown entry id"),
    (0x8004_0202, "MAPI_E_MISSING_REQUIRED_COLUMN", "a required column is missing"),
    (0x8004_0301, "MAPI_E_BAD_VALUE", "bad value"),
    (0x8004_0302, "MAPI_E_INVALID_TYPE", "invalid type"),
    (0x8004_0303, "MAPI_E_TYPE_NO_SUPPORT", "type not supported"),
    (0x8004_0304, "MAPI_E_UNEXPECTED_TYPE", "unexpected type"),
    (0x8004_0305, "MAPI_E_TOO_BIG", "too big"),
    (0x8004_0306, "MAPI_E_DECLINE_COPY", "copying declined"),
    (0x8004_0307, "MAPI_E_UNEXPECTED_ID", "unexpected property id"),
    (0x8004_0400, "MAPI_E_UNABLE_TO_COMPLETE", "cannot be completed"),
    (0x8004_0401, "MAPI_E_TIMEOUT", "timed out"),
    (0x8004_0402, "MAPI_E_TABLE_EMPTY", "the table is empty"),
    (0x8004_0403, "MAPI_E_TABLE_TOO_BIG", "the table is too big"),
    (0x8004_0405, "MAPI_E_INVALID_BOOKMARK", "invalid bookmark"),
    (0x8004_0500, "MAPI_E_WAIT", "wait"),
    (0x8004_0501, "MAPI_E_CANCEL", "cancel"),
    (0x8004_0502, "MAPI_E_NOT_ME", "not mine"),
    (0x8004_0600, "MAPI_E_CORRUPT_STORE", "corrupt store"),
    (0x8004_0601, "MAPI_E_NOT_IN_QUEUE", "not in the queue"),
    (0x8004_0602, "MAPI_E_NO_SUPPRESS", "cannot be suppressed"),
    (0x8004_0604, "MAPI_E_COLLISION", "the name is taken"),
    (0x8004_0605, "MAPI_E_NOT_INITIALIZED", "not initialized"),
    (0x8004_0606, "MAPI_E_NON_STANDARD", "not standard"),
    (0x8004_0607, "MAPI_E_NO_RECIPIENTS", "no recipients"),
    (0x8004_0608, "MAPI_E_SUBMITTED", "submitted already"),
    (0x8004_0609, "MAPI_E_HAS_FOLDERS", "has folders in it"),
    (0x8004_060A, "MAPI_E_HAS_MESSAGES", "has messages in it"),
    (0x8004_060B, "MAPI_E_FOLDER_CYCLE", "a folder would stand in itself"),
    (0x8004_0700, "MAPI_E_AMBIGUOUS_RECIP", "ambiguous recipient"),
    (0x8004_0800, "SYNC_E_OBJECT_DELETED", "deleted meanwhile"),
    (0x8004_0801, "SYNC_E_IGNORE", "to be ignored"),
    (0x8004_0802, "SYNC_E_CONFLICT", "conflict"),
    (0x8004_0803, "SYNC_E_NO_PARENT", "the folder around is missing"),
    (0x8004_0804, "SYNC_E_CYCLE", "a folder would stand in itself"),
    (0x8004_0805, "SYNC_E_UNSYNCHRONIZED", "not synchronized"),
    (0x8007_0005, "MAPI_E_NO_ACCESS", "access denied"),
    (0x8007_000E, "MAPI_E_NOT_ENOUGH_MEMORY", "not enough memory"),
    (0x8007_0057, "MAPI_E_INVALID_PARAMETER", "invalid parameter"),
];

impl ErrorCode {
    /// Every code that has a name here, in order.
    pub fn known() -> impl ExactSizeIterator<Item = ErrorCode> + Clone {
        ROWS.iter().map(|(code, ..)| ErrorCode(*code))
    }

    fn row(self) -> Option<&'static (u32, &'static str, &'static str)> {
        ROWS.get(ROWS.partition_point(|(code, ..)| *code < self.0)).filter(|(code, ..)| *code == self.0)
    }

    /// Returns the name in the MAPI headers, `MAPI_E_NOT_FOUND`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// Returns what it means, in words: `not found`.
    #[must_use]
    pub fn meaning(self) -> Option<&'static str> {
        self.row().map(|(.., meaning)| *meaning)
    }

    /// Returns the code of a name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<ErrorCode> {
        ROWS.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map(|(code, ..)| ErrorCode(*code))
    }
}

/// The name, else the number.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_names_lead_back() {
        assert!(ROWS.is_sorted_by(|a, b| a.0 < b.0));
        for code in ErrorCode::known() {
            let name = code.name().unwrap();
            assert_eq!(ErrorCode::from_name(&name.to_ascii_lowercase()), Some(code));
            // Warnings are successes: the highest bit says failure.
            assert_eq!(name.contains("_W_"), code.0 >> 31 == 0, "{name}");
        }
        assert_eq!(ErrorCode(1).to_string(), "0x00000001");
    }
}
