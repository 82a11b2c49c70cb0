//! Domain patterns of remote domains: `contoso.com`, `*.contoso.com` with all its children, `*`.
//!
//! Source: `DomainName` of `New-RemoteDomain` and "Remote domains" of Exchange. Domains compare in the form that DNS has them,
//! in lower case and with international labels as `xn--`, so `M\u{dc}NCHEN.example` and `xn--mnchen-3ya.example` are one.

use std::borrow::Cow;
use std::fmt;

use crate::base::punycode;

/// The most characters of a pattern.
pub const MAX_DOMAIN: usize = 256;

/// Pattern of the domains that a remote domain is for.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DomainPattern {
    written: String,
    kind: PatternKind,
}

/// The three kinds of pattern. The domain is in lower case and ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum PatternKind {
    /// `*`
    All,
    /// `contoso.com`: this domain and no other.
    Exact(String),
    /// `*.contoso.com`: this domain and everything below it.
    Subtree(String),
}

/// Reason why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// Nothing, or nothing behind `*.`.
    Empty,
    /// More than 256 characters.
    TooLong,
    /// A star that is neither the whole pattern nor its first label.
    Star,
    /// Not a domain: an empty or too long label, a character that no domain has.
    NotADomain,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PatternError::Empty => "the domain is empty",
            PatternError::TooLong => "the domain has more than 256 characters",
            PatternError::Star => "a star may only be the whole domain or its first label: *, *.contoso.com",
            PatternError::NotADomain => "not a domain: expected contoso.com, *.contoso.com or *",
        })
    }
}

impl std::error::Error for PatternError {}

impl DomainPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let written = text.trim();
        if written.is_empty() {
            return Err(PatternError::Empty);
        }
        if written.chars().count() > MAX_DOMAIN {
            return Err(PatternError::TooLong);
        }
        let kind = match written.strip_prefix("*.") {
            _ if written == "*" => PatternKind::All,
            Some("") => return Err(PatternError::Empty),
            Some(domain) => PatternKind::Subtree(checked(domain)?),
            None => PatternKind::Exact(checked(written)?),
        };
        Ok(DomainPattern { written: written.to_owned(), kind })
    }

    /// `*`, the pattern of the record `Default`.
    #[must_use]
    pub fn all() -> Self {
        DomainPattern { written: "*".to_owned(), kind: PatternKind::All }
    }

    /// Returns what kind of pattern it is, with the domain as it is compared.
    #[must_use]
    pub fn kind(&self) -> &PatternKind {
        &self.kind
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Returns whether the pattern is for this domain.
    #[must_use]
    pub fn matches(&self, domain: &str) -> bool {
        let domain = normal(domain);
        match &self.kind {
            PatternKind::All => true,
            PatternKind::Exact(own) => *own == *domain,
            PatternKind::Subtree(own) => suffixes(&domain).any(|suffix| suffix == own),
        }
    }
}

/// Patterns are equal where they are for the same domains, however they are written.
impl PartialEq for DomainPattern {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for DomainPattern {}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

/// A domain as it is compared: ASCII, lower case, without the dot of the root. What is no domain (`[192.0.2.1]`) only
/// loses its case: it belongs to `*`.
///
/// ```
/// assert_eq!(winmail::policy::normal("B\u{fc}cher.Example."), "xn--bcher-kva.example");
/// ```
#[must_use]
pub fn normal(domain: &str) -> Cow<'_, str> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    if domain.bytes().all(plain) && !domain.contains("xn--") {
        return Cow::Borrowed(domain);
    }
    Cow::Owned(punycode::to_ascii(domain).unwrap_or_else(|| domain.to_ascii_lowercase()))
}

/// The domain itself, then without its first label, and so on.
///
/// ```
/// assert!(winmail::policy::suffixes("mail.contoso.com").eq(["mail.contoso.com", "contoso.com", "com"]));
/// ```
pub fn suffixes(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |rest| rest.split_once('.').map(|(_, parent)| parent))
}

fn checked(domain: &str) -> Result<String, PatternError> {
    if domain.contains('*') {
        return Err(PatternError::Star);
    }
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii = punycode::to_ascii(domain).ok_or(PatternError::NotADomain)?;
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if ascii.split('.').all(label) { Ok(ascii) } else { Err(PatternError::NotADomain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read() {
        let exact = |domain: &str| PatternKind::Exact(domain.to_owned());
        for (text, kind) in [
            ("*", PatternKind::All),
            ("contoso.com", exact("contoso.com")),
            ("Contoso.COM.", exact("contoso.com")),
            ("*.contoso.com", PatternKind::Subtree("contoso.com".to_owned())),
            ("M\u{dc}NCHEN.example", exact("xn--mnchen-3ya.example")),
            ("xn--mnchen-3ya.example", exact("xn--mnchen-3ya.example")),
            ("_tcp.contoso.com", exact("_tcp.contoso.com")),
            (
                "*.\u{41f}\u{440}\u{438}\u{43c}\u{435}\u{440}\u{3002}\u{440}\u{444}",
                PatternKind::Subtree("xn--e1afmkfd.xn--p1ai".to_owned()),
            ),
        ] {
            assert_eq!(DomainPattern::parse(text).map(|pattern| pattern.kind), Ok(kind), "{text}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        let long = format!("{}.com", "a.".repeat(130));
        for (text, error) in [
            ("", PatternError::Empty),
            ("*.", PatternError::Empty),
            ("domain.*.contoso.com", PatternError::Star),
            ("*.*.contoso.com", PatternError::Star),
            ("*contoso.com", PatternError::Star),
            (long.as_str(), PatternError::TooLong),
            ("a b.com", PatternError::NotADomain),
            ("a..com", PatternError::NotADomain),
            ("user@contoso.com", PatternError::NotADomain),
            ("xn--contoso-.com", PatternError::NotADomain),
            ("\u{fc}\u{a0}b.com", PatternError::NotADomain),
        ] {
            assert_eq!(DomainPattern::parse(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn a_subtree_holds_its_root_and_all_children_but_no_namesake() {
        let subtree = DomainPattern::parse("*.contoso.com").unwrap();
        for (domain, inside) in
            [("contoso.com", true), ("a.contoso.com", true), ("A.B.Contoso.com", true), ("notcontoso.com", false), ("com", false)]
        {
            assert_eq!(subtree.matches(domain), inside, "{domain}");
        }
        assert!(!DomainPattern::parse("contoso.com").unwrap().matches("a.contoso.com"));
        assert!(DomainPattern::all().matches("[192.0.2.1]"));
    }
}
