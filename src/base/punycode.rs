//! International domain names in the form that DNS has them: Punycode (RFC 3492) and the A-labels made of it (RFC 5890 2.3.2.1).
//!
//! ```text
//! M\u{fc}nchen   U-label           xn--mnchen-3ya   A-label: "xn--", the ASCII of the label, "-", the rest as numbers
//! ```
//!
//! A label is mapped to lower case before it is encoded, character by character, and nothing else is: what UTS #46 maps besides
//! (full-width letters, ligatures, marks that stand apart from their letter) stays as it is. The dots of Chinese and Japanese
//! keyboards separate labels like the ASCII one.

/// The parameters of RFC 3492 5.
const BASE: u32 = 36;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;
/// `tmin` and `tmax`.
const THRESHOLDS: (u32, u32) = (1, 26);

/// The longest label of DNS (RFC 1035 2.3.4). It bounds what encoding and decoding cost, which is more than linear.
const LABEL_MAX: usize = 63;

/// What an A-label starts with.
const PREFIX: &str = "xn--";

/// A domain with each label outside ASCII as an A-label, in lower case.
///
/// `None` if a label cannot be one: it gets longer than 63 characters, holds white space or control characters, or claims to be
/// an A-label and is invalid.
///
/// ```
/// use winmail::base::punycode::to_ascii;
/// assert_eq!(to_ascii("\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}").as_deref(), Some("xn--e1afmkfd.xn--p1ai"));
/// assert_eq!(to_ascii("Example.ORG").as_deref(), Some("example.org"));
/// assert_eq!(to_ascii("xn--\u{fc}"), None);
/// ```
#[must_use]
pub fn to_ascii(domain: &str) -> Option<String> {
    let labels: Option<Vec<String>> = domain.split(is_dot).map(a_label).collect();
    Some(labels?.join("."))
}

/// A domain with each A-label as what it stands for. What is no A-label stays as it is.
///
/// ```
/// use winmail::base::punycode::to_unicode;
/// assert_eq!(to_unicode("xn--mnchen-3ya.example"), "m\u{fc}nchen.example");
/// ```
#[must_use]
pub fn to_unicode(domain: &str) -> String {
    let labels: Vec<String> = domain.split('.').map(|label| u_label(label).unwrap_or_else(|| label.to_owned())).collect();
    labels.join(".")
}

/// The full stop, and the dots that IDNA takes for it (RFC 3490 3.1).
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{3002}' | '\u{FF0E}' | '\u{FF61}')
}

fn a_label(label: &str) -> Option<String> {
    let lower: String = label.chars().flat_map(char::to_lowercase).collect();
    if lower.is_ascii() {
        let is_whole = !lower.starts_with(PREFIX) || u_label(&lower).is_some();
        return is_whole.then_some(lower);
    }
    // Each character takes a digit at least.
    let is_label = lower.chars().count() <= LABEL_MAX && !lower.chars().any(|c| c.is_control() || c.is_whitespace());
    if !is_label || lower.starts_with(PREFIX) {
        return None;
    }
    Some(format!("{PREFIX}{}", encode(&lower)?)).filter(|made| made.len() <= LABEL_MAX)
}

/// Decodes an A-label; `None` if it is invalid.
fn u_label(label: &str) -> Option<String> {
    let (prefix, encoded) = label.split_at_checked(PREFIX.len())?;
    if !prefix.eq_ignore_ascii_case(PREFIX) || label.len() > LABEL_MAX {
        return None;
    }
    let decoded = decode(&encoded.to_ascii_lowercase()).filter(|decoded| !decoded.is_ascii())?;
    // A U-label is mapped to itself; others are invalid (RFC 5891 4.2).
    a_label(&decoded)?.eq_ignore_ascii_case(label).then_some(decoded)
}

/// The Punycode of a text (RFC 3492 6.3); `None` where its numbers get too large. Takes time by the square of the text.
fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0u32, INITIAL_BIAS, basic);
    while let Some(next) = text.chars().map(u32::from).filter(|point| *point >= n).min() {
        delta = next.checked_sub(n)?.checked_mul(handled.checked_add(1)?)?.checked_add(delta)?;
        n = next;
        for point in text.chars().map(u32::from) {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point == n {
                push_number(delta, bias, &mut out);
                let points = handled.checked_add(1)?;
                bias = adapt(delta, points, handled == basic);
                (delta, handled) = (0, points);
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(out)
}

/// A number of variable length (RFC 3492 3.3).
fn push_number(number: u32, bias: u32, out: &mut String) {
    let mut rest = number;
    let mut position = BASE;
    loop {
        let threshold = threshold(position, bias);
        let radix = BASE.saturating_sub(threshold);
        let Some(above) = rest.checked_sub(threshold) else { break };
        out.push(digit(threshold.saturating_add(above.checked_rem(radix).unwrap_or(0))));
        rest = above.checked_div(radix).unwrap_or(0);
        position = position.saturating_add(BASE);
    }
    out.push(digit(rest));
}

/// Decodes Punycode (RFC 3492 6.2); `None` if it is invalid. Takes time by the square of the text.
fn decode(text: &str) -> Option<String> {
    let (basic, digits) = match text.rsplit_once('-') {
        // The delimiter only stands behind something.
        Some(("", _)) => return None,
        Some((basic, digits)) => (basic, digits),
        None => ("", text),
    };
    if !text.is_ascii() {
        return None;
    }
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut at, mut bias) = (INITIAL_N, 0u32, INITIAL_BIAS);
    let mut digits = digits.bytes();
    while digits.len() > 0 {
        let before = at;
        let (mut weight, mut position) = (1u32, BASE);
        loop {
            let digit = value(digits.next()?)?;
            at = digit.checked_mul(weight)?.checked_add(at)?;
            let threshold = threshold(position, bias);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE.checked_sub(threshold)?)?;
            position = position.checked_add(BASE)?;
        }
        let points = u32::try_from(out.len()).ok()?.checked_add(1)?;
        bias = adapt(at.checked_sub(before)?, points, before == 0);
        n = at.checked_div(points)?.checked_add(n)?;
        at = at.checked_rem(points)?;
        out.insert(usize::try_from(at).ok()?, char::from_u32(n)?);
        at = at.checked_add(1)?;
    }
    Some(out.into_iter().collect())
}

/// The threshold of the digit at a position.
fn threshold(position: u32, bias: u32) -> u32 {
    position.saturating_sub(bias).clamp(THRESHOLDS.0, THRESHOLDS.1)
}

/// The bias of the next number (RFC 3492 6.1).
fn adapt(delta: u32, points: u32, is_first: bool) -> u32 {
    /// `((base - tmin) * tmax) / 2`, and `base - tmin`.
    const HALF: u32 = 455;
    const STEP: u32 = 35;
    let delta = if is_first { delta / DAMP } else { delta / 2 };
    let mut delta = delta.saturating_add(delta.checked_div(points).unwrap_or(0));
    let mut k = 0u32;
    while delta > HALF {
        delta /= STEP;
        k = k.saturating_add(BASE);
    }
    k.saturating_add(delta.saturating_mul(BASE).checked_div(delta.saturating_add(SKEW)).unwrap_or(0))
}

/// `a` to `z` are 0 to 25, `0` to `9` are 26 to 35.
fn digit(value: u32) -> char {
    let value = u8::try_from(value).unwrap_or(0);
    char::from(if value < 26 { value.saturating_add(b'a') } else { value.saturating_sub(26).saturating_add(b'0') })
}

fn value(digit: u8) -> Option<u32> {
    match digit {
        b'a'..=b'z' => Some(u32::from(digit.checked_sub(b'a')?)),
        b'A'..=b'Z' => Some(u32::from(digit.checked_sub(b'A')?)),
        b'0'..=b'9' => u32::from(digit.checked_sub(b'0')?).checked_add(26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The samples of RFC 3492 7.1, (A) to (S).
    const SAMPLES: [(&str, &str); 19] = [
        (
            "\u{644}\u{64a}\u{647}\u{645}\u{627}\u{628}\u{62a}\u{643}\u{644}\u{645}\u{648}\u{634}\u{639}\u{631}\u{628}\u{64a}\u{61f}",
            "egbpdaj6bu4bxfgehfvwxn",
        ),
        ("\u{4ed6}\u{4eec}\u{4e3a}\u{4ec0}\u{4e48}\u{4e0d}\u{8bf4}\u{4e2d}\u{6587}", "ihqwcrb4cv8a8dqg056pqjye"),
        ("\u{4ed6}\u{5011}\u{7232}\u{4ec0}\u{9ebd}\u{4e0d}\u{8aaa}\u{4e2d}\u{6587}", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pro\u{10d}prost\u{11b}nemluv\u{ed}\u{10d}esky", "Proprostnemluvesky-uyb24dma41a"),
        (
            "\u{5dc}\u{5de}\u{5d4}\u{5d4}\u{5dd}\u{5e4}\u{5e9}\u{5d5}\u{5d8}\u{5dc}\u{5d0}\u{5de}\u{5d3}\u{5d1}\u{5e8}\u{5d9}\u{5dd}\u{5e2}\u{5d1}\u{5e8}\u{5d9}\u{5ea}",
            "4dbcagdahymbxekheh6e0a7fei0b",
        ),
        (
            "\u{92f}\u{939}\u{932}\u{94b}\u{917}\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}\u{915}\u{94d}\u{92f}\u{94b}\u{902}\u{928}\u{939}\u{940}\u{902}\u{92c}\u{94b}\u{932}\u{938}\u{915}\u{924}\u{947}\u{939}\u{948}\u{902}",
            "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd",
        ),
        (
            "\u{306a}\u{305c}\u{307f}\u{3093}\u{306a}\u{65e5}\u{672c}\u{8a9e}\u{3092}\u{8a71}\u{3057}\u{3066}\u{304f}\u{308c}\u{306a}\u{3044}\u{306e}\u{304b}",
            "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa",
        ),
        (
            "\u{c138}\u{acc4}\u{c758}\u{baa8}\u{b4e0}\u{c0ac}\u{b78c}\u{b4e4}\u{c774}\u{d55c}\u{ad6d}\u{c5b4}\u{b97c}\u{c774}\u{d574}\u{d55c}\u{b2e4}\u{ba74}\u{c5bc}\u{b9c8}\u{b098}\u{c88b}\u{c744}\u{ae4c}",
            "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c",
        ),
        (
            "\u{43f}\u{43e}\u{447}\u{435}\u{43c}\u{443}\u{436}\u{435}\u{43e}\u{43d}\u{438}\u{43d}\u{435}\u{433}\u{43e}\u{432}\u{43e}\u{440}\u{44f}\u{442}\u{43f}\u{43e}\u{440}\u{443}\u{441}\u{441}\u{43a}\u{438}",
            "b1abfaaepdrnnbgefbadotcwatmq2g4l",
        ),
        ("Porqu\u{e9}nopuedensimplementehablarenEspa\u{f1}ol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
        (
            "T\u{1ea1}isaoh\u{1ecd}kh\u{f4}ngth\u{1ec3}ch\u{1ec9}n\u{f3}iti\u{1ebf}ngVi\u{1ec7}t",
            "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g",
        ),
        ("3\u{5e74}B\u{7d44}\u{91d1}\u{516b}\u{5148}\u{751f}", "3B-ww4c5e180e575a65lsy2b"),
        ("\u{5b89}\u{5ba4}\u{5948}\u{7f8e}\u{6075}-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
        (
            "Hello-Another-Way-\u{305d}\u{308c}\u{305e}\u{308c}\u{306e}\u{5834}\u{6240}",
            "Hello-Another-Way--fc4qua05auwb3674vfr0b",
        ),
        ("\u{3072}\u{3068}\u{3064}\u{5c4b}\u{6839}\u{306e}\u{4e0b}2", "2-u9tlzr9756bt3uc0v"),
        ("Maji\u{3067}Koi\u{3059}\u{308b}5\u{79d2}\u{524d}", "MajiKoi5-783gue6qz075azm5e"),
        ("\u{30d1}\u{30d5}\u{30a3}\u{30fc}de\u{30eb}\u{30f3}\u{30d0}", "de-jg4avhby1noc0d"),
        ("\u{305d}\u{306e}\u{30b9}\u{30d4}\u{30fc}\u{30c9}\u{3067}", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ];

    #[test]
    fn the_samples_of_the_specification() {
        for (text, encoded) in SAMPLES {
            assert_eq!(encode(text).as_deref(), Some(encoded));
            assert_eq!(decode(encoded).as_deref(), Some(text));
        }
    }

    // By Python: `"xn--" + label.lower().encode("punycode").decode()`.
    #[test]
    fn domains() {
        for (domain, ascii, unicode) in [
            ("example.org", "example.org", "example.org"),
            ("EXAMPLE.Org.", "example.org.", "example.org."),
            ("M\u{dc}NCHEN.example", "xn--mnchen-3ya.example", "m\u{fc}nchen.example"),
            ("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example", "m\u{fc}nchen.example"),
            ("fa\u{df}.de", "xn--fa-hia.de", "fa\u{df}.de"),
            ("\u{65e5}\u{672c}\u{8a9e}\u{3002}jp\u{ff0e}x\u{ff61}y", "xn--wgv71a119e.jp.x.y", "\u{65e5}\u{672c}\u{8a9e}.jp.x.y"),
            (
                "\u{395}\u{3bb}\u{3bb}\u{3ac}\u{3b4}\u{3b1}.gr",
                "xn--hxakic4aa.gr",
                "\u{3b5}\u{3bb}\u{3bb}\u{3ac}\u{3b4}\u{3b1}.gr",
            ),
            ("a-\u{fc}_b.c", "xn--a-_b-1ra.c", "a-\u{fc}_b.c"),
            ("a..b", "a..b", "a..b"),
            ("", "", ""),
        ] {
            assert_eq!(to_ascii(domain).as_deref(), Some(ascii), "{domain}");
            assert_eq!(to_unicode(ascii), unicode);
        }
    }

    #[test]
    fn what_is_no_domain() {
        let long = "\u{fc}".repeat(64);
        for domain in [
            &long,
            "xn--\u{fc}",
            "xn--a",
            "xn--",
            "xn--abc-",
            "xn--mnchen-psa",
            "xn--99999999999",
            "a\u{3000}\u{fc}",
            "\u{fc}\u{85}",
        ] {
            assert_eq!(to_ascii(domain), None, "{domain}");
            assert_eq!(to_unicode(domain), *domain);
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in "\\PC{0,40}") {
            let encoded = encode(&text).unwrap();
            prop_assert!(encoded.is_ascii());
            prop_assert_eq!(decode(&encoded), Some(text));
        }

        #[test]
        fn any_label_ends(label in "(xn--)?[a-zA-Z0-9-]{0,70}") {
            let _ = (to_ascii(&label), to_unicode(&label), decode(&label));
        }
    }
}
