//! Addresses: where a link may lead, and where a picture may come from.
//!
//! An address is read as browsers do (the URL standard, 4.4): what stands around it and line ends within do not count.

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// To a place that a reader may want to go to.
    Kept(String),
    /// To a file, a network share, or to something that would run.
    Refused,
}

/// Where a picture comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// It comes with the message.
    Kept(String),
    /// It would be loaded from there.
    Elsewhere(String),
    /// Nowhere.
    None,
}

/// What a link may begin with. Other schemes start programs.
const SCHEMES: &[&str] =
    &["callto", "cid", "ftp", "ftps", "geo", "http", "https", "mailto", "mid", "news", "sip", "sips", "sms", "tel", "xmpp"];

/// Pictures that cannot hold anything else.
const PICTURES: &[&str] = &["image/bmp", "image/gif", "image/jpeg", "image/jpg", "image/png", "image/webp", "image/x-icon"];

pub(super) fn link(address: &str) -> Link {
    let address = cleaned(address);
    // Within the page.
    if address.starts_with('#') {
        return Link::Kept(address);
    }
    match scheme(&address) {
        Some((scheme, rest)) if SCHEMES.contains(&scheme.as_str()) => Link::Kept(format!("{scheme}:{rest}")),
        _ => Link::Refused,
    }
}

pub(super) fn picture(address: &str) -> Picture {
    let address = cleaned(address);
    if address.is_empty() {
        return Picture::None;
    }
    match scheme(&address) {
        Some((scheme, rest)) if scheme == "cid" => Picture::Kept(format!("cid:{rest}")),
        Some((scheme, rest)) if scheme == "data" => {
            let kind = rest.split([';', ',']).next().unwrap_or_default().trim().to_ascii_lowercase();
            if PICTURES.contains(&kind.as_str()) {
                Picture::Kept(format!("data:{rest}"))
            } else {
                Picture::Elsewhere("data that is no picture".to_owned())
            }
        }
        Some((scheme, rest)) if matches!(scheme.as_str(), "http" | "https" | "ftp") => Picture::Elsewhere(host(rest)),
        // On Windows `C:` is a drive.
        Some(_) => Picture::Elsewhere("a file or program".to_owned()),
        None if address.starts_with("//") || address.starts_with("\\\\") => Picture::Elsewhere(host(&address)),
        None => Picture::Elsewhere("elsewhere".to_owned()),
    }
}

/// What a browser reads: without blanks and control characters around it, and without line ends and tabs.
fn cleaned(address: &str) -> String {
    let trimmed = address.trim_matches(|c: char| c <= ' ');
    trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r' | '\0')).collect()
}

/// The scheme in lower case, and what stands behind its colon.
fn scheme(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

fn host(rest: &str) -> String {
    let rest = rest.trim_start_matches(['/', '\\']);
    let host = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    // What stands before an @ is no host, whatever it looks like.
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty() { "elsewhere".to_owned() } else { host.chars().take(80).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_places_and_run_nothing() {
        for kept in ["http://a.example/?x=1&y=2", "HTTPS://a", "mailto:a@b.example", "tel:1", "#top", " http://a\n"] {
            assert!(matches!(link(kept), Link::Kept(_)), "{kept:?}");
        }
        for refused in [
            "javascript:alert(1)",
            " java\tscript:alert(1)",
            "\u{1}javascript:x",
            "JaVaScRiPt:x",
            "vbscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "file://host/share",
            "\\\\host\\share",
            "//host/share",
            "/\\host",
            "c:\\x.exe",
            "ms-word:ofe|u|x",
            "search-ms:query",
            "relative.html",
            "../up.html",
            "",
            "blob:x",
            "view-source:http://a",
            "feed:javascript:x",
            "jar:http://a",
        ] {
            assert_eq!(link(refused), Link::Refused, "{refused:?}");
        }
        assert_eq!(link("ht\ntps://a"), Link::Kept("https://a".to_owned()));
    }

    #[test]
    fn pictures_come_with_the_message_or_not_at_all() {
        for kept in ["cid:a@b", "CID:x", "data:image/png;base64,AA=="] {
            assert!(matches!(picture(kept), Picture::Kept(_)), "{kept:?}");
        }
        for (address, from) in [
            ("http://t.example/p.gif?u=1", "t.example"),
            ("https://good.example@evil.example/x", "evil.example"),
            ("//host/share/x.png", "host"),
            ("\\\\host\\share", "host"),
            ("file:///c:/x.png", "a file or program"),
            ("c:\\x.png", "a file or program"),
            ("../x.png", "elsewhere"),
            ("image001.png", "elsewhere"),
            ("data:image/svg+xml,<svg>", "data that is no picture"),
            ("javascript:x", "a file or program"),
        ] {
            assert_eq!(picture(address), Picture::Elsewhere(from.to_owned()), "{address:?}");
        }
        assert_eq!(picture("  "), Picture::None);
    }
}
