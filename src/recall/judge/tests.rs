use super::*;
use crate::base::{FileTime, ReadOptions};
use crate::mapi::{PropValue, tags};
use crate::policy::file;
use crate::recall::environment::Environment;
use crate::recall::request::Request;
use crate::recall::{Outcome, diagnose};
use crate::{Message, WriteOptions};

/// A mail with these headers and a message of this key.
fn mail(headers: &str, key: u8) -> Item {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(vec![key; 16].into()));
    let tnef: String =
        message.to_tnef(&WriteOptions::default()).unwrap().iter().map(|byte| format!("={byte:02X}=\r\n")).collect();
    let text = format!(
        "From: alice@fabrikam.com\r\nTo: bob@fabrikam.com\r\nSubject: Figures\r\nMessage-ID: <1@fabrikam.com>\r\n{headers}\
         Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{tnef}\r\n"
    );
    Item::read("mail", text.as_bytes(), &ReadOptions::lenient()).unwrap()
}

fn recall() -> Item {
    let mut original = Message::new("IPM.Note");
    original.properties.set(tags::SEARCH_KEY, PropValue::Binary(vec![1; 16].into()));
    let request = Request { now: FileTime(0x01DA_1713_6D2F_1E00), random: [9; 16], wants_reports: true };
    let bytes = request.make(&original).unwrap().to_tnef(&WriteOptions::default()).unwrap();
    Item::read("recall", &bytes, &ReadOptions::lenient()).unwrap()
}

const DETOUR: &str = "Received: from sig.example by EX2.fabrikam.com with Microsoft SMTP Server id 3; Mon, 2 Mar 2026 10:00:03 +0000\r\n\
    Received: from EX1.fabrikam.com by sig.example with ESMTPS id 2; Mon, 2 Mar 2026 10:00:02 +0000\r\n\
    Received: from EX1.fabrikam.com by EX1.fabrikam.com with mapi id 1; Mon, 2 Mar 2026 10:00:01 +0000\r\n";

/// The row of condition 6.
fn route(policy: Option<&str>, connector: Option<bool>, delivered: Item) -> ConditionRow {
    let policy = policy.map(|text| file::read("policy.toml", text).unwrap().policy);
    let environment = Environment { connector, ..Environment::default() };
    let (recall, original) = (recall(), mail("", 1));
    let case = Case { recall: &recall, original: Some(&original), environment: &environment, policy: policy.as_ref() };
    let diagnosis = diagnose::diagnose(&case, &Candidate::new(delivered));
    diagnosis.rows.into_iter().find(|row| row.condition == Condition::RouteKeepsTnef).unwrap()
}

const NOTHING: &str = "accepted_domains = [\"fabrikam.com\"]\n";
const ALWAYS: &str = "accepted_domains = [\"fabrikam.com\"]\n[[remote_domain]]\nName = \"Own\"\nDomainName = \"fabrikam.com\"\nTNEFEnabled = true\n";
const NEVER: &str = "accepted_domains = [\"fabrikam.com\"]\n[[remote_domain]]\nName = \"O'wn\"\nDomainName = \"*.fabrikam.com\"\nTNEFEnabled = false\n";

/// A copy that has no key to compare.
fn plain(headers: &str) -> Item {
    let text = format!(
        "From: alice@fabrikam.com\r\nTo: bob@fabrikam.com\r\nSubject: Figures\r\nMessage-ID: <1@fabrikam.com>\r\n{headers}\r\ntext\r\n"
    );
    Item::read("plain", text.as_bytes(), &ReadOptions::lenient()).unwrap()
}

#[test]
fn the_route_is_judged_by_settings_way_and_key() {
    let new = "New-RemoteDomain -Name 'fabrikam.com' -DomainName 'fabrikam.com'; Set-RemoteDomain -Identity 'fabrikam.com' -TNEFEnabled $true";
    let set = "Set-RemoteDomain -Identity 'O''wn' -TNEFEnabled $true";
    let table = [
        // Inside Exchange it is always TNEF.
        (Some(NOTHING), Some(false), plain(""), Verdict::Met, None),
        (None, Some(false), plain(""), Verdict::Met, None),
        // Outside the remote domain decides, also that of an accepted domain.
        (Some(NOTHING), Some(true), plain(""), Verdict::NotMet, Some(new)),
        (Some(ALWAYS), Some(true), plain(""), Verdict::Met, None),
        (Some(NEVER), Some(true), plain(""), Verdict::NotMet, Some(set)),
        (Some(ALWAYS), None, plain(""), Verdict::Met, None),
        // Whether it leaves is not known ...
        (Some(NOTHING), None, plain(""), Verdict::NotKnown, Some(new)),
        // ... unless the headers say so, or the key is another.
        (Some(NOTHING), None, plain(DETOUR), Verdict::NotMet, Some(new)),
        (Some(NOTHING), None, mail("", 2), Verdict::NotMet, Some(new)),
        // A key that arrived has been kept.
        (Some(NOTHING), None, mail(DETOUR, 1), Verdict::Met, Some(new)),
        (Some(NOTHING), None, mail("", 1), Verdict::Met, None),
    ];
    for (number, (policy, connector, delivered, verdict, remedy)) in table.into_iter().enumerate() {
        let row = route(policy, connector, delivered);
        let advice = row.remedy.map(|advice| advice.to_string());
        assert_eq!((row.verdict, advice.as_deref()), (verdict, remedy), "row {number}: {:?}", row.evidence);
    }
    let without = route(None, None, plain(""));
    assert_eq!(without.verdict, Verdict::NotKnown);
    assert!(without.remedy.unwrap().to_string().contains("remote domain for fabrikam.com must be true"));
    assert_eq!(route(None, None, mail("", 2)).verdict, Verdict::NotMet);
}

#[test]
fn a_route_that_loses_tnef_loses_the_key_that_cannot_be_seen() {
    let policy = file::read("policy.toml", NOTHING).unwrap().policy;
    let environment = Environment { connector: Some(true), ..Environment::default() };
    let recall = recall();
    let case = Case { recall: &recall, original: None, environment: &environment, policy: Some(&policy) };
    let diagnosis = diagnose::diagnose(&case, &Candidate::new(plain("")));
    assert_eq!(diagnosis.outcome(), Some(Outcome::CannotBeFound), "{diagnosis:#?}");
    assert!(diagnosis.conclusion.contains("inferred"), "{}", diagnosis.conclusion);
}

#[test]
fn the_hop_outside_is_named_beside_a_changed_key() {
    let environment = Environment::default();
    let (recall, original) = (recall(), mail("", 1));
    let case = Case { recall: &recall, original: Some(&original), environment: &environment, policy: None };
    let diagnosis = diagnose::diagnose(&case, &Candidate::new(mail(DETOUR, 2)));
    let evidence = diagnosis.rows.first().unwrap().evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(evidence.contains("the key was changed on the way: by all else the copy is the same message"), "{evidence}");
    assert!(evidence.contains("left Exchange and came back by sig.example"), "{evidence}");
    assert_eq!(
        diagnosis.route.unwrap().suspects().iter().map(|hop| hop.by.as_deref()).collect::<Vec<_>>(),
        [Some("sig.example")]
    );
}

#[test]
fn one_of_several_recipients_must_be_named() {
    let delivered =
        Item::read("d", b"From: alice@fabrikam.com\r\nTo: bob@fabrikam.com, eve@contoso.com\r\n\r\n", &ReadOptions::lenient())
            .unwrap();
    let accepted_domains = vec![crate::policy::DomainPattern::parse("fabrikam.com").unwrap()];
    let recall = recall();
    let verdict = |recipient: Option<&str>| {
        let recipient = recipient.map(str::to_owned);
        let environment = Environment { accepted_domains: accepted_domains.clone(), recipient, ..Environment::default() };
        let case = Case { recall: &recall, original: None, environment: &environment, policy: None };
        diagnose::diagnose(&case, &Candidate::new(delivered.clone())).rows.into_iter().nth(1).unwrap().verdict
    };
    assert_eq!(verdict(None), Verdict::NotKnown);
    assert_eq!(verdict(Some("bob@fabrikam.com")), Verdict::Met);
    assert_eq!(verdict(Some("eve@contoso.com")), Verdict::NotMet);
}
