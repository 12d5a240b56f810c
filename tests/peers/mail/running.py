"""Dovecot and OpenSMTPD on loopback: real mailboxes read by IMAP, a real mail server that refuses and sends reports back.

Every address of ``faro.test`` and the two of ``tienda.test`` have a mailbox; others of ``tienda.test`` are refused at once
(550), and what goes to ``lejos.test`` is taken, refused by the next server, and reported to the sender.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socketserver
import subprocess
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

from tests.peers import install
from tests.peers.processes import Server, answers, free_ports

PASSWORD = "faro-1234"
KNOWN = ("marta@tienda.test", "pau@tienda.test")

_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
first_valid_uid = 1
auth_mechanisms = plain login
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
recipient_delimiter = +
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
_SMTPD = """
smtp limit max-mails 100000
queue ttl 1m
listen on 127.0.0.1 port {smtp}
action "box" lmtp "127.0.0.1:{lmtp}" rcpt-to virtual {{ "@" = "mail" }}
action "far" relay host "smtp://127.0.0.1:{refusing}"
match from any for domain "faro.test" action "box"
match from any for domain "tienda.test" rcpt-to {{ {known} }} action "box"
match from any for domain "lejos.test" action "far"
"""


def missing() -> str:
    """Why the mail servers cannot run here: a sentence, or nothing."""
    if reason := install.missing_mail():
        return reason
    if os.geteuid() != 0:
        return "Dovecot and OpenSMTPD run for root alone"
    if Path("/var/run/smtpd.sock").exists() and subprocess.run(["pgrep", "-x", "smtpd"], capture_output=True).returncode == 0:
        return "another OpenSMTPD runs on this machine, which can have only one"
    return ""


class _Refuses(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 far.test\r\n")
        while line := self.rfile.readline():
            answer = b"550 5.1.1 No such user here" if line[:4].upper() == b"RCPT" else b"250 fine"
            self.wfile.write(answer + b"\r\n")
            if line[:4].upper() == b"QUIT":
                return


class MailServers:
    """The two, and a far server that refuses every recipient. ``smtp``, ``imap`` and ``imaps`` are ports of 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp, self.imap, self.imaps, self._lmtp = free_ports(4)
        self._refusing = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Refuses)
        self._refusing.daemon_threads = True
        self._servers: list[Server] = []

    @property
    def certificate(self) -> Path:
        """The certificate of the IMAP server, which signs itself."""
        return self.folder / "cert.pem"

    def start(self) -> None:
        """Starts all three; a second or two."""
        threading.Thread(target=self._refusing.serve_forever, daemon=True).start()
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()
        for name in ("mail", "home"):
            shutil.chown(self.folder / name, "mail", "mail")
        for above in (self.folder, *self.folder.parents):  # who reads mail is not root
            if above != Path("/") and above.stat().st_uid == 0 and not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o011)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(self.folder / "key.pem"),
                        "-out", str(self.certificate)], check=True, capture_output=True)
        ports = {"smtp": self.smtp, "imap": self.imap, "imaps": self.imaps, "lmtp": self._lmtp,
                 "refusing": self._refusing.server_address[1], "folder": self.folder, "password": PASSWORD,
                 "known": ", ".join(f'"{one}"' for one in KNOWN)}
        (self.folder / "dovecot.conf").write_text(_DOVECOT.format(**ports))
        (self.folder / "smtpd.conf").write_text(_SMTPD.format(**ports))
        (self.folder / "smtpd.conf").chmod(0o600)
        dovecot = Server("dovecot", ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")], self.folder / "dovecot.out")
        self._servers.append(dovecot)
        dovecot.wait(answers(self.imap))
        smtpd = Server("smtpd", ["/usr/sbin/smtpd", "-d", "-f", str(self.folder / "smtpd.conf")], self.folder / "smtpd.out")
        self._servers.append(smtpd)
        smtpd.wait(answers(self.smtp))

    def stop(self) -> None:
        """Stops all three."""
        for one in reversed(self._servers):
            one.stop()
        self._refusing.shutdown()
        self._refusing.server_close()

    def box_of(self, address: str, least: int = 1, seconds: float = 15) -> list[EmailMessage]:
        """The mails of an address, once there are at least so many."""
        until = time.monotonic() + seconds
        while True:
            found = self._read(address)
            if len(found) >= least or time.monotonic() > until:
                return found
            time.sleep(0.2)

    def _read(self, address: str) -> list[EmailMessage]:
        link = imaplib.IMAP4("127.0.0.1", self.imap, timeout=10)
        try:
            link.login(address, PASSWORD)
            link.select("INBOX", readonly=True)
            found = []
            for number in link.search(None, "ALL")[1][0].split():
                told = link.fetch(number, "(BODY.PEEK[])")[1][0]
                assert isinstance(told, tuple)
                mail = message_from_bytes(told[1], policy=policy.default)
                assert isinstance(mail, EmailMessage)
                found.append(mail)
            return found
        finally:
            link.logout()

    def send(self, mail: EmailMessage) -> None:
        """What a person's program does to send a mail."""
        with SMTP("127.0.0.1", self.smtp, timeout=10) as link:
            link.send_message(mail)
