//! The same settings in the three formats, as PowerShell writes them.

use super::super::{MessageFacts, RecipientKind};
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
            assert_eq!(policy.domains.find("a.contoso.com"), &expected, "{format:?}");
            assert_eq!(policy.domains.default_domain(), &RemoteDomain::built_in(), "null and empty are no settings");
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
    assert_eq!(imported, Imported { remote_domains: 0, recipients: 2, without_settings: 1 });
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
