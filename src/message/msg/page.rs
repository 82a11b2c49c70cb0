//! The code page of the 8-bit text of a .msg, which no field names for sure.

use crate::base::CodePage;
use crate::mapi::{PropertyBag, tags};

/// What the properties of a message say of the page of its 8-bit text, the surest first: PidTagMessageCodepage, the ANSI page of
/// PidTagMessageLocaleId, the Windows page of the language that PidTagInternetCodepage is for. That last one itself is the character set
/// for Internet mail: files with 50220 in it hold Shift-JIS.
pub(super) fn candidates(properties: &PropertyBag<'_>) -> impl Iterator<Item = CodePage> {
    let locale = properties.integer(tags::MESSAGE_LOCALE_ID).and_then(|locale| u32::try_from(locale).ok());
    let pages = [
        properties.page(tags::MESSAGE_CODEPAGE).filter(|page| page.0 != 0),
        locale.and_then(CodePage::of_locale),
        properties.page(tags::INTERNET_CODEPAGE).and_then(CodePage::windows_family),
    ];
    pages.into_iter().flatten()
}
