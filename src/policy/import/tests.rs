//! The same settings in the three formats, as PowerShell writes them.

use super::super::{DomainPattern, Edition, MessageFacts, RecipientKind, RemoteDomain, RemoteDomainSetting};
use super::*;

/// Windows PowerShell 5.1, `Get-RemoteDomain | Export-Csv`.
const CSV: &str = "#TYPE Microsoft.Exchange.Data.Directory.SystemConfiguration.DomainContentConfig\r\n\
    \"DomainName\",\"IsInternal\",\"AllowedOOFType\",\"NDREnabled\",\"CharacterSet\",\"TNEFEnabled\",\"LineWrapSize\",\"RequiredCharsetCoverage\",\"Name\",\"Guid\"\r\n\
    \"*\",\"False\",\"External\",\"True\",\"\",\"\",\"Unlimited\",\"\",\"Default\",\"b1946ac9-2492-4d23-a4c6-0a2f5d8e7c11\"\r\n\
    \"*.contoso.com\",\"True\",\"InternalLegacy\",\"False\",\"iso-8859-2\",\"False\",\"78\",\"60\",\"Contoso, \"\"the\"\" customer\",\"9a1158154dfa-4c4e\"\r\n";

/// `Get-RemoteDomain | ConvertTo-Json`
const JSON: &str = r#"[
  {"DomainName": "*", "IsInternal": false, "AllowedOOFType": "External", "NDREnabled": true, "CharacterSet": null,
   "TNEFEnabled": null, "LineWrapSize": "Unlimited", "RequiredCharsetCoverage": null, "Name": "Default",
   "Guid": "b1946ac9-2492-4d23-a4c6-0a2f5d8e7c11", "ObjectClass": ["top", "msExchDomainContentConfig"]},
  {"DomainName": {"Domain": "contoso.com", "Address": "*.contoso.com", "IncludeSubDomains": true},
   "IsInternal": true, "AllowedOOFType": {"value": 2, "Value": "InternalLegacy"}, "NDREnabled": false,
   "CharacterSet": "iso-8859-2", "TNEFEnabled": false, "LineWrapSize": {"IsUnlimited": false, "Value": 78},
   "RequiredCharsetCoverage": 60, "Name": "Contoso, \"the\" customer"}
]"#;

/// `Get-RemoteDomain | Export-Clixml`
const CLIXML: &str = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
  <Obj RefId="0">
    <TN RefId="0"><T>Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.DomainContentConfig</T><T>Deserialized.System.Object</T></TN>
    <ToString>Default</ToString>
    <Props>
      <S N="DomainName">*</S><B N="IsInternal">false</B><S N="AllowedOOFType">External</S><B N="NDREnabled">true</B>
      <S N="CharacterSet"></S><Nil N="TNEFEnabled" /><S N="LineWrapSize">Unlimited</S><Nil N="RequiredCharsetCoverage" />
      <S N="Name">Default</S><G N="Guid">b1946ac9-2492-4d23-a4c6-0a2f5d8e7c11</G>
    </Props>
  </Obj>
  <Obj RefId="1">
    <TNRef RefId="0" />
    <ToString>Contoso</ToString>
    <Props>
      <Obj N="DomainName" RefId="2"><TN RefId="1"><T>Microsoft.Exchange.Data.SmtpDomainWithSubdomains</T></TN><ToString>*.contoso.com</ToString>
        <Props><S N="Domain">contoso.com</S><B N="IsStar">false</B></Props></Obj>
      <B N="IsInternal">true</B>
      <Obj N="AllowedOOFType" RefId="3"><ToString>InternalLegacy</ToString><I32>2</I32></Obj>
      <B N="NDREnabled">false</B><S N="CharacterSet">iso-8859-2</S><B N="TNEFEnabled">false</B>
      <S N="LineWrapSize">78</S><I32 N="RequiredCharsetCoverage">60</I32>
      <S N="Name">Contoso, &quot;the&quot; customer</S>
    </Props>
    <MS><S N="PSComputerName">outlook.office365.com</S></MS>
  </Obj>
</Objs>"#;

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn read(bytes: &[u8]) -> (Policy, Imported) {
    let mut policy = Policy::new(Edition::ExchangeOnline);
    let imported = import(&mut policy, "export", bytes, None).unwrap_or_else(|error| panic!("{error}"));
    (policy, imported)
}

#[test]
fn three_formats_and_four_encodings_are_one_set_of_settings() {
    let mut expected = RemoteDomain::new("Contoso, \"the\" customer", DomainPattern::parse("*.contoso.com").unwrap());
    for (name, value) in [
        ("IsInternal", "true"),
        ("AllowedOOFType", "InternalLegacy"),
        ("NDREnabled", "false"),
        ("CharacterSet", "iso-8859-2"),
        ("TNEFEnabled", "false"),
        ("LineWrapSize", "78"),
        ("RequiredCharsetCoverage", "60"),
    ] {
        expected.settings.store(RemoteDomainSetting::from_name(name).unwrap(), value).unwrap();
    }
    for (text, format) in [(CSV, ExportFormat::Csv), (JSON, ExportFormat::Json), (CLIXML, ExportFormat::Clixml)] {
        let files = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(text, true, true),
            utf16(text, false, true),
            utf16(text, true, false),
        ];
        for bytes in files {
            assert_eq!(guess(&bytes), format);
            let (policy, imported) = read(&bytes);
            assert_eq!(imported.remote_domains, 2);
            let found = policy.domains.find("a.contoso.com");
            assert_eq!((&found.name, &found.settings), (&expected.name, &expected.settings), "{format:?}");
            assert!(found.is_known(RemoteDomainSetting::NdrEnabled) && !found.is_known(RemoteDomainSetting::AutoForwardEnabled));
            let default = policy.domains.default_domain();
            assert_eq!(default.settings, RemoteDomain::built_in().settings, "null and empty are no settings");
        }
    }
}

#[test]
fn one_object_is_no_array_and_windows_powershell_wraps_arrays() {
    let one = r#"{"Name": "N", "DomainName": "n.example", "AutoReplyEnabled": false}"#;
    assert_eq!(read(one.as_bytes()).1.remote_domains, 1);
    let wrapped = format!("{{\"value\": [{one}], \"Count\": 1}}");
    assert_eq!(read(wrapped.as_bytes()).1.remote_domains, 1);
}

#[test]
fn contacts_and_users_are_read() {
    let csv = "\"ExternalEmailAddress\";\"RecipientTypeDetails\";\"UseMapiRichTextFormat\";\"UsePreferMessageFormat\";\"MessageFormat\";\
        \"MessageBodyFormat\";\"MacAttachmentFormat\"\n\
        \"SMTP:Bob@contoso.com\";\"MailContact\";\"Always\";\"False\";\"Mime\";\"TextAndHtml\";\"BinHex\"\n\
        \"SMTP:eve@contoso.com\";\"MailUser\";\"UseDefaultSettings\";\"True\";\"Text\";\"Text\";\"UuEncode\"\n\
        \"\";\"GuestMailUser\";\"\";\"\";\"\";\"\";\"\"\n";
    let (policy, imported) = read(csv.as_bytes());
    assert_eq!(imported, Imported { recipients: 2, without_settings: 1, ..Imported::default() });
    assert_eq!(policy.recipient("bob@CONTOSO.com").unwrap().kind, RecipientKind::MailContact);
    assert_eq!(policy.recipient("eve@contoso.com").unwrap().kind, RecipientKind::MailUser);
    assert!(policy.decide("a@fabrikam.com", "bob@contoso.com", MessageFacts::default()).unwrap().tnef.value);
}

/// (file, line, record, what the message must hold); the policy must stay as it was.
#[test]
fn what_is_wrong_has_its_place_and_nothing_is_half_applied() {
    for (text, line, record, holds) in [
        ("[{\n]", Some(2), None, "not JSON"),
        ("[1]", None, None, "no object"),
        ("{\"Name\": \"x\"}", Some(1), Some(1), "Get-RemoteDomain"),
        ("PK\u{3}\u{4}xxxx", None, None, "Excel workbook"),
        ("null", None, None, "no record"),
        ("[]", None, None, "no record"),
        ("", None, None, "empty"),
        ("Name,DomainName\r\n;;\r\n", Some(2), None, "not CSV"),
        ("DomainName,NDREnabled\r\na.b,True\r\nc.d,Perhaps\r\n", Some(3), Some(2), "true or false"),
        ("DomainName : a.b\nNDREnabled : Perhaps\n", Some(2), Some(1), "true or false"),
        (
            "Name DomainName AllowedOOFType\n---- ---------- --------------\nA    a.b        Exte...\n",
            Some(3),
            Some(1),
            "cut short",
        ),
        ("{\"DomainName\":\"a.b\",\"Name\":\"M\u{fffd}ller\"}", Some(1), Some(1), "characters were lost"),
        ("[{\"DomainName\":\"a.b\"},\n{\"DomainName\":\"c.d\",\n\"LineWrapSize\":\"133\"}]", Some(3), Some(2), "0 to 132"),
        (
            "{\"value\":[{\"DomainName\":\"a.b\",\n\"x\":{\"LineWrapSize\":1},\"LineWrapSize\"\n:133}],\"Count\":1}",
            Some(2),
            Some(1),
            "0 to 132",
        ),
        ("{\"DomainName\":\"a.b\",\"\\\"{[\":\"\\\\\",\n\"AllowedOOFType\":2}", Some(2), Some(1), "Export-Csv"),
        ("{\"DomainName\":\"a.b\",\"ContentType\":0}", Some(1), Some(1), "not published"),
        ("{\"DomainName\":\"a.b\",\"ByteEncoderTypeFor7BitCharsets\":3}", Some(1), Some(1), "5 (UseQPHtmlDetectTextPlain)"),
        ("[{\"DomainName\":\"a.b\"},{\"DomainName\":\"A.b\",\"Name\":\"x\"}]", Some(1), Some(2), "already"),
        ("DomainName,NDREnabled\na.b,True\nc.d,Perhaps\n", Some(3), Some(2), "true or false"),
        ("#TYPE x\nDomainName,NDREnabled\na.b,True\nc.d,Perhaps\n", Some(4), Some(2), "true or false"),
        ("DomainName,NDREnabled\na.b,True\nc.d\n", Some(3), None, "not CSV"),
        ("<Objs>\n<Obj>", Some(2), None, "ends inside"),
        ("<html></html>", Some(1), None, "Objs"),
        ("ExternalEmailAddress,UseMapiRichTextFormat\nSMTP:contoso.com,Never\n", Some(2), Some(1), "name@domain"),
        ("<Objs>\n<Obj>\n<Props>\n<S N=\"DomainName\">a.*.b</S></Props></Obj></Objs>", Some(4), Some(1), "star"),
    ] {
        let mut policy = Policy::new(Edition::ExchangeOnline);
        let error = import(&mut policy, "export", text.as_bytes(), None).unwrap_err();
        assert_eq!((error.line, error.record), (line, record), "{text}: {error}");
        assert!(error.message.contains(holds), "{text}: {error}");
        assert_eq!(policy.domains.iter().count(), 1, "{text}");
    }
}

#[test]
fn no_input_makes_the_import_fail_otherwise_than_by_an_error() {
    for text in [CSV, JSON, CLIXML] {
        for end in 0..text.len() {
            let mut policy = Policy::new(Edition::OnPremises);
            for format in [ExportFormat::Json, ExportFormat::Csv, ExportFormat::Clixml] {
                let before = policy.domains.iter().count();
                if import(&mut policy, "export", &text.as_bytes()[..end], Some(format)).is_err() {
                    assert_eq!(policy.domains.iter().count(), before);
                }
            }
        }
    }
}

/// What people have, as it comes: the text of the console, answers of the REST service, Excel's own CSV, Microsoft365DSC.
#[test]
fn what_people_have_is_read() {
    let of = |policy: &Policy| {
        let domain = policy.domains.find("adatum.com");
        let names = ["TNEFEnabled", "AutoForwardEnabled", "AllowedOOFType"];
        let texts = names.map(|name| domain.settings.text(RemoteDomainSetting::from_name(name).unwrap()).unwrap_or_default());
        (domain.name.clone(), texts)
    };
    let expected = ("Adatum".to_owned(), ["true".to_owned(), "false".to_owned(), "None".to_owned()]);
    let object = "{\"DomainName\": \"adatum.com\", \"Name\": \"Adatum\", \"TNEFEnabled\": true, \"AutoForwardEnabled\": false, \
        \"AllowedOOFType\": \"None\"}";
    for text in [
        "[PS] C:\\>Get-RemoteDomain Adatum | fl\r\n\r\n\r\nDomainName         : adatum.com\r\nAllowedOOFType     : None\r\n\
            AutoForwardEnabled : False\r\nTNEFEnabled        : True\r\nName               : Adatum\r\n\r\n"
            .to_owned(),
        "Name   DomainName AllowedOOFType AutoForwardEnabled TNEFEnabled\n----   ---------- -------------- ------------------ -----------\n\
            Adatum adatum.com None           False              True\n"
            .to_owned(),
        format!("{{\"@odata.context\": \"https://x\", \"value\": [{object}]}}"),
        format!("{{\"DomainName\": \"*\"}}\n{object}\n"),
        "sep=;\r\nDomainName;AllowedOOFType;AutoForwardEnabled;TNEFEnabled;Name;MessageCountThreshold;LineWrapSize\r\n\
            adatum.com;None;FALSCH;WAHR;Adatum;2,15E+09;Unbegrenzt\r\n;;;;;;\r\n"
            .to_owned(),
        "DomainName;AllowedOOFType;AutoForwardEnabled;TNEFEnabled;Name\nadatum.com;None;FAUX;VRAI;Adatum\n".to_owned(),
        "Configuration M365\n{\n  EXORemoteDomain \"EXORemoteDomain-Adatum\"\n  {\n    Identity = \"Adatum\";\n    DomainName = \"adatum.com\";\n    \
            AllowedOOFType = \"None\";\n    AutoForwardEnabled = $False;\n    TNEFEnabled = $True;\n  }\n}\n"
            .to_owned(),
    ] {
        for bytes in [text.as_bytes().to_vec(), utf16(&text, true, true)] {
            assert_eq!(of(&read(&bytes).0), expected, "{text}");
        }
    }
}

#[test]
fn the_encoding_that_nothing_names_is_called_a_guess() {
    let (policy, imported) = read(b"DomainName,TNEFEnabled,Name\nmueller.example,True,M\xfcller GmbH\n");
    assert_eq!(policy.domains.find("mueller.example").name, "M\u{fc}ller GmbH");
    assert!(imported.notes.iter().any(|note| note.contains("guess")), "{imported:?}");
    assert!(read("DomainName,Name\na.b,M\u{fc}ller\n".as_bytes()).1.notes.is_empty());
}

#[test]
fn accepted_domains_are_no_remote_domains() {
    let csv = "Name,DomainName,DomainType,MatchSubDomains\nc,contoso.com,Authoritative,False\ns,*.sub.example,InternalRelay,False\n\
        t,t.example,Authoritative,True\ne,relay.example,ExternalRelay,False\n";
    let (policy, imported) = read(csv.as_bytes());
    let accepted: Vec<&str> = policy.accepted_domains.iter().map(DomainPattern::as_str).collect();
    assert_eq!(accepted, ["contoso.com", "*.sub.example", "*.t.example"]);
    assert_eq!((imported.accepted_domains, imported.remote_domains, imported.left_out.len()), (3, 0, 1));
}

/// Objects of other commands, each known by what it has.
#[test]
fn other_objects_are_known_by_their_properties() {
    for (text, holds) in [
        ("Name,AutoForwardingMode,IsDefault\nDefault,Automatic,True\n", "AutoForwardingMode = \"Automatic\"\nIsDefault = true"),
        (
            "HostedOutboundSpamFilterPolicy,State,Priority,From\nSome,Enabled,0,a@b.c d@e.f\n",
            "Name = \"Some\"\nState = \"Enabled\"\nPriority = 0\nFrom = \"a@b.c d@e.f\"",
        ),
        (
            "Identity,AutoReplyState,ExternalAudience,MailboxOwnerId\nx,Enabled,Known,bob@contoso.com\n",
            "ExternalAudience = \"Known\"",
        ),
        (
            "PrimarySmtpAddress,ForwardingSmtpAddress\nbob@contoso.com,smtp:me@gmail.com\n",
            "ForwardingSmtpAddress = \"me@gmail.com\"",
        ),
        ("{\"ExternalDelayDsnEnabled\": false, \"ClearCategories\": true}", "ExternalDelayDsnEnabled = false"),
        (
            "{\"MessageRecallEnabled\": null, \"RecallReadMessagesEnabled\": false}",
            "MessageRecallEnabled = \"\"\nRecallReadMessagesEnabled = false",
        ),
        ("Name,MailTipsAllTipsEnabled\nx,True\n", "edition"),
        ("PrimarySmtpAddress,RecipientTypeDetails,EmailAddresses\nb@c.d,UserMailbox,SMTP:b@c.d smtp:e@c.d\n", "edition"),
    ] {
        let (policy, imported) = read(text.as_bytes());
        let written = crate::policy::export::toml(&policy);
        assert!(written.contains(holds), "{text}: {written}");
        assert!(policy.recipients().is_empty() && imported.left_out.is_empty(), "{text}");
    }
}

/// The policy whose rule is for a sender counts, in the order of the rules; groups are not known here.
#[test]
fn the_outbound_spam_policy_is_that_of_the_sender() {
    use crate::policy::{Automatic, Passage};
    let files = [
        "Name,AutoForwardingMode,IsDefault\nDefault,Automatic,True\nSome,On,False\nGroup,On,False\nWide,Off,False\n",
        "HostedOutboundSpamFilterPolicy,State,Priority,From,SenderDomainIs,FromMemberOf\nWide,Enabled,2,,wide.example,\n\
            Some,Enabled,0,a@own.example,,\nGroup,Enabled,1,,group.example,all@own.example\n",
    ];
    let mut policy = Policy::new(Edition::ExchangeOnline);
    for file in files {
        import(&mut policy, "x.csv", file.as_bytes(), None).unwrap();
    }
    let passage = |from: &str| {
        let delivery = policy.delivery(from, "me@gmail.com", MessageFacts::default()).unwrap();
        let decision = crate::policy::decide(&delivery);
        let gates = policy.gates(&delivery, &decision);
        let forward = gates.iter().find(|one| one.message == Automatic::UserForward).unwrap();
        let gate = forward.gates.iter().find(|gate| gate.setting == "AutoForwardingMode").unwrap();
        (gate.name.to_string(), gate.passage)
    };
    assert_eq!(passage("A@own.example"), ("Some".to_owned(), Passage::Passes));
    assert_eq!(passage("b@own.example"), ("Default".to_owned(), Passage::Blocked));
    assert_eq!(passage("b@wide.example"), ("Wide".to_owned(), Passage::Blocked));
    assert_eq!(passage("b@group.example"), ("Group".to_owned(), Passage::NotKnown));
}

#[test]
fn a_record_is_found_by_every_address_and_the_external_one_decides() {
    let json = "[{\"RecipientTypeDetails\": \"MailUser\", \"PrimarySmtpAddress\": \"bob@contoso.com\", \"ExternalEmailAddress\": \
        \"SMTP:bob@gmail.com\", \"EmailAddresses\": [\"SMTP:bob@contoso.com\", \"smtp:b@contoso.onmicrosoft.com\", \"X500:/o=x\"], \
        \"UseMapiRichTextFormat\": \"Never\"}, {\"ExternalEmailAddress\": \"X400:c=US;a= ;p=Org\", \"UseMapiRichTextFormat\": \"Always\"}, \
        {\"ExternalEmailAddress\": \"bob@gmail.com\", \"UseMapiRichTextFormat\": \"Always\"}]";
    let (mut policy, imported) = read(json.as_bytes());
    policy.accepted_domains.push(DomainPattern::parse("contoso.com").unwrap());
    assert_eq!((imported.recipients, imported.left_out.len()), (1, 2));
    for to in ["bob@contoso.com", "B@contoso.onmicrosoft.com", "bob@gmail.com", "Bob <BOB@contoso.com>"] {
        let delivery = policy.delivery("a@contoso.com", to, MessageFacts::default()).unwrap();
        assert_eq!(
            (delivery.address, delivery.domain.map(|domain| domain.name.as_str())),
            ("bob@gmail.com", Some("Default")),
            "{to}"
        );
        assert!(delivery.recipient.is_some());
    }
    // The same person by all names: no record, no detour.
    let delivery = policy.delivery("a@contoso.com", "carol@contoso.com", MessageFacts::default()).unwrap();
    assert!(delivery.domain.is_none() && delivery.recipient.is_none());
    for wrong in ["nonsense", "/o=Org/cn=bob", "a@b.c, d@e.f"] {
        assert!(policy.delivery("a@contoso.com", wrong, MessageFacts::default()).is_err(), "{wrong}");
    }
}

/// The exports of a remote domain and of a mail contact with these properties, in the three formats, with the numbers of
/// enumerations or with their names.
fn exports(properties: &[(&str, i64, &str)], numbers: bool) -> Vec<String> {
    let json = |name: &str, number: i64, text: &str| match (numbers, number % 2) {
        (false, _) => format!("\"{name}\": \"{text}\""),
        (true, 0) => format!("\"{name}\": {number}"),
        (true, _) => format!("\"{name}\": {{\"value\": {number}}}"),
    };
    let clixml = |name: &str, number: i64, text: &str| {
        let shown = if numbers { String::new() } else { format!("<ToString>{text}</ToString>") };
        format!("<Obj N=\"{name}\" RefId=\"9\"><TN RefId=\"1\"><T>System.Enum</T></TN>{shown}<I32>{number}</I32></Obj>")
    };
    let all = |form: &dyn Fn(&str, i64, &str) -> String, separator: &str| {
        properties.iter().map(|(name, number, text)| form(name, *number, text)).collect::<Vec<_>>().join(separator)
    };
    let names = all(&|name, _, _| name.to_owned(), ",");
    let values = all(&|_, number, text| if numbers { number.to_string() } else { text.to_owned() }, ",");
    vec![
        format!("{{\"DomainName\": \"a.b\", \"ExternalEmailAddress\": \"SMTP:c@a.b\", {}}}", all(&json, ", ")),
        format!("DomainName,ExternalEmailAddress,{names}\na.b,SMTP:c@a.b,{values}\n"),
        format!(
            "<Objs><Obj><Props><S N=\"DomainName\">a.b</S><S N=\"ExternalEmailAddress\">SMTP:c@a.b</S>{}</Props></Obj></Objs>",
            all(&clixml, "")
        ),
    ]
}

proptest::proptest! {
    /// Whatever the numbers, their names and they are the same settings, or the same refusal.
    #[test]
    fn numbers_and_names_of_enumerations_are_the_same(
        picked in proptest::sample::subsequence(numbers::tests::all(), 1..6),
        recipient in proptest::bool::ANY,
    ) {
        // A property stands in an object once.
        let mut properties: Vec<(&str, i64, &str)> = Vec::new();
        for one in picked {
            if properties.iter().all(|(name, ..)| *name != one.0) {
                properties.push(one);
            }
        }
        let outcome = |text: &str| {
            let mut policy = Policy::new(Edition::ExchangeOnline);
            // Without a domain's name it is a recipient.
            let text = if recipient { text.replacen("DomainName", "Ignored", 1) } else { text.to_owned() };
            let result = import(&mut policy, "export", text.as_bytes(), None).map_err(|error| error.message);
            (result, crate::policy::export::toml(&policy))
        };
        let named = exports(&properties, false);
        let expected = outcome(&named[0]);
        for text in named.iter().chain(&exports(&properties, true)) {
            proptest::prop_assert_eq!(&outcome(text), &expected, "{}", text);
        }
    }
}
