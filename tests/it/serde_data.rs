//! With the feature `serde`, what the policy and a diagnosis answer is data.

use winmail::policy::{MessageFacts, file};
use winmail::recall::{Candidate, Case, Environment, Item, diagnose};
use winmail::{Message, ReadOptions, WriteOptions};

#[test]
fn a_decision_and_a_diagnosis_are_data() {
    let settings = "[[remote_domain]]\nName = \"Contoso\"\nDomainName = \"contoso.com\"\nTNEFEnabled = false\n";
    let policy = file::read("policy.toml", settings).unwrap().policy;
    let decision = policy.decide("jane@fabrikam.com", "bob@contoso.com", MessageFacts::default()).unwrap();
    let json = serde_json::to_value(&decision).unwrap();
    assert_eq!(json["tnef"]["value"], false);
    assert!(json["tnef"]["chain"].as_array().is_some_and(|chain| !chain.is_empty()), "{json}");

    let stream = Message::new("IPM.Outlook.Recall").to_tnef(&WriteOptions::default()).unwrap();
    let recall = Item::read("recall", &stream, &ReadOptions::lenient()).unwrap();
    let candidate = Candidate::new(Item::read("copy", &stream, &ReadOptions::lenient()).unwrap());
    let case = Case { recall: &recall, original: None, environment: &Environment::default(), policy: None };
    let json = serde_json::to_value(diagnose(&case, &candidate)).unwrap();
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(7));
    assert_eq!(json["rows"][0]["condition"], "same-key");
    assert!(json["conclusion"].as_str().is_some_and(|text| !text.is_empty()));
}
