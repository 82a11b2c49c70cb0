
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'winmail' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'winmail'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'winmail' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show what is inside: kind, subject, bodies, attachments')
            [CompletionResult]::new('extract', 'extract', [CompletionResultType]::ParameterValue, 'Write attachments and bodies into a folder')
            [CompletionResult]::new('body', 'body', [CompletionResultType]::ParameterValue, 'Print the body of a message')
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Make other formats of many mails and streams: eml, tnef, json, html, text')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what is wrong with a file')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Show everything: every attribute and property, with offsets')
            [CompletionResult]::new('filter', 'filter', [CompletionResultType]::ParameterValue, 'Pass a mail from standard input to standard output, with TNEF replaced by what is in it')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change a message: properties, body, attachments, and nothing else')
            [CompletionResult]::new('pack', 'pack', [CompletionResultType]::ParameterValue, 'Make a TNEF stream: of a dump''s JSON, or of text, files and addresses')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Say what differs between two messages')
            [CompletionResult]::new('redact', 'redact', [CompletionResultType]::ParameterValue, 'Replace what is personal in a file, so that it can be handed in')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Make sample files, sound and damaged, of every corner of the format')
            [CompletionResult]::new('props', 'props', [CompletionResultType]::ParameterValue, 'Look up properties by name, tag or number')
            [CompletionResult]::new('rtf', 'rtf', [CompletionResultType]::ParameterValue, 'Compress, decompress and convert RTF bodies')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Say what may leave, in which format, for whom, and why')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;list' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a file')
            [CompletionResult]::new('--checksums', '--checksums', [CompletionResultType]::ParameterName, 'Also read what attachments over 1 MiB in inputs over 8 MiB hold, to verify their checksums')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;extract' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to write into; made if it is not there')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to write into; made if it is not there')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'Forms of the body to write, as in html,text')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Do not name the files that are written')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Do not name the files that are written')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;body' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'As HTML, in UTF-8')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'As plain text, in UTF-8; made out of HTML or RTF where the message has none')
            [CompletionResult]::new('--rtf', '--rtf', [CompletionResultType]::ParameterName, 'As RTF')
            [CompletionResult]::new('--native', '--native', [CompletionResultType]::ParameterName, 'In the form in which the sender wrote it (the default)')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;convert' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to write into, made if it is not there; - writes one single message to standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to write into, made if it is not there; - writes one single message to standard output')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Format to convert into')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'How many messages to convert at once [default: as many as there are cores]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many messages to convert at once [default: as many as there are cores]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'How to report')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--mail', '--mail', [CompletionResultType]::ParameterName, 'With --to tnef: a mail with winmail.dat in it [default]')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'With --to tnef: the stream alone')
            [CompletionResult]::new('--stnef', '--stnef', [CompletionResultType]::ParameterName, 'With --to tnef: a mail that is the stream, in binary, as Exchange servers send it to each other')
            [CompletionResult]::new('--rtf', '--rtf', [CompletionResultType]::ParameterName, 'With --to tnef: also write the body as RTF, for old readers')
            [CompletionResult]::new('--bcc', '--bcc', [CompletionResultType]::ParameterName, 'Name blind copies in mails and streams')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Write again what is there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Write again what is there')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;check' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a file')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also show what is only worth knowing')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also show what is only worth knowing')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;dump' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a file')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'Also show every byte, 16 a line')
            [CompletionResult]::new('--hex', '--hex', [CompletionResultType]::ParameterName, 'Also show every byte, 16 a line')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Show values whole, however long they are')
            [CompletionResult]::new('--no-data', '--no-data', [CompletionResultType]::ParameterName, 'With --json, leave out the bytes of values longer than 64 bytes')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;filter' {
            [CompletionResult]::new('--add-header', '--add-header', [CompletionResultType]::ParameterName, 'Add a header field to changed mails, as in ''X-Converted: yes''')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Pass larger mails through as they are')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--keep-original', '--keep-original', [CompletionResultType]::ParameterName, 'Keep the TNEF part too, behind what was found in it')
            [CompletionResult]::new('--attachments-only', '--attachments-only', [CompletionResultType]::ParameterName, 'Put in attachments alone; the mail''s own body stays as it is')
            [CompletionResult]::new('--only-with-attachments', '--only-with-attachments', [CompletionResultType]::ParameterName, 'Leave mails alone whose TNEF has no attachments')
            [CompletionResult]::new('--ignore-correlator', '--ignore-correlator', [CompletionResultType]::ParameterName, 'Convert TNEF that says that it belongs to another mail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;edit' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where to write the result; - is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where to write the result; - is standard output')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a property')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Remove a property')
            [CompletionResult]::new('--append-text', '--append-text', [CompletionResultType]::ParameterName, 'Text in UTF-8 to put behind the body')
            [CompletionResult]::new('--append-html', '--append-html', [CompletionResultType]::ParameterName, 'HTML to put behind the body')
            [CompletionResult]::new('--prepend-text', '--prepend-text', [CompletionResultType]::ParameterName, 'Text in UTF-8 to put before the body')
            [CompletionResult]::new('--prepend-html', '--prepend-html', [CompletionResultType]::ParameterName, 'HTML to put before the body')
            [CompletionResult]::new('--replace-text', '--replace-text', [CompletionResultType]::ParameterName, 'Text in UTF-8 to put in the body''s place')
            [CompletionResult]::new('--replace-html', '--replace-html', [CompletionResultType]::ParameterName, 'HTML to put in the body''s place')
            [CompletionResult]::new('--add-attachment', '--add-attachment', [CompletionResultType]::ParameterName, 'Attach a file')
            [CompletionResult]::new('--remove-attachment', '--remove-attachment', [CompletionResultType]::ParameterName, 'Remove the attachments of this name')
            [CompletionResult]::new('--legacy', '--legacy', [CompletionResultType]::ParameterName, 'Which legacy attributes to write for what is new')
            [CompletionResult]::new('--write-code-page', '--write-code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text to write; text that does not fit becomes Unicode')
            [CompletionResult]::new('--correlator', '--correlator', [CompletionResultType]::ParameterName, 'PidTagTnefCorrelationKey: the text of the mail''s X-MS-TNEF-Correlator')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--canonical', '--canonical', [CompletionResultType]::ParameterName, 'Write everything anew, in the recommended form, instead of keeping what is not changed as it is')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;pack' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where to write the stream; - is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where to write the stream; - is standard output')
            [CompletionResult]::new('--number', '--number', [CompletionResultType]::ParameterName, 'Which of the files in the JSON, if it holds several; the first is 1')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest JSON to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--subject', '--subject', [CompletionResultType]::ParameterName, 'The subject')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Who it is from: "Jane Doe <jane@example.org>", or the address alone')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Who it is to; may be given several times, as --cc and --bcc may')
            [CompletionResult]::new('--cc', '--cc', [CompletionResultType]::ParameterName, 'Who gets a copy')
            [CompletionResult]::new('--bcc', '--bcc', [CompletionResultType]::ParameterName, 'Who gets a copy that the others do not know of')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'A file with the body as text in UTF-8')
            [CompletionResult]::new('--html', '--html', [CompletionResultType]::ParameterName, 'A file with the body as HTML')
            [CompletionResult]::new('--rtf', '--rtf', [CompletionResultType]::ParameterName, 'A file with the body as RTF, compressed or not')
            [CompletionResult]::new('--attach', '--attach', [CompletionResultType]::ParameterName, 'A file to attach; may be given several times')
            [CompletionResult]::new('--class', '--class', [CompletionResultType]::ParameterName, 'The message class; IPM.Note unless told')
            [CompletionResult]::new('--date', '--date', [CompletionResultType]::ParameterName, 'When it was sent, as 2023-11-14T22:13:20Z')
            [CompletionResult]::new('--message-id', '--message-id', [CompletionResultType]::ParameterName, 'The Message-ID of the mail; angle brackets are added')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set any other property, as `winmail edit --set` does')
            [CompletionResult]::new('--legacy', '--legacy', [CompletionResultType]::ParameterName, 'Which legacy attributes to write for what is new')
            [CompletionResult]::new('--write-code-page', '--write-code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text to write; text that does not fit becomes Unicode')
            [CompletionResult]::new('--correlator', '--correlator', [CompletionResultType]::ParameterName, 'PidTagTnefCorrelationKey: the text of the mail''s X-MS-TNEF-Correlator')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--canonical', '--canonical', [CompletionResultType]::ParameterName, 'Write everything anew, in the recommended form, instead of keeping what is not changed as it is')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;diff' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an object with the differences, described in docs/diff-json.md')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;redact' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where to write the result; - is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where to write the result; - is standard output')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Number that decides what comes instead, for files that belong together. Keep it to yourself: with it, guesses at what was there can be tried. A new one each time if it is not given')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;sample' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The folder to write SHAPE.dat into; - is standard output, for one shape')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The folder to write SHAPE.dat into; - is standard output, for one shape')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'What keys, data and numbers are drawn from')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'For shapes that have a size: how many, or for big how many bytes, as in 500k, 64MiB, 4G')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;props' {
            [CompletionResult]::new('--search', '--search', [CompletionResultType]::ParameterName, 'List the properties whose name or description contains TEXT; `*` and `?` make it a pattern for whole names')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON array')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('decompress', 'decompress', [CompletionResultType]::ParameterValue, 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output')
            [CompletionResult]::new('compress', 'compress', [CompletionResultType]::ParameterValue, 'Write RTF as compressed RTF to standard output, as the specification''s procedure does')
            [CompletionResult]::new('to-html', 'to-html', [CompletionResultType]::ParameterValue, 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside')
            [CompletionResult]::new('to-text', 'to-text', [CompletionResultType]::ParameterValue, 'Text of RTF: the text it carries, or what one reads')
            [CompletionResult]::new('from-html', 'from-html', [CompletionResultType]::ParameterValue, 'RTF that carries HTML')
            [CompletionResult]::new('from-text', 'from-text', [CompletionResultType]::ParameterValue, 'RTF that carries text')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;rtf;decompress' {
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of writing what can be decoded')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;compress' {
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--dense', '--dense', [CompletionResultType]::ParameterName, 'As few bytes as possible')
            [CompletionResult]::new('--outlook', '--outlook', [CompletionResultType]::ParameterName, 'Byte for byte what Outlook would write')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Do not compress, only put the header before it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;to-html' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;to-text' {
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;from-html' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;from-text' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;rtf;help' {
            [CompletionResult]::new('decompress', 'decompress', [CompletionResultType]::ParameterValue, 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output')
            [CompletionResult]::new('compress', 'compress', [CompletionResultType]::ParameterValue, 'Write RTF as compressed RTF to standard output, as the specification''s procedure does')
            [CompletionResult]::new('to-html', 'to-html', [CompletionResultType]::ParameterValue, 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside')
            [CompletionResult]::new('to-text', 'to-text', [CompletionResultType]::ParameterValue, 'Text of RTF: the text it carries, or what one reads')
            [CompletionResult]::new('from-html', 'from-html', [CompletionResultType]::ParameterValue, 'RTF that carries HTML')
            [CompletionResult]::new('from-text', 'from-text', [CompletionResultType]::ParameterValue, 'RTF that carries text')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;rtf;help;decompress' {
            break
        }
        'winmail;rtf;help;compress' {
            break
        }
        'winmail;rtf;help;to-html' {
            break
        }
        'winmail;rtf;help;to-text' {
            break
        }
        'winmail;rtf;help;from-html' {
            break
        }
        'winmail;rtf;help;from-text' {
            break
        }
        'winmail;rtf;help;help' {
            break
        }
        'winmail;policy' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what becomes of a message to each recipient, and which setting decides')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Write the mails that a message becomes: one for each form that some recipient needs')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings that hold')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what is contradictory, shadowed, dangerous or pointless')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write settings as TOML or as command lines for the Exchange Management Shell')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change a setting of a remote domain or recipient; comments stay')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a remote domain')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a remote domain or recipient')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;policy;explain' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The sender''s address; the message''s unless given')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The recipients'' addresses; the message''s unless given')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--native', '--native', [CompletionResultType]::ParameterName, 'The body that the message was written with [default: the message''s, else html]')
            [CompletionResult]::new('--charset', '--charset', [CompletionResultType]::ParameterName, 'The character set that the message names')
            [CompletionResult]::new('--send-rich', '--send-rich', [CompletionResultType]::ParameterName, 'What the message says of TNEF for its recipients (PidLidUseTnef, PidTagSendRichInfo)')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Also show the settings that did not decide')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Also show the settings that did not decide')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a recipient')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;apply' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to write into; made if it is not there')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to write into; made if it is not there')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The sender''s address; the message''s unless given')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The recipients'' addresses; the message''s unless given')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--code-page', '--code-page', [CompletionResultType]::ParameterName, 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Largest input to read into memory, as in 500k, 64MiB, 2G')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'How deep messages may be nested in messages')
            [CompletionResult]::new('--max-attributes', '--max-attributes', [CompletionResultType]::ParameterName, 'How many attributes to read')
            [CompletionResult]::new('--max-properties', '--max-properties', [CompletionResultType]::ParameterName, 'How many properties to read')
            [CompletionResult]::new('--max-recipients', '--max-recipients', [CompletionResultType]::ParameterName, 'How many recipients to read')
            [CompletionResult]::new('--max-attachments', '--max-attachments', [CompletionResultType]::ParameterName, 'How many attachments to read')
            [CompletionResult]::new('--max-output', '--max-output', [CompletionResultType]::ParameterName, 'Largest result of decompression')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace files that are there')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a mail')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first error instead of recovering')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;show' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Also show what has its default')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also show what has its default')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;check' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON: an array with an object a fault')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;import' {
            [CompletionResult]::new('--edition', '--edition', [CompletionResultType]::ParameterName, 'Whose defaults hold: ExchangeOnline or OnPremises')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format, where it is not to be guessed')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;export' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--commands', '--commands', [CompletionResultType]::ParameterName, 'Write command lines for the Exchange Management Shell instead of TOML')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;set' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;add' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;remove' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Settings file; - is standard input')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'winmail;policy;help' {
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what becomes of a message to each recipient, and which setting decides')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Write the mails that a message becomes: one for each form that some recipient needs')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings that hold')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what is contradictory, shadowed, dangerous or pointless')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write settings as TOML or as command lines for the Exchange Management Shell')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change a setting of a remote domain or recipient; comments stay')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a remote domain')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a remote domain or recipient')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;policy;help;explain' {
            break
        }
        'winmail;policy;help;apply' {
            break
        }
        'winmail;policy;help;show' {
            break
        }
        'winmail;policy;help;check' {
            break
        }
        'winmail;policy;help;import' {
            break
        }
        'winmail;policy;help;export' {
            break
        }
        'winmail;policy;help;set' {
            break
        }
        'winmail;policy;help;add' {
            break
        }
        'winmail;policy;help;remove' {
            break
        }
        'winmail;policy;help;help' {
            break
        }
        'winmail;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show what is inside: kind, subject, bodies, attachments')
            [CompletionResult]::new('extract', 'extract', [CompletionResultType]::ParameterValue, 'Write attachments and bodies into a folder')
            [CompletionResult]::new('body', 'body', [CompletionResultType]::ParameterValue, 'Print the body of a message')
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Make other formats of many mails and streams: eml, tnef, json, html, text')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what is wrong with a file')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Show everything: every attribute and property, with offsets')
            [CompletionResult]::new('filter', 'filter', [CompletionResultType]::ParameterValue, 'Pass a mail from standard input to standard output, with TNEF replaced by what is in it')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change a message: properties, body, attachments, and nothing else')
            [CompletionResult]::new('pack', 'pack', [CompletionResultType]::ParameterValue, 'Make a TNEF stream: of a dump''s JSON, or of text, files and addresses')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Say what differs between two messages')
            [CompletionResult]::new('redact', 'redact', [CompletionResultType]::ParameterValue, 'Replace what is personal in a file, so that it can be handed in')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Make sample files, sound and damaged, of every corner of the format')
            [CompletionResult]::new('props', 'props', [CompletionResultType]::ParameterValue, 'Look up properties by name, tag or number')
            [CompletionResult]::new('rtf', 'rtf', [CompletionResultType]::ParameterValue, 'Compress, decompress and convert RTF bodies')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Say what may leave, in which format, for whom, and why')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'winmail;help;list' {
            break
        }
        'winmail;help;extract' {
            break
        }
        'winmail;help;body' {
            break
        }
        'winmail;help;convert' {
            break
        }
        'winmail;help;check' {
            break
        }
        'winmail;help;dump' {
            break
        }
        'winmail;help;filter' {
            break
        }
        'winmail;help;edit' {
            break
        }
        'winmail;help;pack' {
            break
        }
        'winmail;help;diff' {
            break
        }
        'winmail;help;redact' {
            break
        }
        'winmail;help;sample' {
            break
        }
        'winmail;help;props' {
            break
        }
        'winmail;help;rtf' {
            [CompletionResult]::new('decompress', 'decompress', [CompletionResultType]::ParameterValue, 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output')
            [CompletionResult]::new('compress', 'compress', [CompletionResultType]::ParameterValue, 'Write RTF as compressed RTF to standard output, as the specification''s procedure does')
            [CompletionResult]::new('to-html', 'to-html', [CompletionResultType]::ParameterValue, 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside')
            [CompletionResult]::new('to-text', 'to-text', [CompletionResultType]::ParameterValue, 'Text of RTF: the text it carries, or what one reads')
            [CompletionResult]::new('from-html', 'from-html', [CompletionResultType]::ParameterValue, 'RTF that carries HTML')
            [CompletionResult]::new('from-text', 'from-text', [CompletionResultType]::ParameterValue, 'RTF that carries text')
            break
        }
        'winmail;help;rtf;decompress' {
            break
        }
        'winmail;help;rtf;compress' {
            break
        }
        'winmail;help;rtf;to-html' {
            break
        }
        'winmail;help;rtf;to-text' {
            break
        }
        'winmail;help;rtf;from-html' {
            break
        }
        'winmail;help;rtf;from-text' {
            break
        }
        'winmail;help;policy' {
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what becomes of a message to each recipient, and which setting decides')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Write the mails that a message becomes: one for each form that some recipient needs')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings that hold')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what is contradictory, shadowed, dangerous or pointless')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write settings as TOML or as command lines for the Exchange Management Shell')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change a setting of a remote domain or recipient; comments stay')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a remote domain')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a remote domain or recipient')
            break
        }
        'winmail;help;policy;explain' {
            break
        }
        'winmail;help;policy;apply' {
            break
        }
        'winmail;help;policy;show' {
            break
        }
        'winmail;help;policy;check' {
            break
        }
        'winmail;help;policy;import' {
            break
        }
        'winmail;help;policy;export' {
            break
        }
        'winmail;help;policy;set' {
            break
        }
        'winmail;help;policy;add' {
            break
        }
        'winmail;help;policy;remove' {
            break
        }
        'winmail;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
