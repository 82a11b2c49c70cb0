# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_winmail_global_optspecs
    string join \n color= h/help V/version
end

function __fish_winmail_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_winmail_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_winmail_using_subcommand
    set -l cmd (__fish_winmail_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c winmail -n "__fish_winmail_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_needs_command" -s V -l version -d 'Print version'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "list" -d 'Show what is inside: kind, subject, bodies, attachments'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "extract" -d 'Write attachments and bodies into a folder'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "body" -d 'Print the body of a message'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "convert" -d 'Make other formats of many mails and streams: eml, tnef, json, html, text'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "check" -d 'Say what is wrong with a file'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "dump" -d 'Show everything: every attribute and property, with offsets'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "filter" -d 'Pass a mail from standard input to standard output, with TNEF replaced by what is in it'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "edit" -d 'Change a message: properties, body, attachments, and nothing else'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "pack" -d 'Make a TNEF stream: of a dump\'s JSON, or of text, files and addresses'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "diff" -d 'Say what differs between two messages'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "redact" -d 'Replace what is personal in a file, so that it can be handed in'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "sample" -d 'Make sample files, sound and damaged, of every corner of the format'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "props" -d 'Look up properties by name, tag or number'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "rtf" -d 'Compress, decompress and convert RTF bodies'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "policy" -d 'Say what may leave, in which format, for whom, and why'
complete -c winmail -n "__fish_winmail_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand list" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand list" -l json -d 'Print JSON: an array with an object a file'
complete -c winmail -n "__fish_winmail_using_subcommand list" -l checksums -d 'Also read what attachments over 1 MiB in inputs over 8 MiB hold, to verify their checksums'
complete -c winmail -n "__fish_winmail_using_subcommand list" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand extract" -s o -l output -d 'Folder to write into; made if it is not there' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l body -d 'Forms of the body to write, as in html,text' -r -f -a "stored\t'What the message holds, RTF decompressed; where that is all, also the HTML and text it carries or looks like'
html\t'HTML: the message\'s own, or out of its RTF'
text\t'Plain text: the message\'s own, or out of its RTF or HTML'
rtf\t'RTF, decompressed'
none\t'No body'"
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand extract" -s f -l force -d 'Replace files that are there'
complete -c winmail -n "__fish_winmail_using_subcommand extract" -s q -l quiet -d 'Do not name the files that are written'
complete -c winmail -n "__fish_winmail_using_subcommand extract" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand body" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand body" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand body" -l html -d 'As HTML, in UTF-8'
complete -c winmail -n "__fish_winmail_using_subcommand body" -l text -d 'As plain text, in UTF-8; made out of HTML or RTF where the message has none'
complete -c winmail -n "__fish_winmail_using_subcommand body" -l rtf -d 'As RTF'
complete -c winmail -n "__fish_winmail_using_subcommand body" -l native -d 'In the form in which the sender wrote it (the default)'
complete -c winmail -n "__fish_winmail_using_subcommand body" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand body" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -s o -l output -d 'Folder to write into, made if it is not there; - writes one single message to standard output' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l to -d 'Format to convert into' -r -f -a "eml\t'A mail that every program reads; one without TNEF stays as it is'
tnef\t'TNEF (winmail.dat): a mail that carries it, or the stream alone'
json\t'Everything, as `winmail dump --json` shows it'
html\t'The body as HTML'
text\t'The body as plain text'"
complete -c winmail -n "__fish_winmail_using_subcommand convert" -s j -l jobs -d 'How many messages to convert at once [default: as many as there are cores]' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l report -d 'How to report' -r -f -a "text\t'Sentences on standard error for what went wrong'
json\t'One JSON object a line on standard output for every message'"
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l mail -d 'With --to tnef: a mail with winmail.dat in it [default]'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l bare -d 'With --to tnef: the stream alone'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l stnef -d 'With --to tnef: a mail that is the stream, in binary, as Exchange servers send it to each other'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l rtf -d 'With --to tnef: also write the body as RTF, for old readers'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l bcc -d 'Name blind copies in mails and streams'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -s f -l force -d 'Write again what is there'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -s q -l quiet -d 'Say nothing but errors'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand check" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand check" -l json -d 'Print JSON: an array with an object a file'
complete -c winmail -n "__fish_winmail_using_subcommand check" -s v -l verbose -d 'Also show what is only worth knowing'
complete -c winmail -n "__fish_winmail_using_subcommand check" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l json -d 'Print JSON: an array with an object a file'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -s x -l hex -d 'Also show every byte, 16 a line'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l full -d 'Show values whole, however long they are'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l no-data -d 'With --json, leave out the bytes of values longer than 64 bytes'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand dump" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l add-header -d 'Add a header field to changed mails, as in \'X-Converted: yes\'' -r
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l max-size -d 'Pass larger mails through as they are' -r
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l keep-original -d 'Keep the TNEF part too, behind what was found in it'
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l attachments-only -d 'Put in attachments alone; the mail\'s own body stays as it is'
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l only-with-attachments -d 'Leave mails alone whose TNEF has no attachments'
complete -c winmail -n "__fish_winmail_using_subcommand filter" -l ignore-correlator -d 'Convert TNEF that says that it belongs to another mail'
complete -c winmail -n "__fish_winmail_using_subcommand filter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand edit" -s o -l output -d 'Where to write the result; - is standard output' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l set -d 'Set a property' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l unset -d 'Remove a property' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l append-text -d 'Text in UTF-8 to put behind the body' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l append-html -d 'HTML to put behind the body' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l prepend-text -d 'Text in UTF-8 to put before the body' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l prepend-html -d 'HTML to put before the body' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l replace-text -d 'Text in UTF-8 to put in the body\'s place' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l replace-html -d 'HTML to put in the body\'s place' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l add-attachment -d 'Attach a file' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l remove-attachment -d 'Remove the attachments of this name' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l legacy -d 'Which legacy attributes to write for what is new' -r -f -a "none\t'None: pure encapsulation'
exchange\t'As Exchange 2007 and later'
outlook\t'As Outlook'"
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l write-code-page -d 'Code page of 8-bit text to write; text that does not fit becomes Unicode' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l correlator -d 'PidTagTnefCorrelationKey: the text of the mail\'s X-MS-TNEF-Correlator' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand edit" -s f -l force -d 'Replace a file that is there'
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l canonical -d 'Write everything anew, in the recommended form, instead of keeping what is not changed as it is'
complete -c winmail -n "__fish_winmail_using_subcommand edit" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand pack" -s o -l output -d 'Where to write the stream; - is standard output' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l number -d 'Which of the files in the JSON, if it holds several; the first is 1' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l max-size -d 'Largest JSON to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l subject -d 'The subject' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l from -d 'Who it is from: "Jane Doe <jane@example.org>", or the address alone' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l to -d 'Who it is to; may be given several times, as --cc and --bcc may' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l cc -d 'Who gets a copy' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l bcc -d 'Who gets a copy that the others do not know of' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l text -d 'A file with the body as text in UTF-8' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l html -d 'A file with the body as HTML' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l rtf -d 'A file with the body as RTF, compressed or not' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l attach -d 'A file to attach; may be given several times' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l class -d 'The message class; IPM.Note unless told' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l date -d 'When it was sent, as 2023-11-14T22:13:20Z' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l message-id -d 'The Message-ID of the mail; angle brackets are added' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l set -d 'Set any other property, as `winmail edit --set` does' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l legacy -d 'Which legacy attributes to write for what is new' -r -f -a "none\t'None: pure encapsulation'
exchange\t'As Exchange 2007 and later'
outlook\t'As Outlook'"
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l write-code-page -d 'Code page of 8-bit text to write; text that does not fit becomes Unicode' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l correlator -d 'PidTagTnefCorrelationKey: the text of the mail\'s X-MS-TNEF-Correlator' -r
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand pack" -s f -l force -d 'Replace a file that is there'
complete -c winmail -n "__fish_winmail_using_subcommand pack" -l canonical -d 'Write everything anew, in the recommended form, instead of keeping what is not changed as it is'
complete -c winmail -n "__fish_winmail_using_subcommand pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l json -d 'Print JSON: an object with the differences, described in docs/diff-json.md'
complete -c winmail -n "__fish_winmail_using_subcommand diff" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand redact" -s o -l output -d 'Where to write the result; - is standard output' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l seed -d 'Number that decides what comes instead, for files that belong together. Keep it to yourself: with it, guesses at what was there can be tried. A new one each time if it is not given' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand redact" -s f -l force -d 'Replace a file that is there'
complete -c winmail -n "__fish_winmail_using_subcommand redact" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand redact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand sample" -s o -l output -d 'The folder to write SHAPE.dat into; - is standard output, for one shape' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand sample" -l seed -d 'What keys, data and numbers are drawn from' -r
complete -c winmail -n "__fish_winmail_using_subcommand sample" -l size -d 'For shapes that have a size: how many, or for big how many bytes, as in 500k, 64MiB, 4G' -r
complete -c winmail -n "__fish_winmail_using_subcommand sample" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand sample" -s f -l force -d 'Replace files that are there'
complete -c winmail -n "__fish_winmail_using_subcommand sample" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand props" -l search -d 'List the properties whose name or description contains TEXT; `*` and `?` make it a pattern for whole names' -r
complete -c winmail -n "__fish_winmail_using_subcommand props" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand props" -l json -d 'Print a JSON array'
complete -c winmail -n "__fish_winmail_using_subcommand props" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "decompress" -d 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "compress" -d 'Write RTF as compressed RTF to standard output, as the specification\'s procedure does'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "to-html" -d 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "to-text" -d 'Text of RTF: the text it carries, or what one reads'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "from-html" -d 'RTF that carries HTML'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "from-text" -d 'RTF that carries text'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and not __fish_seen_subcommand_from decompress compress to-html to-text from-html from-text help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from decompress" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from decompress" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from decompress" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from decompress" -l strict -d 'Stop at the first error instead of writing what can be decoded'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from decompress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -l dense -d 'As few bytes as possible'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -l outlook -d 'Byte for byte what Outlook would write'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -l store -d 'Do not compress, only put the header before it'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from compress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-html" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from to-text" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from from-html" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from from-html" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from from-text" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from from-text" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "decompress" -d 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "compress" -d 'Write RTF as compressed RTF to standard output, as the specification\'s procedure does'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "to-html" -d 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "to-text" -d 'Text of RTF: the text it carries, or what one reads'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "from-html" -d 'RTF that carries HTML'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "from-text" -d 'RTF that carries text'
complete -c winmail -n "__fish_winmail_using_subcommand rtf; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "explain" -d 'Say what becomes of a message to each recipient, and which setting decides'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "apply" -d 'Write the mails that a message becomes: one for each form that some recipient needs'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "show" -d 'Show the settings that hold'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "check" -d 'Say what is contradictory, shadowed, dangerous or pointless'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "import" -d 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "export" -d 'Write settings as TOML or as command lines for the Exchange Management Shell'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "set" -d 'Change a setting of a remote domain or recipient; comments stay'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "add" -d 'Add a remote domain'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "remove" -d 'Remove a remote domain or recipient'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and not __fish_seen_subcommand_from explain apply show check import export set add remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l from -d 'The sender\'s address; the message\'s unless given' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l to -d 'The recipients\' addresses; the message\'s unless given' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l native -d 'The body that the message was written with [default: the message\'s, else html]' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l charset -d 'The character set that the message names' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l send-rich -d 'What the message says of TNEF for its recipients (PidLidUseTnef, PidTagSendRichInfo)' -r -f -a "true\t''
false\t''"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Also show the settings that did not decide'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l json -d 'Print JSON: an array with an object a recipient'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -s o -l output -d 'Folder to write into; made if it is not there' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l from -d 'The sender\'s address; the message\'s unless given' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l to -d 'The recipients\' addresses; the message\'s unless given' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l code-page -d 'Code page of 8-bit text where the file names none, as a number or name (1251, windows-1251)' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-size -d 'Largest input to read into memory, as in 500k, 64MiB, 2G' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-depth -d 'How deep messages may be nested in messages' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-attributes -d 'How many attributes to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-properties -d 'How many properties to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-recipients -d 'How many recipients to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-attachments -d 'How many attachments to read' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l max-output -d 'Largest result of decompression' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -s f -l force -d 'Replace files that are there'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l json -d 'Print JSON: an array with an object a mail'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -l strict -d 'Stop at the first error instead of recovering'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from show" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from show" -s a -l all -d 'Also show what has its default'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from check" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from check" -l json -d 'Print JSON: an array with an object a fault'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from import" -l edition -d 'Whose defaults hold: ExchangeOnline or OnPremises' -r
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from import" -l format -d 'The format, where it is not to be guessed' -r -f -a "json\t'ConvertTo-Json'
csv\t'Export-Csv'
clixml\t'Export-Clixml'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from import" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from export" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from export" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from export" -l commands -d 'Write command lines for the Exchange Management Shell instead of TOML'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from set" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from add" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from remove" -s p -l policy -d 'Settings file; - is standard input' -r -F
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say what becomes of a message to each recipient, and which setting decides'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Write the mails that a message becomes: one for each form that some recipient needs'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the settings that hold'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "check" -d 'Say what is contradictory, shadowed, dangerous or pointless'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "import" -d 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write settings as TOML or as command lines for the Exchange Management Shell'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a setting of a remote domain or recipient; comments stay'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a remote domain'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a remote domain or recipient'
complete -c winmail -n "__fish_winmail_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "list" -d 'Show what is inside: kind, subject, bodies, attachments'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "extract" -d 'Write attachments and bodies into a folder'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "body" -d 'Print the body of a message'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "convert" -d 'Make other formats of many mails and streams: eml, tnef, json, html, text'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "check" -d 'Say what is wrong with a file'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "dump" -d 'Show everything: every attribute and property, with offsets'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "filter" -d 'Pass a mail from standard input to standard output, with TNEF replaced by what is in it'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "edit" -d 'Change a message: properties, body, attachments, and nothing else'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "pack" -d 'Make a TNEF stream: of a dump\'s JSON, or of text, files and addresses'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "diff" -d 'Say what differs between two messages'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "redact" -d 'Replace what is personal in a file, so that it can be handed in'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "sample" -d 'Make sample files, sound and damaged, of every corner of the format'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "props" -d 'Look up properties by name, tag or number'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "rtf" -d 'Compress, decompress and convert RTF bodies'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "policy" -d 'Say what may leave, in which format, for whom, and why'
complete -c winmail -n "__fish_winmail_using_subcommand help; and not __fish_seen_subcommand_from list extract body convert check dump filter edit pack diff redact sample props rtf policy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "decompress" -d 'Write the RTF inside compressed RTF (the value of PidTagRtfCompressed) to standard output'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "compress" -d 'Write RTF as compressed RTF to standard output, as the specification\'s procedure does'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "to-html" -d 'HTML of RTF: the HTML it carries, or what it looks like with its pictures inside'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "to-text" -d 'Text of RTF: the text it carries, or what one reads'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "from-html" -d 'RTF that carries HTML'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from rtf" -f -a "from-text" -d 'RTF that carries text'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "explain" -d 'Say what becomes of a message to each recipient, and which setting decides'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "apply" -d 'Write the mails that a message becomes: one for each form that some recipient needs'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "show" -d 'Show the settings that hold'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "check" -d 'Say what is contradictory, shadowed, dangerous or pointless'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "import" -d 'Turn exports of Get-RemoteDomain, Get-MailContact and Get-MailUser into a settings file'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "export" -d 'Write settings as TOML or as command lines for the Exchange Management Shell'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "set" -d 'Change a setting of a remote domain or recipient; comments stay'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "add" -d 'Add a remote domain'
complete -c winmail -n "__fish_winmail_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "remove" -d 'Remove a remote domain or recipient'
