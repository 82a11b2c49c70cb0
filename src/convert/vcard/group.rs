//! A distribution list as a group (RFC 6350 6.1.4, 6.6.5). No specification of Microsoft's says how; in 3.0 the fields are Apple's.

use crate::base::context::Ctx;
use crate::base::{Code, Result};
use crate::convert::content_line::{Lines, text};
use crate::items::DistributionList;

use super::contact::common;

pub(super) fn write(list: &DistributionList, is_4: bool, lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    common(&list.common, &list.uid, is_4, lines);
    lines.text("FN", &list.name);
    let (kind, member) = if is_4 { ("KIND", "MEMBER") } else { ("X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER") };
    if !is_4 {
        lines.line("N", &[], &format!("{};;;;", text(&list.name)));
    }
    lines.line(kind, &[], "group");
    let mut shown = String::new();
    for (n, one) in list.members.iter().enumerate() {
        shown.push_str(&one.person.describe());
        shown.push('\n');
        match &one.person.address {
            Some(address) => lines.line(member, &[], &format!("mailto:{address}")),
            None => {
                let detail = format!("member {}: no Internet address", n.saturating_add(1));
                ctx.defect(Code::VCardAddressMissing, 0, 0, detail)?;
            }
        }
    }
    // For people: programs drop the names of members, and those without an address.
    let own = list.common.text.as_deref().map(str::trim_end).filter(|own| !own.is_empty());
    let note = own.map_or_else(|| shown.trim_end().to_owned(), |own| format!("{own}\n\n{}", shown.trim_end()));
    lines.some("NOTE", Some(&note));
    Ok(())
}
