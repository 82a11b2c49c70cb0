//! `winmail rtf to-html|to-text|from-html|from-text`: conversions of RTF as filters.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::read::{self, ReadArgs};
use super::style::Shown;
use super::{EXIT_FAILED, Streams, files, flags, foreign};
use winmail::message::html::naming_utf8;
use winmail::rtf;
use winmail::rtf::lzfu::{self, CompType, Header};
use winmail::rtf::{Encapsulation, RenderedHtml, encapsulate};
use winmail::{ReadOptions, Report};

/// The conversions, for `winmail rtf`.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Conversion {
    /// HTML of RTF: the HTML it carries, or what it looks like with its pictures inside
    ToHtml(ReadingArgs),
    /// Text of RTF: the text it carries, or what one reads
    ToText(ReadingArgs),
    /// RTF that carries HTML
    FromHtml(WritingArgs),
    /// RTF that carries text
    FromText(WritingArgs),
}

/// Arguments of the conversions that read RTF.
#[derive(Debug, Clone, clap::Args)]
pub struct ReadingArgs {
    /// RTF, compressed or not; - or none is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// How to read.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// Arguments of the conversions that write RTF.
#[derive(Debug, Clone, clap::Args)]
pub struct WritingArgs {
    /// HTML or text in UTF-8; - or none is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
}

/// Converts to standard output; the result is the exit code.
///
/// # Errors
///
/// Those of the writers.
pub fn run(conversion: &Conversion, streams: &mut Streams<'_>) -> io::Result<u8> {
    let (file, limit) = match conversion {
        Conversion::ToHtml(args) | Conversion::ToText(args) => (&args.file, args.read.max_size),
        Conversion::FromHtml(args) | Conversion::FromText(args) => (&args.file, u64::MAX),
    };
    let input = match files::read(file, streams.stdin, limit) {
        Ok(input) => input,
        Err(error) => return fail(file, &read::unreadable(&error), streams),
    };
    match conversion {
        Conversion::ToHtml(args) => from_rtf(&input, args, true, streams),
        Conversion::ToText(args) => from_rtf(&input, args, false, streams),
        Conversion::FromHtml(_) | Conversion::FromText(_) => {
            let Ok(text) = std::str::from_utf8(&input) else { return fail(file, "not UTF-8", streams) };
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
            let is_html = matches!(conversion, Conversion::FromHtml(_));
            foreign::write(streams, &if is_html { encapsulate::from_html(text) } else { encapsulate::from_text(text) })?;
            Ok(0)
        }
    }
}

fn fail(file: &Path, what: &str, streams: &mut Streams<'_>) -> io::Result<u8> {
    writeln!(streams.err, "winmail: {}: {}", read::display_name(file), Shown(what))?;
    Ok(EXIT_FAILED)
}

fn from_rtf(input: &[u8], args: &ReadingArgs, to_html: bool, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut report = Report::new();
    let converted = convert(input, &args.read.options(), to_html, &mut report);
    for diagnostic in report.diagnostics() {
        writeln!(streams.err, "winmail: {}: {}", read::display_name(&args.file), Shown(&flags::said(diagnostic)))?;
    }
    match converted {
        Ok(text) => {
            let text = if to_html { naming_utf8(&text) } else { text.into() };
            foreign::write(streams, text.as_bytes())?;
            Ok(read::exit_code(&report))
        }
        Err(error) => fail(&args.file, &flags::said(&error), streams),
    }
}

fn convert(input: &[u8], options: &ReadOptions, to_html: bool, report: &mut Report) -> winmail::Result<String> {
    let decompressed;
    let rtf = if is_compressed(input) {
        decompressed = lzfu::decompress(input, options)?;
        report.append(&decompressed.report, options);
        decompressed.bytes.as_slice()
    } else {
        input
    };
    let (text, found) = match (rtf::encapsulation(rtf), to_html) {
        (Encapsulation::Html, true) | (Encapsulation::Text, false) => {
            let found = rtf::deencapsulate(rtf, options)?;
            (found.text, found.report)
        }
        (_, false) => {
            let found = rtf::to_text(rtf, options)?;
            (found.text, found.report)
        }
        (_, true) => {
            let mut found = rtf::to_html(rtf, options)?;
            let report = std::mem::take(&mut found.report);
            (with_pictures(found), report)
        }
    };
    report.append(&found, options);
    Ok(text)
}

/// Whether it is compressed RTF: what begins otherwise is read as RTF, whatever it is.
fn is_compressed(input: &[u8]) -> bool {
    !input.starts_with(b"{")
        && Header::parse(input).is_some_and(|header| [CompType::COMPRESSED, CompType::UNCOMPRESSED].contains(&header.comp_type))
}

/// The HTML with its pictures inside, so that a browser shows it.
fn with_pictures(rendered: RenderedHtml) -> String {
    let mut html = String::with_capacity(rendered.html.len());
    let mut rest = rendered.html.as_str();
    for part in &rendered.parts {
        // Parts stand in the order of their places.
        let link = format!("<img src=\"cid:{}\"", part.content_id);
        let Some((before, after)) = rest.split_once(&link) else { continue };
        html.push_str(before);
        html.push_str(&format!("<img src=\"data:{};base64,{}\"", part.mime, STANDARD.encode(&part.bytes)));
        rest = after;
    }
    html.push_str(rest);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(conversion: fn(PathBuf) -> Conversion, input: &[u8]) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdin: &mut &*input, out: &mut out, err: &mut err, out_is_terminal: false };
        let code = run(&conversion(PathBuf::from("-")), &mut streams).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    fn reading(file: PathBuf) -> ReadingArgs {
        #[derive(clap::Parser)]
        struct Args {
            #[command(flatten)]
            args: ReadingArgs,
        }
        <Args as clap::Parser>::parse_from(["rtf".into(), file.into_os_string()]).args
    }

    const TO_HTML: fn(PathBuf) -> Conversion = |file| Conversion::ToHtml(reading(file));
    const TO_TEXT: fn(PathBuf) -> Conversion = |file| Conversion::ToText(reading(file));

    #[test]
    fn filters_are_each_others_inverse() {
        let (code, rtf, _) = converted(|file| Conversion::FromHtml(WritingArgs { file }), "\u{FEFF}<p>é</p>".as_bytes());
        assert_eq!(code, 0);
        assert_eq!(converted(TO_HTML, rtf.as_bytes()), (0, "<p>é</p>".to_owned(), String::new()));
        assert_eq!(converted(TO_TEXT, rtf.as_bytes()).1, "é\r\n");
        let (_, rtf, _) = converted(|file| Conversion::FromText(WritingArgs { file }), "é\n".as_bytes());
        assert_eq!(converted(TO_TEXT, rtf.as_bytes()).1, "é\r\n");
        let compressed = lzfu::store(rtf.as_bytes()).unwrap();
        assert_eq!(converted(TO_TEXT, &compressed).1, "é\r\n");
        assert!(converted(TO_HTML, rtf.as_bytes()).1.contains("<div>é</div>"));
    }

    #[test]
    fn pictures_are_inside_the_html() {
        let (code, html, err) = converted(TO_HTML, br"{\rtf1 a{\pict\pngblip 89504e47}b{\pict\pngblip 89504e4700}}");
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(
            html.contains(
                r#"a<img src="data:image/png;base64,iVBORw==" alt="">b<img src="data:image/png;base64,iVBORwA=" alt="">"#
            )
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let (code, text, err) = converted(TO_TEXT, br"{\rtf1 a");
        assert_eq!((code, text.as_str()), (3, "a"));
        assert!(err.starts_with("winmail: standard input: error rtf-unclosed-group"), "{err}");
        assert_eq!(converted(|file| Conversion::FromHtml(WritingArgs { file }), b"\xFF").0, 1);
    }
}
