"""Mails of our own invention, as bytes."""

from email.message import EmailMessage


def letter(text: str, *, id: str = "a1@example.org", **headers: str) -> bytes:  # noqa: A002  what it is
    """Return a mail of Alice's to us; other headers by their names, with _ for -."""
    mail = EmailMessage()
    told = {
        "From": "Alice <alice@example.org>",
        "To": "care@acme.example",
        "Subject": "My kettle",
        "Message-ID": f"<{id}>",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in told.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def bounce(*, of: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a mail server's report (RFC 3464) of a mail of ours."""
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: care@acme.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-{action}-{of}>
Date: Mon, 02 Mar 2026 10:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; alice@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user
    here

--cut
Content-Type: message/rfc822

From: Acme <care@acme.example>
To: <alice@example.org>
Subject: Re: My kettle
Message-ID: <{of}>

We are sorry.

--cut--
""".encode()
