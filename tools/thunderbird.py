#!/usr/bin/env python3
"""What does Thunderbird make of meetings that came as winmail.dat, after `winmail filter`?

usage: tools/thunderbird.py [PROGRAM] [FOLDER]     PROGRAM: target/debug/winmail by default; FOLDER: where the pictures go

Needs root and, of Debian: apt-get install thunderbird xvfb dovecot-imapd imagemagick
An IMAP account on loopback (Dovecot) holds the filtered mails, Thunderbird runs under Xvfb with TZ=Europe/Berlin and is driven by its
Marionette protocol; a server of this script takes the answers that it sends. For every mail this looks at what Thunderbird offers, accepts
with its own button, and asks its calendar for the local times of every instance; what is expected stands beside the mails below, worked out
by hand. The pictures are for eyes: mail, week of the change, of each. Exit code 1 if something is not as it should be."""
import email, email.policy, json, os, re, shutil, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
exe = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "target/debug/winmail"))
pictures = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else "thunderbird-pictures")
IMAP, SMTP, MARIONETTE = 14343, 14325, 14328

# New York sets its clocks on 14 March and 7 November 2027, Berlin on 28 March and 31 October. 09:00 in New York is 15:00 in Berlin, and
# 14:00 in the weeks when only one of the two has changed.
ZONE = """BEGIN:VTIMEZONE
TZID:Eastern Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
PEOPLE = """ORGANIZER;CN=Jane Doe:mailto:jane@example.org
ATTENDEE;CN=Joe;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:joe@example.net
"""
SINGLE = ZONE + """BEGIN:VEVENT
UID:single@example.org
DTSTAMP:20261201T080000Z
DTSTART;TZID=Eastern Standard Time:20270615T090000
DTEND;TZID=Eastern Standard Time:20270615T100000
SUMMARY:Single
LOCATION:Room 1
""" + PEOPLE + "END:VEVENT\n"
SERIES = ZONE + """BEGIN:VEVENT
UID:series@example.org
DTSTAMP:20261201T080000Z
DTSTART;TZID=Eastern Standard Time:20270301T090000
DTEND;TZID=Eastern Standard Time:20270301T100000
RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6
EXDATE;TZID=Eastern Standard Time:20270308T090000
SUMMARY:Series
LOCATION:Room 2
""" + PEOPLE + """END:VEVENT
BEGIN:VEVENT
UID:series@example.org
DTSTAMP:20261201T080000Z
RECURRENCE-ID;TZID=Eastern Standard Time:20270322T090000
DTSTART;TZID=Eastern Standard Time:20270323T110000
DTEND;TZID=Eastern Standard Time:20270323T120000
SUMMARY:Series
LOCATION:Room 3
""" + PEOPLE + "END:VEVENT\n"
DAYS = """BEGIN:VEVENT
UID:days@example.org
DTSTAMP:20261201T080000Z
DTSTART;VALUE=DATE:20270327
DTEND;VALUE=DATE:20270330
SUMMARY:Days
LOCATION:Room 4
""" + PEOPLE + "END:VEVENT\n"

# Name; calendar (None: the sample stream meeting-request, which says UTC); the day to look at; its local times in Berlin.
CASES = [
    ("Planning", None, "2026-10-05", ["2026-10-05T12:00"]),
    ("Single", SINGLE, "2027-06-15", ["2027-06-15T15:00"]),
    ("Series", SERIES, "2027-03-29", ["2027-03-01T15:00", "2027-03-15T14:00", "2027-03-23T16:00", "2027-03-29T15:00", "2027-04-05T15:00"]),
    ("Days", DAYS, "2027-03-27", ["2027-03-27"]),
]


def run(*args, data=None):
    done = subprocess.run([exe, *args], input=data, capture_output=True)
    if done.returncode not in (0, 3): sys.exit(f"{args}: {done.stderr.decode()}")
    return done.stdout


def mails(work):
    """The filtered mails; each was a mail with winmail.dat."""
    for name, calendar, _, _ in CASES:
        stream = os.path.join(work, name + ".dat")
        if calendar is None:
            run("sample", "meeting-request", "-o", work)
            os.rename(os.path.join(work, "meeting-request.dat"), stream)
        else:
            text = f"BEGIN:VCALENDAR\nPRODID:-//test//EN\nVERSION:2.0\nMETHOD:REQUEST\n{calendar}END:VCALENDAR\n"
            path = os.path.join(work, name + ".ics")
            with open(path, "w", newline="") as file: file.write(text.replace("\n", "\r\n"))
            run("convert", path, "--to", "tnef", "--bare", "-f", "-o", stream)
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Jane Doe <jane@example.org>", "Joe <joe@example.net>", name
        mail["Date"], mail["Message-ID"] = "Tue, 01 Dec 2026 08:00:00 +0000", f"<{name}@example.org>"
        mail.set_content("The meeting.")
        with open(stream, "rb") as file: mail.add_attachment(file.read(), "application", "ms-tnef", filename="winmail.dat")
        clean = run("filter", data=mail.as_bytes(policy=email.policy.SMTP))
        if b"ms-tnef" in clean.lower(): sys.exit(f"{name}: the stream stayed")
        yield name, clean


def dovecot(work):
    """An IMAP server with one account, joe@example.net, whose password is joe."""
    mail = os.path.join(work, "Maildir")
    for folder in ("new", "cur", "tmp"): os.makedirs(os.path.join(mail, folder))
    for n, (name, data) in enumerate(mails(work)):
        with open(os.path.join(mail, "new", f"{1000 + n}.{name}.host"), "wb") as file: file.write(data)
    with open(os.path.join(work, "users"), "w") as file: file.write("joe@example.net:{PLAIN}joe\n")
    with open(os.path.join(work, "dovecot.conf"), "w") as file:
        file.write(f"""base_dir = {work}/run
state_dir = {work}/state
log_path = {work}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{mail}
first_valid_uid = 8
passdb {{
  driver = passwd-file
  args = {work}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={work}
}}
service imap-login {{
  inet_listener imap {{
    port = {IMAP}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""")
    subprocess.run(["chown", "-R", "mail:mail", mail], check=True)
    return subprocess.Popen(["dovecot", "-F", "-c", os.path.join(work, "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


answers = []


def post_office():
    """An SMTP server that takes every mail and keeps it in `answers`."""
    server = socket.create_server(("127.0.0.1", SMTP))

    def serve(client):
        with client, client.makefile("rwb") as file:
            def say(line): file.write(line + b"\r\n"); file.flush()
            say(b"220 localhost")
            for line in file:
                word = line[:4].upper()
                if word == b"DATA":
                    say(b"354 go on")
                    data = []
                    for part in file:
                        if part == b".\r\n": break
                        data.append(part)
                    answers.append(b"".join(data))
                say(b"221 bye" if word == b"QUIT" else b"250 localhost")
                if word == b"QUIT": break

    def accept():
        while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def profile(work):
    folder = os.path.join(work, "profile")
    os.makedirs(folder)
    settings = {
        "mail.accountmanager.accounts": "account1,account2", "mail.accountmanager.defaultaccount": "account1",
        "mail.accountmanager.localfoldersserver": "server2",
        "mail.account.account1.identities": "id1", "mail.account.account1.server": "server1", "mail.account.account2.server": "server2",
        "mail.identity.id1.fullName": "Joe", "mail.identity.id1.useremail": "joe@example.net", "mail.identity.id1.valid": True,
        "mail.identity.id1.smtpServer": "smtp1", "mail.identity.id1.fcc": False,
        "mail.server.server1.type": "imap", "mail.server.server1.hostname": "127.0.0.1", "mail.server.server1.port": IMAP,
        "mail.server.server1.userName": "joe@example.net", "mail.server.server1.name": "Joe", "mail.server.server1.authMethod": 3,
        "mail.server.server1.socketType": 0, "mail.server.server1.login_at_startup": False, "mail.server.server1.check_new_mail": False,
        "mail.server.server2.type": "none", "mail.server.server2.hostname": "Local Folders", "mail.server.server2.userName": "nobody",
        "mail.server.server2.name": "Local Folders",
        "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1", "mail.smtpserver.smtp1.hostname": "127.0.0.1",
        "mail.smtpserver.smtp1.port": SMTP, "mail.smtpserver.smtp1.authMethod": 1, "mail.smtpserver.smtp1.try_ssl": 0,
        "mail.provider.suppress_dialog_on_startup": True, "mailnews.start_page.enabled": False, "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False, "app.update.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.enabled": False, "mail.spotlight.firstRunDone": True, "app.donation.eoy.version.viewed": 9999,
        "calendar.timezone.useSystemTimezone": True, "calendar.item.promptDelete": False, "intl.locale.requested": "en-US",
        "intl.regional_prefs.use_os_locales": False, "marionette.port": MARIONETTE, "network.proxy.type": 0,
        "signon.rememberSignons": True, "mail.chat.enabled": False, "mailnews.mark_message_read.auto": False,
        "services.settings.server": "http://127.0.0.1:9/", "extensions.update.enabled": False, "mail.inappnotifications.enabled": False,
    }
    with open(os.path.join(folder, "user.js"), "w") as file:
        for name, value in settings.items(): file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
    return folder


class Driver:
    """Marionette: `LENGTH:[0, number, command, parameters]` and an answer in the same form."""

    def __init__(self):
        for _ in range(120):
            try: self.socket = socket.create_connection(("127.0.0.1", MARIONETTE), timeout=60); break
            except OSError: time.sleep(0.5)
        self.number = 0
        self.read()
        self.send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"unhandledPromptBehavior": "ignore"}}})
        self.send("Marionette:SetContext", {"value": "chrome"})
        self.send("WebDriver:SetTimeouts", {"script": 60000})

    def read(self):
        length = b""
        while (byte := self.socket.recv(1)) != b":":
            if not byte: raise EOFError("Thunderbird went away")
            length += byte
        data = b""
        while len(data) < int(length): data += self.socket.recv(int(length) - len(data))
        return json.loads(data)

    def send(self, command, parameters):
        self.number += 1
        data = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(str(len(data)).encode() + b":" + data)
        answer = self.read()
        if answer[2]: raise RuntimeError(answer[2]["message"])
        return answer[3]

    def script(self, text, *args):
        text = "const done = arguments[arguments.length - 1]; const args = arguments; (async () => {" + text + "})().then(done, e => done('error: ' + e + e.stack));"
        value = self.send("WebDriver:ExecuteAsyncScript", {"script": text, "args": list(args), "newSandbox": True, "sandbox": "system"})["value"]
        if isinstance(value, str) and value.startswith("error: "): raise RuntimeError(value)
        return value

    def until(self, text, *args, seconds=45):
        """The first value of a script that is neither null nor false."""
        for _ in range(seconds * 2):
            value = self.script(text, *args)
            if value: return value
            time.sleep(0.5)
        raise RuntimeError(f"not within {seconds} s: {text}")


SETUP = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const main = Services.wm.getMostRecentWindow("mail:3pane");
const tabs = main.document.getElementById("tabmail");
const server = MailServices.accounts.allServers.find(s => s.type == "imap");
const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox) ?? server.rootFolder;
"""
LOG_IN = """
const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
login.init("imap://127.0.0.1", null, "imap://127.0.0.1", "joe@example.net", "joe", "", "");
await Services.logins.addLoginAsync(login);
const home = cal.manager.getCalendars()[0];
home.setProperty("disabled", false);
home.setProperty("imip.identity.key", "id1");
main.resizeTo(1600, 900);
server.getNewMessages(inbox, main.msgWindow, null);
"""
SHOW_MAIL = """
if (inbox == server.rootFolder) return null;
const mail = [...inbox.messages].find(m => m.mime2DecodedSubject == args[0]);
if (!mail) return null;
tabs.switchToTab(0);
const about = tabs.currentAbout3Pane;
if (about.gFolder != inbox) about.displayFolder(inbox);
about.selectMessage(mail);
return true;
"""
BAR = """
const page = tabs.currentAbout3Pane.messageBrowser.contentDocument;
const bar = page.getElementById("imip-bar");
if (!bar || bar.hidden) return null;
const buttons = [...bar.querySelectorAll("toolbarbutton[id]")].filter(b => !b.hidden).map(b => b.id);
const accept = buttons.find(id => id.startsWith("imipAccept"));
"""
OFFERED = BAR + "return accept ? [accept, bar.querySelector('description').textContent] : null;"
ACCEPT = BAR + "page.getElementById(accept).querySelector('.toolbarbutton-menubutton-button').click(); return true;"
INSTANCES = """
const filter = Ci.calICalendar.ITEM_FILTER_TYPE_EVENT | Ci.calICalendar.ITEM_FILTER_CLASS_OCCURRENCES;
const found = await cal.manager.getCalendars()[0].getItemsAsArray(filter, 0, cal.createDateTime("20260101T000000Z"), cal.createDateTime("20280101T000000Z"));
const mine = found.filter(i => i.title == args[0]);
if (!mine.length) return null;
return mine.map(i => i.startDate.isDate ? i.startDate.icalString : i.startDate.getInTimezone(cal.dtz.defaultTimezone).icalString.slice(0, 15));
"""
SHOW_DAY = """
await main.switchToCalendarTab?.();
if (!tabs.currentTabInfo || tabs.currentTabInfo.mode.name != "calendar") tabs.openTab("calendar", {});
main.switchCalendarView(args[1], true);
main.goToDate(cal.createDateTime(args[0]));
"""


def picture(name):
    subprocess.run(["import", "-window", "root", os.path.join(pictures, name + ".png")], env=dict(os.environ, DISPLAY=":77"), check=True)


def look(driver):
    """What is not as it should be."""
    def script(text, *args): return driver.script(SETUP + text, *args)
    def until(text, *args): return driver.until(SETUP + text, *args)
    wrong = []
    driver.until("return Services.wm.getMostRecentWindow('mail:3pane')?.document.getElementById('tabmail')?.currentAbout3Pane?.displayFolder ? true : null")
    until("return cal.manager.getCalendars().length > 0")
    script(LOG_IN)
    for name, _, day, expected in CASES:
        until(SHOW_MAIL, name)
        button, text = until(OFFERED)
        time.sleep(3)
        picture(name + "-mail")
        before = len(answers)
        script(ACCEPT)
        found = sorted(until(INSTANCES, name))
        for _ in range(40):
            if len(answers) > before: break
            time.sleep(0.5)
        reply = email.message_from_bytes(answers[-1], policy=email.policy.default) if len(answers) > before else None
        calendar = reply and next((part.get_content() for part in reply.walk() if part.get_content_type() == "text/calendar"), "")
        accepted = bool(calendar) and "METHOD:REPLY" in calendar and "PARTSTAT=ACCEPTED" in calendar.replace("\r\n ", "")
        local = [re.sub(r"^(....)(..)(..)(?:T(..)(..).*)?$", lambda m: f"{m[1]}-{m[2]}-{m[3]}" + (f"T{m[4]}:{m[5]}" if m[4] else ""), one) for one in found]
        script(SHOW_DAY, day.replace("-", "") + "T120000", "week")
        time.sleep(3)
        picture(name + "-week")
        if len(expected) > 1:
            script(SHOW_DAY, day.replace("-", "") + "T120000", "month")
            time.sleep(3)
            picture(name + "-month")
        print(f"{name}: {text!r} {button}; answer {'sent' if accepted else 'MISSING'}; {' '.join(local)}", flush=True)
        if not accepted: wrong.append(f"{name}: no answer, or one that does not accept")
        if local != expected: wrong.append(f"{name}: {local}, expected {expected}")
    return wrong


def main():
    missing = [program for program in ("thunderbird", "Xvfb", "dovecot", "import") if not shutil.which(program)]
    if os.geteuid() != 0 or missing: sys.exit(f"needs root, and {' '.join(missing)}" if missing else "needs root")
    os.makedirs(pictures, exist_ok=True)
    work, started, wrong = tempfile.mkdtemp(prefix="winmail-thunderbird."), [], ["it did not come to an end"]
    os.chmod(work, 0o755)
    try:
        started.append(dovecot(work))
        post_office()
        started.append(subprocess.Popen(["Xvfb", ":77", "-screen", "0", "1600x900x24"], stderr=subprocess.DEVNULL))
        with open(os.path.join(work, "log"), "w") as log:
            started.append(subprocess.Popen(
                ["thunderbird", "--profile", profile(work), "--marionette", "--remote-allow-system-access"],
                env=dict(os.environ, DISPLAY=":77", TZ="Europe/Berlin", HOME=work, LIBGL_ALWAYS_SOFTWARE="1"), stdout=log, stderr=log))
        wrong = look(Driver())
    finally:
        for process in reversed(started): process.terminate()
        for process in started: process.wait(timeout=30)
        shutil.rmtree(work, ignore_errors=True)
    for line in wrong: print("wrong:", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__": main()
