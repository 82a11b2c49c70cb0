//! The way that a mail took, by its headers: `Received` ([RFC 5321] 4.4) and what Exchange and connectors add.
//!
//! Headers suggest and prove nothing: any server may write what it likes. Hosts count as Exchange by what Exchange itself
//! writes: `with Microsoft SMTP Server`, `with Microsoft SMTPSVC`, `with mapi`, or a host of one of Microsoft's clouds (`HOSTS`).
//! That a header of a signature or security service is there (`SERVICES`) is a hint, as its name is all that speaks for it.

use super::source::Headers;

/// What the hosts of Exchange Online end with. Source: "Office 365 URLs and IP address ranges" of the worldwide cloud, of that of the US
/// government and of the one that 21Vianet runs; `prod.exchangelabs.com` in the last hops of real mail.
const HOSTS: &[&str] = &[
    ".outlook.com",
    ".prod.exchangelabs.com",
    ".outlook.office365.com",
    ".outlook.office.com",
    ".office365.us",
    ".partner.outlook.cn",
];

/// A service that mail may pass, by the beginning of the header fields that it writes.
struct Service {
    /// In lower case.
    field: &'static str,
    name: &'static str,
    does: &'static str,
    source: &'static str,
}

/// Signature and security services.
const SERVICES: &[Service] = &[
    Service {
        field: "x-codetwo",
        name: "CodeTwo",
        does: "a signature service",
        source: "codetwo.com, Configuring Exchange Online connectors",
    },
    Service { field: "x-mimecast-", name: "Mimecast", does: "a security service", source: "the name of the field" },
    Service {
        field: "x-barracuda-",
        name: "Barracuda",
        does: "a security service",
        source: "colorado.edu, Understanding E-mail Headers",
    },
    Service { field: "x-proofpoint-", name: "Proofpoint", does: "a security service", source: "the name of the field" },
    Service {
        field: "x-msg-ref",
        name: "Symantec Email Security.cloud",
        does: "a security service",
        source: "broadcom.com, Understanding email headers in Email Security.cloud",
    },
    Service { field: "x-ironport-", name: "Cisco Secure Email", does: "a security service", source: "the name of the field" },
];

/// A server that took the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Hop {
    /// Host that handed it over, as the server says.
    pub from: Option<String>,
    /// The server.
    pub by: Option<String>,
    /// The protocol.
    pub with: Option<String>,
    /// Time, as the server writes it.
    pub date: Option<String>,
    /// Says whether it looks like Exchange.
    pub exchange: bool,
    /// The whole header.
    pub text: String,
}

/// A remark on the way that headers suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Clue {
    /// Name of the header.
    pub header: String,
    /// Conclusion that it suggests.
    pub says: String,
    /// Says whether it suggests that the mail left Exchange and came back.
    pub outside: bool,
}

impl Hop {
    /// The hop on one line: `sig.example (ESMTP), not Exchange`.
    #[must_use]
    pub fn describe(&self) -> String {
        let by = self.by.as_deref().unwrap_or("a server without a name");
        let with = self.with.as_deref().map(|with| format!(" with {with}")).unwrap_or_default();
        let date = self.date.as_deref().map(|date| format!(" on {date}")).unwrap_or_default();
        let kind = if self.exchange { "Exchange" } else { "not Exchange" };
        format!("{by}{with}{date} ({kind})")
    }

    fn parse(text: &str) -> Hop {
        let (clauses, date) =
            text.rsplit_once(';').map_or((text, None), |(clauses, date)| (clauses, Some(date.trim().to_owned())));
        let mut hop = Hop { from: None, by: None, with: None, date, exchange: false, text: text.to_owned() };
        let plain = without_comments(clauses);
        let mut words = plain.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let field = match word.to_ascii_lowercase().as_str() {
                "from" => &mut hop.from,
                "by" => &mut hop.by,
                "with" => &mut hop.with,
                _ => continue,
            };
            if field.is_some() {
                continue;
            }
            let Some(value) = words.next() else { break };
            let mut value = value.to_owned();
            if word.eq_ignore_ascii_case("with") {
                // "Microsoft SMTP Server" is three words; an id ends the clause.
                while let Some(more) =
                    words.next_if(|next| !["id", "for", "via", "by", "from"].contains(&next.to_ascii_lowercase().as_str()))
                {
                    value.push(' ');
                    value.push_str(more);
                }
            }
            *field = Some(value);
        }
        let of_exchange = |host: &str| {
            let host = host.to_ascii_lowercase();
            HOSTS.iter().any(|end| host.trim_end_matches('.').ends_with(end))
        };
        let with = hop.with.as_deref().unwrap_or_default().to_ascii_lowercase();
        hop.exchange =
            hop.by.as_deref().is_some_and(of_exchange) || with.starts_with("microsoft smtp") || with.starts_with("mapi");
        hop
    }
}

/// Text without what stands in parentheses, nested ones included; an open one goes to the end.
fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// How many clues are kept; real mail has a handful.
const MAX_CLUES: usize = 50;

/// How many hops are read; mail with more of them is a loop.
const MAX_HOPS: usize = 1000;

/// The hops of a mail in the order in which it passed them.
#[must_use]
pub fn hops(headers: &Headers) -> Vec<Hop> {
    let mut all: Vec<Hop> = headers.all("Received").take(MAX_HOPS).map(Hop::parse).collect();
    all.reverse();
    all
}

/// The hops outside Exchange that stand between hops of Exchange: where the mail left it and came back.
#[must_use]
pub fn detour(hops: &[Hop]) -> Vec<&Hop> {
    let (Some(first), Some(last)) = (hops.iter().position(|hop| hop.exchange), hops.iter().rposition(|hop| hop.exchange)) else {
        return Vec::new();
    };
    hops.get(first..last).unwrap_or_default().iter().filter(|hop| !hop.exchange).collect()
}

/// Returns what the headers suggest of the way.
#[must_use]
pub fn clues(headers: &Headers) -> Vec<Clue> {
    let mut all = Vec::new();
    let mut add = |header: &str, says: String, outside: bool| all.push(Clue { header: header.to_owned(), says, outside });
    let hops = hops(headers);
    for hop in detour(&hops) {
        add("Received", format!("the mail left Exchange and came back by {}", hop.describe()), true);
    }
    for header in ["X-MS-Exchange-Organization-AuthAs", "X-MS-Exchange-CrossTenant-AuthAs"] {
        if headers.all(header).any(|value| value.trim().eq_ignore_ascii_case("Anonymous")) {
            add(header, "Exchange took the mail from a sender that it does not know, as it does from outside".to_owned(), false);
        }
    }
    for header in ["X-MS-Exchange-Generated-Message-Source", "X-MS-Exchange-RecallReportGenerated"] {
        if let Some(value) = headers.first(header) {
            add(header, format!("Exchange made this message itself: {value}"), false);
        }
    }
    let mut seen = Vec::new();
    for (name, value) in &headers.0 {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("x-exclaimerhostedsignatures") {
            add(name, format!("a signature service took the mail in hand ({value})"), true);
        }
        // Once for each service: they write several fields.
        if let Some(service) = SERVICES.iter().find(|service| lower.starts_with(service.field)) {
            if !seen.contains(&service.name) {
                seen.push(service.name);
                let says = format!("a hint at {}, {}, on the way, and no proof ({})", service.name, service.does, service.source);
                add(name, says, false);
            }
        }
    }
    all.truncate(MAX_CLUES);
    let mut add = |header: &str, says: String, outside: bool| all.push(Clue { header: header.to_owned(), says, outside });
    if headers.first("X-MS-TNEF-Correlator").is_some_and(|value| value.trim().is_empty()) {
        add("X-MS-TNEF-Correlator", "it is empty: Exchange made plain MIME of the message".to_owned(), false);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        Headers(lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    const EXCHANGE: &str = "from AM0PR01.eurprd01.prod.outlook.com (2603:10a6:208::10) by AM9PR02.eurprd02.prod.outlook.com \
        (2603:10a6:20b::20) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS) id 15.20.1; Mon, 2 Mar 2026 10:00:05 +0000";

    #[test]
    fn received_is_read_in_its_clauses() {
        let hop = Hop::parse(EXCHANGE);
        assert_eq!(hop.from.as_deref(), Some("AM0PR01.eurprd01.prod.outlook.com"));
        assert_eq!(hop.by.as_deref(), Some("AM9PR02.eurprd02.prod.outlook.com"));
        assert_eq!(hop.with.as_deref(), Some("Microsoft SMTP Server"));
        assert_eq!(hop.date.as_deref(), Some("Mon, 2 Mar 2026 10:00:05 +0000"));
        assert!(hop.exchange);
        let table = [
            ("by mail.x (Postfix) with ESMTP id 1 for <a@b.c>; date", Some("mail.x"), Some("ESMTP"), false),
            ("from a by EX01.corp.local with mapi id 15.1", Some("EX01.corp.local"), Some("mapi"), true),
            ("from a by CH1PR01.prod.exchangelabs.com with HTTPS; d", Some("CH1PR01.prod.exchangelabs.com"), Some("HTTPS"), true),
            ("from a by x.outlook.office365.com. with HTTPS", Some("x.outlook.office365.com."), Some("HTTPS"), true),
            ("from a by x.protection.office365.us with ESMTP", Some("x.protection.office365.us"), Some("ESMTP"), true),
            (
                "from a by x.protection.partner.outlook.cn with ESMTP",
                Some("x.protection.partner.outlook.cn"),
                Some("ESMTP"),
                true,
            ),
            ("from a by ex2003 with Microsoft SMTPSVC(6.0.3790.4675)", Some("ex2003"), Some("Microsoft SMTPSVC"), true),
            ("by exchangelabs.com.evil.example with SMTP", Some("exchangelabs.com.evil.example"), Some("SMTP"), false),
            ("by outlook.com.evil.example with SMTP", Some("outlook.com.evil.example"), Some("SMTP"), false),
            ("(((", None, None, false),
            ("", None, None, false),
            ("by", None, None, false),
        ];
        for (text, by, with, exchange) in table {
            let hop = Hop::parse(text);
            assert_eq!((hop.by.as_deref(), hop.with.as_deref(), hop.exchange), (by, with, exchange), "{text}");
        }
    }

    #[test]
    fn a_detour_is_what_stands_between_hops_of_exchange() {
        let foreign = "from x by sig.example with ESMTPS id 7; Mon, 2 Mar 2026 10:00:03 +0000";
        let way = headers(&[("Received", EXCHANGE), ("Received", foreign), ("Received", EXCHANGE)]);
        let found = hops(&way);
        assert_eq!(detour(&found).iter().map(|hop| hop.by.as_deref()).collect::<Vec<_>>(), [Some("sig.example")]);
        assert!(clues(&way).iter().any(|clue| clue.outside && clue.says.contains("sig.example")));
        // Mail that came in from outside, or went out, made no detour.
        for lines in [vec![("Received", EXCHANGE), ("Received", foreign)], vec![("Received", foreign), ("Received", EXCHANGE)]] {
            assert!(clues(&headers(&lines)).is_empty(), "{lines:?}");
        }
    }

    #[test]
    fn other_headers_are_clues() {
        let table = [
            (("X-MS-TNEF-Correlator", ""), 1),
            (("X-MS-TNEF-Correlator", "<1@a>"), 0),
            (("x-ms-exchange-organization-authas", "Anonymous"), 1),
            (("X-MS-Exchange-Organization-AuthAs", "Internal"), 0),
            (("X-ExclaimerHostedSignatures-MessageProcessed", "true"), 1),
            (("X-CodeTwoProcessed", "true"), 1),
            (("X-Mimecast-Spam-Score", "0"), 1),
            (("X-Barracuda-Connect", "x"), 1),
            (("X-Proofpoint-Virus-Version", "x"), 1),
            (("X-Barracudas", "x"), 0),
            (("X-MS-Exchange-Generated-Message-Source", "Transport Message Recall Routing Agent"), 1),
        ];
        for (line, count) in table {
            assert_eq!(clues(&headers(&[line])).len(), count, "{line:?}");
        }
    }
}
