//! The corpus of real and hostile streams: what others assert about it, decided where they disagree; time, memory, and that
//! no byte goes unaccounted for.

use std::collections::HashSet;

use crate::support::{Sample, md5, sha256, tnef_sample, tnef_samples, value};
use serde_json::Value;
use winmail::mapi::tags;
use winmail::message::Body;
use winmail::rtf::lzfu;
use winmail::tnef::{AttrId, Piece, Reader};
use winmail::{Attachment, Message, ReadOptions, Report};

/// What reading may hold at its peak, besides the input: this many times its length ...
const MEMORY_FACTOR: u64 = 16;
/// ... and this many bytes, for the first blocks of small vectors and a thousand diagnostics.
const MEMORY_BASE: u64 = 64 << 10;
/// What it may ask for in all, in terms of that: what is read or copied again and again shows there.
const IN_ALL: u64 = 8;

fn report_of<'r>(read: &'r winmail::Result<Message<'_>>) -> &'r Report {
    read.as_ref().map_or_else(winmail::Error::report, Message::report)
}

fn lenient(bytes: &[u8]) -> (winmail::Result<Message<'_>>, Report) {
    let message = Message::read(bytes, &ReadOptions::lenient());
    let report = report_of(&message).clone();
    (message, report)
}

#[test]
fn every_file_is_read_within_memory() {
    for Sample { name, bytes, .. } in tnef_samples() {
        let bound = MEMORY_BASE + MEMORY_FACTOR * bytes.len() as u64;
        for options in [ReadOptions::lenient(), ReadOptions::strict()] {
            let used = allocation_counter::measure(|| {
                let result = Message::read(&bytes, &options);
                let report = report_of(&result);
                // What fails says so in the report as well.
                assert!(result.is_ok() || !report.is_empty(), "{name}");
                for diagnostic in report.diagnostics() {
                    let end = diagnostic.offset + diagnostic.length;
                    assert!(end <= bytes.len() as u64, "{name}: {diagnostic}");
                }
            });
            assert!(used.bytes_max <= bound, "{name}: {} bytes for {}", used.bytes_max, bytes.len());
            assert!(used.bytes_total <= IN_ALL * bound, "{name}: {} bytes in all for {}", used.bytes_total, bytes.len());
        }
    }
}

/// `CRLF->LF, final LF ensured`.
fn line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if *byte == b'\n' && out.last() == Some(&b'\r') {
            out.pop();
        }
        out.push(*byte);
    }
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    out
}

/// What another program asserts about an attachment and we decided otherwise.
struct Decision {
    sample: &'static str,
    /// The start of the source's name.
    source: &'static str,
    /// The name that the source lists.
    listed: &'static str,
    /// The name that we give; `None`: it has none.
    ours: Option<&'static str>,
    /// Whether the source's size and hash count.
    content: bool,
    why: &'static str,
}

const EMPTY_OBJECT: &str = "QualityUnit takes every PidTagAttachDataObject for a message and writes the others as empty files; \
    MimeKit and verdammelt agree on the contents, and an empty file is a lost one";
const SHORT_TITLE: &str = "attAttachTitle is the 8.3 name that old readers got; the sender's name is PidTagAttachLongFilename";

const DECISIONS: &[Decision] = &[
    Decision {
        sample: "MAPI_ATTACH_DATA_OBJ",
        source: "QualityUnit",
        listed: "VIA_Nytt_1402.doc",
        ours: Some("VIA_Nytt_1402.doc"),
        content: false,
        why: EMPTY_OBJECT,
    },
    Decision {
        sample: "MAPI_ATTACH_DATA_OBJ",
        source: "QualityUnit",
        listed: "VIA_Nytt_1402.pdf",
        ours: Some("VIA_Nytt_1402.pdf"),
        content: false,
        why: EMPTY_OBJECT,
    },
    Decision {
        sample: "MAPI_ATTACH_DATA_OBJ",
        source: "QualityUnit",
        listed: "VIA_Nytt_14021.htm",
        ours: Some("VIA_Nytt_14021.htm"),
        content: false,
        why: EMPTY_OBJECT,
    },
    Decision {
        sample: "MAPI_OBJECT",
        source: "QualityUnit",
        listed: "Untitled_Attachment",
        ours: Some("Untitled_Attachment"),
        content: false,
        why: EMPTY_OBJECT,
    },
    Decision {
        sample: "attachments",
        source: "Teamwork",
        listed: "ZAPPA_~2.JPG",
        ours: Some("zappa_av1.jpg"),
        content: true,
        why: SHORT_TITLE,
    },
    Decision {
        sample: "minimal_attachment",
        source: "tnefparse",
        listed: "unknown.dat",
        ours: None,
        content: true,
        why: "the stream has no name for it; tnefparse makes one up. The program does so too when it writes a file, the library \
            does not: what a stream does not say is not there",
    },
    Decision {
        sample: "multi-value-attribute-orig-filename",
        source: "ytnef",
        listed: "208225_(5_seconds)_Voice_Mail.mp3",
        ours: Some("208225 (5 seconds) Voice Mail.mp3"),
        content: true,
        why: "the stream's name has blanks; ytnef turns them into underscores when it writes files",
    },
    Decision {
        sample: "duplicate_filename",
        source: "tnefparse",
        listed: "file_abcdefgh-2.txt",
        ours: Some("file_abcdefgh.txt"),
        content: true,
        why: "both attachments have this name; tnefparse renames the second for its zip file, as the program does for the folder",
    },
];

/// Attachments that are in no list of a sample that has lists: sample, name, why.
const UNLISTED: &[(&str, &str, &str)] =
    &[("horde-TnefAttachmentsMultiple", "Tulips.jpg", "Horde's test asks for two of the three pictures and no more")];

#[test]
fn every_listed_attachment_comes_out() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut used = HashSet::new();
    let mut lists = 0;
    let mut problems = Vec::new();
    for entry in std::fs::read_dir(corpus.join("expected")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let listed = expected["attachments"].as_array().expect("a list of attachments");
        lists += 1;
        let sample = tnef_sample(&name).unwrap();
        let (message, _) = lenient(&sample.bytes);
        let Ok(message) = message else {
            assert!(listed.is_empty(), "{name} has attachments and cannot be read");
            continue;
        };
        let mut never_listed: HashSet<usize> = (0..message.attachments.len()).filter(|_| !listed.is_empty()).collect();
        let sources: HashSet<&str> = listed.iter().map(|entry| entry["source"].as_str().unwrap()).collect();
        for source in sources {
            // An attachment answers for one entry of a source.
            let mut free: Vec<usize> = (0..message.attachments.len()).collect();
            for entry in listed.iter().filter(|entry| entry["source"].as_str() == Some(source)) {
                let listed_name = entry["name"].as_str().unwrap();
                let decision =
                    DECISIONS.iter().position(|d| d.sample == name && source.starts_with(d.source) && d.listed == listed_name);
                used.extend(decision);
                let (wanted, content) = match decision.map(|at| &DECISIONS[at]) {
                    Some(decision) => (decision.ours, decision.content),
                    None => (Some(listed_name), true),
                };
                let found = free.iter().position(|at| {
                    let attachment = &message.attachments[*at];
                    attachment.file_name().as_deref() == wanted && (!content || agrees(entry, attachment))
                });
                match found {
                    Some(at) => {
                        never_listed.remove(&free.remove(at));
                    }
                    None => problems.push(format!("{name}: not found: {entry}")),
                }
            }
        }
        for at in never_listed {
            let ours = message.attachments[at].file_name().unwrap_or_default();
            if !UNLISTED.iter().any(|(sample, unlisted, _)| *sample == name && ours == *unlisted) {
                problems.push(format!("{name}: nobody lists {ours:?}"));
            }
        }
    }
    assert!(lists > 0, "the corpus is there, but has no expectations");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for (at, decision) in DECISIONS.iter().enumerate() {
        assert!(used.contains(&at), "not needed: {} {} {} ({})", decision.sample, decision.source, decision.listed, decision.why);
    }
}

/// Whether an attachment has what an entry says of it.
fn agrees(entry: &Value, attachment: &Attachment<'_>) -> bool {
    let mut bytes = value(attachment);
    if let Some(normalization) = entry["normalization"].as_str() {
        assert_eq!(normalization, "CRLF->LF, final LF ensured");
        bytes = line_feeds(&bytes);
    }
    let says = |key: &str, ours: &dyn Fn() -> Value| entry[key].is_null() || entry[key] == ours();
    says("size", &|| bytes.len().into())
        && says("sha256", &|| sha256(&bytes).into())
        && says("md5", &|| md5(&bytes).into())
        // Some programs guess a type where the stream names none.
        && (attachment.mime_tag().is_none() || says("mime", &|| attachment.mime_tag().into()))
        && entry["content_starts_with"].as_str().is_none_or(|start| bytes.starts_with(start.as_bytes()))
}

/// The text of attMessageClass as the stream has it: others report it without translation.
fn raw_text(message: &Message<'_>, id: AttrId) -> Option<Vec<u8>> {
    message.pieces().find_map(|piece| match piece {
        Piece::Attribute(attribute) if attribute.id() == id => Some(attribute.data().to_vec()),
        _ => None,
    })
}

/// Subject, class and bodies as others assert them. Where lengths of an HTML body differ by up to three bytes, as 5,358 and
/// roundcube's 5,360 of `body`, the larger ones count the padding of the property, which is no part of its value.
#[test]
fn listed_facts_of_messages_come_out() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut facts = 0;
    for entry in std::fs::read_dir(corpus.join("expected")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let expected = &expected["message"];
        let sample = tnef_sample(&name).unwrap();
        let (Ok(message), _) = lenient(&sample.bytes) else { continue };
        let bodies = message.bodies();
        if let Some(subject) = expected["subject"].as_str() {
            // POI calls the conversation topic of this one its subject. The subject itself is not in the stream (it stood in
            // the mail's header), and a topic lacks what stands before the first colon, so it does not pass for one.
            let ours = match name.as_str() {
                "quick-winmail" => message.properties.str(tags::CONVERSATION_TOPIC).filter(|_| message.subject().is_none()),
                _ => message.subject(),
            };
            assert_eq!(ours.unwrap_or_default(), subject, "{name}");
            facts += 1;
        }
        if let Some(class) = expected["class"].as_str() {
            assert_eq!(raw_text(&message, AttrId::MESSAGE_CLASS).unwrap(), [class.as_bytes(), &[0]].concat(), "{name}");
            facts += 1;
        }
        // attBody with its line end and its NUL.
        if let Some(hash) = expected["body_text_sha256"].as_str() {
            let text = raw_text(&message, AttrId::BODY).unwrap();
            assert_eq!(
                (text.len() as u64, sha256(&text).as_str()),
                (expected["body_text_size"].as_u64().unwrap(), hash),
                "{name}"
            );
            facts += 1;
        }
        let text = bodies.iter().find_map(|body| match body {
            Body::Text(text) => Some(text.as_bytes()),
            _ => None,
        });
        let html = bodies.iter().find_map(|body| match body {
            Body::Html { bytes, .. } => Some(*bytes),
            Body::HtmlText(text) => Some(text.as_bytes()),
            _ => None,
        });
        // QualityUnit's other RTF bodies come of a dictionary with LF CR where [MS-OXRTFCP] 2.1.2.1 has CR LF.
        let rtf = bodies.iter().find_map(|body| match body {
            Body::RtfCompressed(bytes) => Some(lzfu::decompress(bytes, &ReadOptions::lenient()).unwrap().bytes),
            _ => None,
        });
        for (key, ours) in [("has_html", html.is_some()), ("has_rtf", rtf.is_some())] {
            if let Some(has) = expected[key].as_bool() {
                assert_eq!(ours, has, "{name} {key}");
                facts += 1;
            }
        }
        for (key, bytes) in [
            ("body_text_lf_normalized", text.map(line_feeds)),
            ("body_html_lf_normalized", html.map(line_feeds)),
            ("body_html_raw", html.map(<[u8]>::to_vec)),
            ("body_rtf_lf_normalized", rtf.as_deref().map(line_feeds)),
            ("body_rtf_raw", rtf),
        ] {
            if let Some(hash) = expected[key]["sha256"].as_str() {
                let bytes = bytes.unwrap_or_else(|| panic!("{name} has no {key}"));
                assert_eq!(bytes.len() as u64, expected[key]["size"].as_u64().unwrap(), "{name} {key}");
                assert_eq!(sha256(&bytes), hash, "{name} {key}");
                facts += 1;
            }
        }
    }
    // So many are asserted for attributes and properties of the 33 samples at least.
    assert!(facts >= 35, "{facts}");
}

#[test]
fn every_byte_is_explained_or_reported_as_lost() {
    for Sample { name, bytes, .. } in tnef_samples() {
        crate::support::assert_covered(&name, &bytes);
    }
}

/// What is lost, and to a strict reader an error, is also in the report: its stretches are those of the pieces.
#[test]
fn what_is_lost_is_in_the_report() {
    for Sample { name, bytes, .. } in tnef_samples() {
        let (_, report) = lenient(&bytes);
        if report.omitted() > 0 {
            continue;
        }
        for piece in Reader::pieces(&bytes) {
            let Piece::Lost(lost) = piece else { continue };
            let (code, offset, length) = (lost.code, lost.offset, lost.bytes.len() as u64);
            let said = report.diagnostics().iter().any(|d| (d.code, d.offset, d.length) == (code, offset, length));
            assert!(said, "{name}: {code} at {offset}, {length} bytes");
        }
    }
}
