//! The set of remote domains, and which one applies: the exact name, else the longest subtree, else `*`.
//!
//! Looked up by hash, a step a label: with 5,000 records a look-up costs what it costs with five.

use std::collections::HashMap;
use std::fmt;

use crate::base::steps;

use super::domain::{self, PatternKind};
use super::remote_domain::{MAX_NAME, RemoteDomain};

/// The name of the record for `*`.
const DEFAULT: &str = "Default";

/// Remote domains. There is always `Default` for `*`.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RemoteDomains {
    default: RemoteDomain,
    others: Vec<RemoteDomain>,
    #[cfg_attr(feature = "serde", serde(skip))]
    exact: HashMap<String, usize>,
    #[cfg_attr(feature = "serde", serde(skip))]
    subtrees: HashMap<String, usize>,
    #[cfg_attr(feature = "serde", serde(skip))]
    names: HashMap<String, usize>,
}

/// Reason why a record cannot be added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DomainsError {
    /// Another record has the name.
    DuplicateName(String),
    /// The record of that name has the same pattern.
    DuplicateDomain {
        /// The pattern.
        domain: String,
        /// The record that has it.
        name: String,
    },
    /// The name is empty or has more than 64 characters.
    BadName(String),
    /// `Default` cannot be removed.
    Default,
    /// There is no record of that name.
    Unknown(String),
}

impl fmt::Display for DomainsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DomainsError::DuplicateName(name) => write!(f, "another remote domain is called {name:?}"),
            DomainsError::DuplicateDomain { domain, name } => write!(f, "the remote domain {name:?} is for {domain} already"),
            DomainsError::BadName(name) => write!(f, "{name:?} is no name: allowed is 1 to {MAX_NAME} characters"),
            DomainsError::Default => f.write_str("the remote domain for * cannot be removed"),
            DomainsError::Unknown(name) => write!(f, "there is no remote domain {name:?}"),
        }
    }
}

impl std::error::Error for DomainsError {}

impl Default for RemoteDomains {
    fn default() -> Self {
        RemoteDomains {
            default: RemoteDomain::built_in(),
            others: Vec::new(),
            exact: HashMap::new(),
            subtrees: HashMap::new(),
            names: HashMap::new(),
        }
    }
}

impl RemoteDomains {
    /// The record for `*`.
    #[must_use]
    pub fn default_domain(&self) -> &RemoteDomain {
        &self.default
    }

    /// The record for `*`, to change it.
    pub fn default_domain_mut(&mut self) -> &mut RemoteDomain {
        &mut self.default
    }

    /// The record for `*`, then the others in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &RemoteDomain> {
        std::iter::once(&self.default).chain(&self.others).inspect(|_| steps::count(1))
    }

    /// The record of that name, without regard to case.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&RemoteDomain> {
        if self.default.name.eq_ignore_ascii_case(name) {
            return Some(&self.default);
        }
        self.names.get(&name.to_lowercase()).and_then(|&at| self.others.get(at))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// Where name or domain exist already, or the name is invalid; a record for `*` is always a duplicate. Nothing is changed
    /// then.
    pub fn insert(&mut self, domain: RemoteDomain) -> Result<(), DomainsError> {
        check_name(&domain.name)?;
        let duplicate = |other: &RemoteDomain| DomainsError::DuplicateDomain {
            domain: domain.pattern().to_string(),
            name: other.name.clone(),
        };
        let key = domain.name.to_lowercase();
        if self.names.contains_key(&key) || key == "default" {
            return Err(DomainsError::DuplicateName(domain.name));
        }
        let at = self.others.len();
        let (index, own) = match domain.pattern().kind() {
            PatternKind::All => return Err(duplicate(&self.default)),
            PatternKind::Exact(own) => (&mut self.exact, own),
            PatternKind::Subtree(own) => (&mut self.subtrees, own),
        };
        if let Some(other) = index.get(own).and_then(|&at| self.others.get(at)) {
            return Err(duplicate(other));
        }
        index.insert(own.clone(), at);
        self.names.insert(key, at);
        self.others.push(domain);
        Ok(())
    }

    /// Puts a record in the place of the one for `*`.
    ///
    /// # Errors
    /// Where the record is not for `*`, or another has its name. Nothing is changed then.
    pub fn replace_default(&mut self, domain: RemoteDomain) -> Result<(), DomainsError> {
        if !domain.is_built_in() {
            return Err(DomainsError::Default);
        }
        if self.names.contains_key("default") {
            return Err(DomainsError::DuplicateName("Default".to_owned()));
        }
        self.default = domain;
        // In Exchange it has no other name.
        DEFAULT.clone_into(&mut self.default.name);
        Ok(())
    }

    /// Removes a record; its domain falls back to what is less specific.
    ///
    /// # Errors
    /// Where no record has that name, or it is the one for `*`.
    pub fn remove(&mut self, name: &str) -> Result<RemoteDomain, DomainsError> {
        if self.default.name.eq_ignore_ascii_case(name) {
            return Err(DomainsError::Default);
        }
        let at = self.names.get(&name.to_lowercase()).copied().filter(|&at| at < self.others.len());
        let Some(at) = at else { return Err(DomainsError::Unknown(name.to_owned())) };
        let removed = self.others.remove(at);
        for index in [&mut self.exact, &mut self.subtrees, &mut self.names] {
            index.retain(|_, place| *place != at);
            for place in index.values_mut().filter(|place| **place > at) {
                *place = place.saturating_sub(1);
            }
        }
        Ok(removed)
    }

    /// The record that applies to a domain.
    #[must_use]
    pub fn find(&self, domain: &str) -> &RemoteDomain {
        self.matching(domain).next().unwrap_or(&self.default)
    }

    /// Every record that is for a domain, the most specific first, `*` last.
    pub fn matching(&self, domain: &str) -> impl Iterator<Item = &RemoteDomain> {
        let domain = domain::normal(domain);
        let exact = self.exact.get(&*domain);
        let subtrees: Vec<usize> = domain::suffixes(&domain).filter_map(|suffix| self.subtrees.get(suffix)).copied().collect();
        let others = exact.copied().into_iter().chain(subtrees).filter_map(|at| self.others.get(at));
        others.chain(std::iter::once(&self.default))
    }
}

fn check_name(name: &str) -> Result<(), DomainsError> {
    if (1..=MAX_NAME).contains(&name.chars().count()) { Ok(()) } else { Err(DomainsError::BadName(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::domain::DomainPattern;
    use super::*;

    fn record(pattern: &str) -> RemoteDomain {
        RemoteDomain::new(pattern, DomainPattern::parse(pattern).unwrap())
    }

    fn set(patterns: &[&str]) -> RemoteDomains {
        let mut domains = RemoteDomains::default();
        for pattern in patterns {
            domains.insert(record(pattern)).unwrap();
        }
        domains
    }

    #[test]
    fn the_most_specific_wins() {
        let domains = set(&["contoso.com", "*.contoso.com", "*.de.contoso.com", "*.com", "m\u{fc}nchen.example"]);
        for (domain, name) in [
            ("contoso.com", "contoso.com"),
            ("CONTOSO.com.", "contoso.com"),
            ("us.contoso.com", "*.contoso.com"),
            ("de.contoso.com", "*.de.contoso.com"),
            ("a.de.contoso.com", "*.de.contoso.com"),
            ("notcontoso.com", "*.com"),
            ("contoso.org", "Default"),
            ("XN--MNCHEN-3YA.example", "m\u{fc}nchen.example"),
            ("[192.0.2.1]", "Default"),
            ("", "Default"),
        ] {
            assert_eq!(domains.find(domain).name, name, "{domain}");
        }
    }

    #[test]
    fn duplicates_and_the_default_are_refused() {
        let mut domains = set(&["contoso.com"]);
        let mut same = record("Contoso.COM.");
        assert!(matches!(domains.insert(same.clone()), Err(DomainsError::DuplicateDomain { .. })));
        same.name = "CONTOSO.com".to_owned();
        assert!(matches!(domains.insert(same), Err(DomainsError::DuplicateName(_))));
        let mut star = record("*");
        assert!(matches!(domains.insert(star.clone()), Err(DomainsError::DuplicateDomain { .. })));
        star.name = "default".to_owned();
        assert!(matches!(domains.insert(star), Err(DomainsError::DuplicateName(_))));
        let mut long = record("a.com");
        long.name = "n".repeat(65);
        assert!(matches!(domains.insert(long), Err(DomainsError::BadName(_))));
        assert_eq!(domains.remove("default"), Err(DomainsError::Default));
        assert_eq!(domains.remove("x"), Err(DomainsError::Unknown("x".to_owned())));
        assert_eq!(domains.iter().count(), 2);
    }

    #[test]
    fn a_removed_domain_falls_back() {
        let mut domains = set(&["a.com", "b.com", "*.c.com", "x.c.com"]);
        domains.remove("B.com").unwrap();
        domains.remove("x.c.com").unwrap();
        for (domain, name) in [("a.com", "a.com"), ("b.com", "Default"), ("x.c.com", "*.c.com")] {
            assert_eq!(domains.find(domain).name, name);
        }
        domains.insert(record("b.com")).unwrap();
        assert_eq!(domains.find("b.com").name, "b.com");
    }

    proptest! {
        #[test]
        fn more_specific_never_loses(
            patterns in proptest::collection::hash_set("(\\*\\.)?[ab](\\.[ab]){0,3}", 0..12),
            domain in "[ab](\\.[ab]){0,5}",
        ) {
            let mut domains = RemoteDomains::default();
            for pattern in &patterns {
                domains.insert(record(pattern)).unwrap();
            }
            // The plain reading: of all that match, the exact one, else the one with most labels.
            let rank = |d: &RemoteDomain| match d.pattern().kind() {
                PatternKind::All => 0,
                PatternKind::Subtree(own) => own.len(),
                PatternKind::Exact(_) => usize::MAX,
            };
            let best = domains.iter().filter(|d| d.pattern().matches(&domain)).max_by_key(|d| rank(d)).unwrap();
            prop_assert_eq!(domains.find(&domain), best);
            let ranks: Vec<usize> = domains.matching(&domain).map(rank).collect();
            prop_assert!(ranks.is_sorted_by(|a, b| a > b));
        }
    }
}
