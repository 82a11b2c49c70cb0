//! Enumerations as numbers: what Windows PowerShell's `ConvertTo-Json` writes for them, where `Export-Csv` writes their names.
//!
//! | enumeration | source of the numbers |
//! |---|---|
//! | ByteEncoderTypeFor7BitCharsetsEnum | "Configure content transfer encoding" (Exchange 2013); Undefined comes next in the .NET reference |
//! | PreferredInternetCodePageForShiftJisEnum | `Set-RemoteDomain`: the code pages; Undefined comes before them in the .NET reference |
//! | MessageFormat, MessageBodyFormat, MacAttachmentFormat | the bit fields of PidTagSendInternetEncoding ([MS-OXOABK] 2.2.3.19), in the order of the .NET reference |
//! | UseMapiRichTextFormat | the .NET reference; Adaxes SDK, ADM_EXCHANGE_USEMAPIRICHTEXTFORMATTYPE_ENUM |
//! | RecipientTypeDetails | the values of msExchRecipientTypeDetails |
//!
//! Those of AllowedOOFType and ContentType are published nowhere: the .NET reference has the names alone, and a guess would let
//! replies out, or stop them.

/// Enumerations and what their numbers stand for.
const KNOWN: &[(&str, &[(i64, &str)])] = &[
    (
        "ByteEncoderTypeFor7BitCharsets",
        &[
            (0, "Use7Bit"),
            (1, "UseQP"),
            (2, "UseBase64"),
            (5, "UseQPHtmlDetectTextPlain"),
            (6, "UseBase64HtmlDetectTextPlain"),
            (13, "UseQPHtml7BitTextPlain"),
            (14, "UseBase64Html7BitTextPlain"),
            (15, "Undefined"),
        ],
    ),
    ("PreferredInternetCodePageForShiftJis", &[(0, "Undefined"), (50220, "50220"), (50221, "50221"), (50222, "50222")]),
    ("UseMapiRichTextFormat", &[(0, "Never"), (1, "Always"), (2, "UseDefaultSettings")]),
    ("MessageFormat", &[(0, "Text"), (1, "Mime")]),
    ("MessageBodyFormat", &[(0, "Text"), (1, "Html"), (2, "TextAndHtml")]),
    ("MacAttachmentFormat", &[(0, "BinHex"), (1, "UuEncode"), (2, "AppleSingle"), (3, "AppleDouble")]),
    ("RecipientTypeDetails", &[(64, "MailContact"), (128, "MailUser")]),
];

/// Enumerations whose numbers are not published.
const UNKNOWN: &[&str] = &["AllowedOOFType", "ContentType"];

/// How to get names.
const NAMES_INSTEAD: &str =
    "export the names: with Export-Csv or Export-Clixml, or in PowerShell 7 with ConvertTo-Json -EnumsAsStrings";

/// The name that a value stands for, if it is the number of an enumeration; any other value as it is.
///
/// # Errors
/// A sentence that says how to export names, where nobody knows what the number means.
pub(super) fn named<'t>(property: &str, text: &'t str) -> Result<&'t str, String> {
    let Ok(number) = text.parse::<i64>() else { return Ok(text) };
    if let Some(property) = UNKNOWN.iter().find(|known| known.eq_ignore_ascii_case(property)) {
        return Err(format!("{property} is the number {number}, and which name that is, is not published: {NAMES_INSTEAD}"));
    }
    let Some((property, values)) = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(property)) else { return Ok(text) };
    match values.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => Ok(name),
        // Of recipients there are many kinds.
        None if *property == "RecipientTypeDetails" => Ok(text),
        None => {
            let known: Vec<String> = values.iter().map(|(number, name)| format!("{number} ({name})")).collect();
            Err(format!("{property} cannot be {number}: allowed is {}; or {NAMES_INSTEAD}", known.join(", ")))
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::recipient::RecipientSetting;
    use super::super::super::remote_domain::RemoteDomainSetting;
    use super::*;

    /// Every enumeration's name with its number, of those that are settings.
    pub(in super::super) fn all() -> Vec<(&'static str, i64, &'static str)> {
        let settings = KNOWN.iter().filter(|(property, _)| *property != "RecipientTypeDetails");
        settings.flat_map(|(property, values)| values.iter().map(|(number, name)| (*property, *number, *name))).collect()
    }

    /// An enumeration that is added is in one of the lists, with every value of it.
    #[test]
    fn every_enumeration_is_known_or_refused() {
        let settings = RemoteDomainSetting::ALL
            .iter()
            .map(|one| (one.as_str(), one.allowed()))
            .chain(RecipientSetting::ALL.iter().map(|one| (one.as_str(), one.allowed())));
        // Switches, numbers, and what has a text of its own.
        let plain = [
            "CharacterSet",
            "NonMimeCharacterSet",
            "LineWrapSize",
            "MessageCountThreshold",
            "RequiredCharsetCoverage",
            "TNEFEnabled",
        ];
        let mut seen = 0;
        for (name, allowed) in settings.filter(|(name, allowed)| allowed != "true or false" && !plain.contains(name)) {
            if UNKNOWN.contains(&name) {
                assert!(named(name, "0").unwrap_err().contains("Export-Csv"));
                assert_eq!(named(name, "External"), Ok("External"));
                continue;
            }
            let mut names: Vec<&str> =
                all().iter().filter(|(property, ..)| *property == name).map(|(.., value)| *value).collect();
            let mut expected: Vec<&str> = allowed.split(", ").collect();
            names.sort_unstable();
            expected.sort_unstable();
            assert_eq!(names, expected, "{name}");
            assert!(named(name, "99").unwrap_err().contains("allowed is"), "{name}");
            seen += 1;
        }
        assert_eq!(seen, 6);
        assert_eq!((named("LineWrapSize", "78"), named("RecipientTypeDetails", "1")), (Ok("78"), Ok("1")));
    }
}
