//! Addresses as people and exports write them: `bob@contoso.com`, `Bob <bob@contoso.com>`, `SMTP:bob@contoso.com`, `mailto:...`.

use super::domain;

/// The address in a text that holds one, without its display name, its brackets and its prefix. `None` where the text is no address of
/// the Internet: `nonsense`, `/o=Org/cn=bob`, two addresses.
///
/// ```
/// use winmail::policy::address_in;
///
/// assert_eq!(address_in("Bob <bob@contoso.com>"), Some("bob@contoso.com"));
/// assert_eq!(address_in("SMTP:bob@contoso.com"), Some("bob@contoso.com"));
/// assert_eq!(address_in("/o=Contoso/cn=bob"), None);
/// ```
#[must_use]
pub fn address_in(text: &str) -> Option<&str> {
    let text = text.trim();
    let inner = match text.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').map(|(_, inner)| inner)?,
        None => text,
    };
    let inner = inner.trim();
    let bare = inner.split_once(':').filter(|(prefix, _)| ["smtp", "mailto"].iter().any(|one| prefix.eq_ignore_ascii_case(one)));
    let address = bare.map_or(inner, |(_, rest)| rest);
    is_address(address).then_some(address)
}

/// Whether a text is `name@domain`.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.trim().rsplit_once('@') else { return false };
    // A quoted name may hold anything; else blanks, brackets and a second address are signs of something that is no address.
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let name =
        |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '@' | '"'));
    let host =
        |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '/' | '\\'));
    !domain.is_empty() && domain.chars().all(host) && (quoted || (!local.is_empty() && local.chars().all(name)))
}

/// The domain of an address: what stands behind the last `@`, or all of it.
///
/// ```
/// assert_eq!(winmail::policy::domain_of("bob@contoso.com"), "contoso.com");
/// ```
#[must_use]
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

/// An address as it is compared: without regard to case, the domain as DNS has it.
pub(crate) fn address_key(address: &str) -> String {
    let address = address.trim();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", local.to_lowercase(), domain::normal(domain)),
        None => address.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_what_people_write() {
        for (text, address) in [
            ("bob@contoso.com", Some("bob@contoso.com")),
            (" Bob <x@partner.example> ", Some("x@partner.example")),
            ("\"Doe, J. <j>\" <j@d.example>", Some("j@d.example")),
            ("<a@b.c>", Some("a@b.c")),
            ("SMTP:Bob@contoso.com", Some("Bob@contoso.com")),
            ("mailto:a@b.c", Some("a@b.c")),
            ("\"odd name\"@b.c", Some("\"odd name\"@b.c")),
            ("m\u{fc}ller@m\u{fc}nchen.example", Some("m\u{fc}ller@m\u{fc}nchen.example")),
            ("a@[192.0.2.1]", Some("a@[192.0.2.1]")),
            ("nonsense", None),
            ("/o=Org/cn=bob", None),
            ("a@b.c, d@e.f", None),
            ("Bob <x@partner.example> and more", None),
            ("x@partner.example>", None),
            ("X400:c=US;a= ;p=Org;s=Bob;", None),
            ("@b.c", None),
            ("a@", None),
            ("", None),
        ] {
            assert_eq!(address_in(text), address, "{text}");
        }
    }
}
