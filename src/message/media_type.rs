//! What a file is where it does not say so: its media type and the ending of its name, by PidTagAttachMimeTag, PidTagAttachExtension,
//! its name and its first bytes ([MS-OXCMSG] 2.2.2).

use std::borrow::Cow;

use crate::mapi::tags;

use super::Attachment;

/// The type of what nobody knows ([RFC 2046] 4.5.1).
const OTHER: &str = "application/octet-stream";

/// Endings of file names and the types that they stand for, each type's usual ending first.
const EXTENSIONS: &[(&str, &str)] = &[
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("ics", "text/calendar"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("vcf", "text/vcard"),
    ("wav", "audio/wav"),
    ("webp", "image/webp"),
    ("wmf", "image/wmf"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// What files start with, for those that have neither type nor name.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1F\x8B\x08", "application/gzip"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
];

impl Attachment<'_> {
    /// The media type, without parameters and in lower case: PidTagAttachMimeTag, else by the name, else by the contents.
    #[must_use]
    pub fn media_type(&self) -> Cow<'static, str> {
        if let Some(tag) = self.mime_tag() {
            return Cow::Owned(tag.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        }
        let name = self.file_name().unwrap_or_default().trim().to_ascii_lowercase();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let by_name = EXTENSIONS.iter().find(|(found, _)| Some(*found) == extension);
        let by_contents = || SIGNATURES.iter().find(|(start, _)| self.data().starts_with(start)).map(|(_, found)| *found);
        Cow::Borrowed(by_name.map(|(_, found)| *found).or_else(by_contents).unwrap_or(OTHER))
    }

    /// The ending that a name made for the file is to have, without its dot: PidTagAttachExtension, else that of its media type.
    #[must_use]
    pub fn extension(&self) -> Option<Cow<'_, str>> {
        let visible = |c: &char| !c.is_control() && !c.is_whitespace();
        let own: Option<String> = self.properties.str(tags::ATTACH_EXTENSION).map(|text| text.chars().filter(visible).collect());
        if let Some(own) = own.as_deref().map(|own| own.trim_start_matches('.')).filter(|own| !own.is_empty()) {
            return Some(Cow::Owned(own.to_owned()));
        }
        let media_type = self.media_type();
        EXTENSIONS.iter().find(|(_, found)| *found == media_type).map(|(extension, _)| Cow::Borrowed(*extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_endings() {
        for (name, extension, tag, data, expected) in [
            ("a.PDF", "", "", &b""[..], ("application/pdf", Some("pdf"))),
            ("", ".xyz", "", b"", (OTHER, Some("xyz"))),
            ("", "", "Image/JPEG; name=x", b"", ("image/jpeg", Some("jpg"))),
            ("", "", "", b"%PDF-1.7", ("application/pdf", Some("pdf"))),
            ("", "", "", b"PK\x03\x04", ("application/zip", Some("zip"))),
            ("", " . ", "", b"data", (OTHER, None)),
            ("old.eml", "", "", b"data", (OTHER, None)),
        ] {
            let mut attachment = Attachment::from_bytes("", data);
            for (tag, text) in
                [(tags::ATTACH_LONG_FILENAME, name), (tags::ATTACH_EXTENSION, extension), (tags::ATTACH_MIME_TAG, tag)]
            {
                attachment.properties.set(tag, text);
            }
            let made = (attachment.media_type().into_owned(), attachment.extension().map(Cow::into_owned));
            assert_eq!(made, (expected.0.to_owned(), expected.1.map(str::to_owned)), "{name} {extension} {tag}");
        }
    }
}
