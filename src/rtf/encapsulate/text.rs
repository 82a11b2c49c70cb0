//! Plain text in RTF: [MS-OXRTFEX] 2.2, `\fromtext`.
//!
//! ```text
//! {\rtf1\ansi\ansicpg1252\fromtext \deff0{\fonttbl{\f0\fmodern\fcharset0 Courier New;}}
//! \uc1\pard\plain\f0\fs20 first line\par
//! second \{line\}\par
//! }
//! ```

use super::escape;

/// The RTF that carries `text`.
///
/// ```
/// use winmail::rtf::{deencapsulate, encapsulate};
/// use winmail::{ReadOptions, Report};
/// let rtf = encapsulate::from_text("Grüße\nan alle {hier}");
/// let back = deencapsulate(&rtf, &ReadOptions::strict())?;
/// assert_eq!(back.text, "Grüße\r\nan alle {hier}");
/// # Ok::<(), winmail::Error>(())
/// ```
#[must_use]
pub fn from_text(text: &str) -> Vec<u8> {
    let mut rtf = String::from(
        "{\\rtf1\\ansi\\ansicpg1252\\fromtext \\deff0{\\fonttbl{\\f0\\fmodern\\fcharset0 Courier New;}}\r\n\\uc1\\pard\\plain\\f0\\fs20 ",
    );
    for line in text.split_inclusive('\n') {
        escape::push_text(&mut rtf, line);
        // The source's lines are the text's, for whoever looks at it.
        rtf.push_str(if line.ends_with('\n') { "\r\n" } else { "" });
    }
    rtf.push('}');
    rtf.into_bytes()
}
