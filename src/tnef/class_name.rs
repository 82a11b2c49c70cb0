//! Legacy message class names of attMessageClass and attOriginalMessageClass ([MS-OXTNEF] 2.1.3.3.1).
//!
//! Properties always hold the MAPI class; only these two attributes hold the names of Microsoft Mail.

/// (MAPI class and its NUL, name in the attribute).
const TABLE: [(&str, &str); 8] = [
    ("IPM.Note\0", "IPM.Microsoft Mail.Note"),
    ("Report.IPM.Note.NDR\0", "IPM.Microsoft Mail.Non-Delivery"),
    ("Report.IPM.Note.IPNRN\0", "IPM.Microsoft Mail.Read Receipt"),
    ("IPM.Schedule.Meeting.Request\0", "IPM.Microsoft Schedule.MtgReq"),
    ("IPM.Schedule.Meeting.Canceled\0", "IPM.Microsoft Schedule.MtgCncl"),
    ("IPM.Schedule.Meeting.Resp.Pos\0", "IPM.Microsoft Schedule.MtgRespP"),
    ("IPM.Schedule.Meeting.Resp.Neg\0", "IPM.Microsoft Schedule.MtgRespN"),
    ("IPM.Schedule.Meeting.Resp.Tent\0", "IPM.Microsoft Schedule.MtgRespA"),
];

/// A prefix that old transports put before the name.
const OLD_PREFIX: &str = "Microsoft Mail v3.0 ";

/// The MAPI class that a name in attMessageClass stands for. Case does not count; other names stand as they are.
#[must_use]
pub fn to_mapi(name: &str) -> &str {
    to_terminated_mapi(name).map_or_else(|| without_prefix(name), without_nul)
}

/// The MAPI class and its NUL that a legacy name stands for; `None` for other names.
pub(super) fn to_terminated_mapi(name: &str) -> Option<&'static str> {
    let name = without_prefix(name);
    TABLE.iter().find(|(_, legacy)| legacy.eq_ignore_ascii_case(name)).map(|(class, _)| *class)
}

fn without_prefix(name: &str) -> &str {
    match name.get(..OLD_PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(OLD_PREFIX) => name.get(OLD_PREFIX.len()..).unwrap_or(name),
        _ => name,
    }
}

fn without_nul(class: &str) -> &str {
    class.strip_suffix('\0').unwrap_or(class)
}

/// The name that attMessageClass has for a MAPI class: a legacy name for exact matches, else the class itself.
#[must_use]
pub fn to_legacy(class: &str) -> &str {
    TABLE.iter().find(|(mapi, _)| without_nul(mapi) == class).map_or(class, |(_, legacy)| legacy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_translates_both_ways() {
        for (class, legacy) in TABLE {
            let class = class.strip_suffix('\0').unwrap();
            assert_eq!(to_mapi(legacy), class);
            assert_eq!(to_legacy(class), legacy);
        }
        assert_eq!(to_mapi("ipm.microsoft schedule.MTGREQ"), "IPM.Schedule.Meeting.Request");
        assert_eq!(to_mapi("Microsoft Mail v3.0 IPM.Microsoft Mail.Note"), "IPM.Note");
        assert_eq!(to_mapi("Microsoft Mail v3.0 IPM.Custom"), "IPM.Custom");
    }

    #[test]
    fn other_classes_stand_as_they_are() {
        for class in
            ["IPM.Contact", "IPM.Microsoft Mail.Note.Custom", "", "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}x"]
        {
            assert_eq!(to_mapi(class), class);
            assert_eq!(to_legacy(class), class);
        }
    }
}
