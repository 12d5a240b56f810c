"""Mails as people's programs and mail servers write them."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage


def answer(text: str, *, to: str, sender: str = "Marta <marta@tienda.example>", answers: str = "", message_id: str = "<r1@tienda.example>",
           subject: str = "Re: Pedido 4417", files: Sequence[tuple[str, str, bytes]] = (), **headers: str) -> bytes:
    """What somebody answers, in plain text."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, mime, content in files:
        kind, _slash, sort = mime.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=sort, filename=name)
    return mail.as_bytes()


def bounced(message_id: str, recipient: str, *, action: str = "failed", code: str = "5.1.1") -> bytes:
    """A report of delivery (RFC 3464) as mail servers send it."""
    return f"""From: MAILER-DAEMON@mx.example
To: asuntos@faro.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn.{abs(hash((message_id, action)))}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 {code} No such user here

--b
Content-Type: message/rfc822

From: asuntos@faro.example
To: {recipient}
Message-ID: {message_id}
Subject: Pedido 4417

Hola
--b--
""".encode()
