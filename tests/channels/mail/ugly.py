"""Ugly mail of our own invention, by what is ugly about it."""

import base64
from collections.abc import Callable
from typing import Final

HEAD: Final = (
    b"From: Alice <alice@example.org>\r\nTo: care@acme.example\r\nSubject: My kettle\r\n"
    b"Message-ID: <a1@example.org>\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
)


def head(**changes: bytes | None) -> bytes:
    """Return the usual headers, some changed (names with _ for -), some (None) left out."""
    lines = []
    told = {name.replace("_", "-").casefold(): value for name, value in changes.items()}
    for line in HEAD.splitlines():
        name = line.partition(b":")[0].decode().casefold()
        if name not in told:
            lines.append(line)
        elif (value := told.pop(name)) is not None:
            lines.append(line.partition(b":")[0] + b": " + value)
    lines += [name.encode() + b": " + value for name, value in told.items() if value is not None]
    return b"\r\n".join(lines) + b"\r\n"


def plain(body: bytes, **changes: bytes | None) -> bytes:
    return head(**changes) + b"\r\n" + body


def typed(kind: bytes, body: bytes, *, coded: bytes = b"8bit") -> bytes:
    return plain(body, Content_Type=kind, Content_Transfer_Encoding=coded)


def parts(*several: bytes, mark: bytes = b"m", kind: bytes = b"mixed", end: bool = True) -> bytes:
    lines = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in several)
    lines += b"--" + mark + b"--\r\n" if end else b""
    return typed(b"multipart/" + kind + b'; boundary="' + mark + b'"', lines)


def part(kind: bytes, body: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([b"Content-Type: " + kind, *more, b"", body])


def nested(levels: int, text: bytes = b"at the bottom") -> bytes:
    inner = part(b"text/plain", text)
    for level in range(levels):
        mark = f"n{level}".encode()
        inner = part(
            b'multipart/mixed; boundary="' + mark + b'"',
            b"--" + mark + b"\r\n" + inner + b"\r\n--" + mark + b"--",
        )
    return head() + inner


def sentence(text: str, charset: str) -> bytes:
    return typed(b"text/plain; charset=" + charset.encode(), text.encode(charset))


def html(body: bytes) -> bytes:
    return typed(b"text/html; charset=utf-8", body)


_B64: Final = base64.b64encode("Schöne Grüße".encode())
_MANY: Final = b" ".join(b"<r%d@example.org>" % number for number in range(10_000))
_FOLDED: Final = b"\r\n ".join(b"<r%d@example.org>" % number for number in range(10_000))

UGLY: Final[dict[str, bytes]] = {
    # letters
    "utf-8": sentence("Grüße ✈ 日本語 👩‍👩‍👧", "utf-8"),
    "latin-1": sentence("Grüße aus Köln", "iso-8859-1"),
    "windows-1252": sentence("„Grüße“ … 5 €", "windows-1252"),
    "koi8-r": sentence("Где мой заказ?", "koi8-r"),
    "gb18030": sentence("我的订单在哪里", "gb18030"),
    "shift_jis": sentence("注文はどこですか", "shift_jis"),
    "iso-2022-jp": sentence("注文はどこですか", "iso-2022-jp"),
    "euc-kr": sentence("주문이 어디에 있나요", "euc-kr"),
    "big5": sentence("我的訂單在哪裡", "big5"),
    "utf-16": sentence("Grüße", "utf-16"),
    "utf-7": typed(b"text/plain; charset=utf-7", b"Gr+APwA3w-e"),
    "says utf-8, is latin-1": typed(b"text/plain; charset=utf-8", "Grüße".encode("latin-1")),
    "says ascii, is utf-8": typed(b"text/plain; charset=us-ascii", "Grüße".encode()),
    "says latin-1, is utf-8": typed(b"text/plain; charset=iso-8859-1", "Grüße".encode()),
    "unknown charset": typed(b"text/plain; charset=x-martian-9", "Grüße".encode()),
    "a charset that is none": typed(b'text/plain; charset="\xff\xfe\x00"', "Grüße".encode()),
    "a codec that is no alphabet": typed(b"text/plain; charset=zlib", b"x\x9c"),
    "a codec whose cost is square": typed(b"text/plain; charset=punycode", b"a-" + b"b" * 200_000),
    "unicode escapes": typed(b"text/plain; charset=unicode_escape", rb"\U00110000 \N{BULLET}"),
    "NUL": plain(b"Hello\x00 there\x00"),
    "lone surrogates": typed(b"text/plain; charset=utf-8", b"half \xed\xa0\xbd a letter"),
    "control letters": plain(bytes(range(1, 32)) + b" text"),
    "no letter is legible": plain(bytes(range(128, 256)) * 40),
    # headers
    "8-bit headers": plain(b"hi", Subject="Grüße".encode(), From="Jürgen <j@x.example>".encode()),
    "latin-1 headers": plain(b"hi", Subject="Grüße".encode("latin-1")),
    "encoded words": plain(b"hi", Subject=b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?4pyI?="),
    "a letter cut in two": plain(b"hi", Subject=b"=?utf-8?q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?="),
    "encoded words of nonsense": plain(b"hi", Subject=b"=?utf-8?b?%%%?= =?x?y?z?= =?utf-8?q?=ZZ?="),
    "an encoded word without end": plain(b"hi", Subject=b"=?utf-8?q?" + b"=C3=BC" * 9_000),
    "encoded words in the thousands": plain(b"hi", Subject=b"=?utf-8?q?=C3=BC?= " * 4_000),
    "a huge header": plain(b"hi", X_Huge=b"x" * 700_000),
    "thousands of headers": head() + b"X-A: b\r\n" * 30_000 + b"\r\nhi",
    "a folded subject": plain(b"hi", Subject=b"one\r\n two\r\n\tthree"),
    "an empty subject": plain(b"hi", Subject=b""),
    "a line break in a name": plain(b"hi", From=b"=?utf-8?q?A=0D=0ABcc:_x=40y?= <a@x.example>"),
    "an address in a name": plain(b"hi", From=b'"care@acme.example" <thief@evil.example>'),
    "an encoded address": plain(b"hi", From=b"=?utf-8?q?=3Ccare=40acme.example=3E?= <t@e.example>"),
    "a name with commas": plain(b"hi", From=b'"Doe, Jane; (x) <b@c.example>" <jane@d.example>'),
    "an old form of address": plain(b"hi", From=b"jane@d.example (Jane Doe)"),
    "no brackets": plain(b"hi", From=b"jane@d.example"),
    "no address": plain(b"hi", From=b"Jane Doe"),
    "no sender": plain(b"hi", From=None),
    "a group": plain(b"hi", From=b"undisclosed-recipients:;"),
    "ten thousand brackets": plain(b"hi", From=b"(" * 10_000 + b"a@b.example" + b")" * 10_000),
    "many senders": plain(b"hi", From=b", ".join(b"p%d@x.example" % n for n in range(5_000))),
    "an endless quote": plain(b"hi", From=b'"' + b"a\\" * 30_000),
    "no date": plain(b"hi", Date=None),
    "a date of nonsense": plain(b"hi", Date=b"yesterday, 25:61"),
    "the year 9999": plain(b"hi", Date=b"Fri, 31 Dec 9999 23:59:59 -2359"),
    "the year 1601": plain(b"hi", Date=b"Mon, 01 Jan 1601 00:00:00 +2359"),
    "an absurd zone": plain(b"hi", Date=b"Mon, 02 Mar 2026 09:00:00 +999999999999"),
    # threads
    "no id": plain(b"hi", Message_ID=None),
    "an empty id": plain(b"hi", Message_ID=b"<>"),
    "an id of kilobytes": plain(b"hi", Message_ID=b"<" + b"i" * 5_000 + b"@x.example>"),
    "an id with spaces": plain(b"hi", Message_ID=b"< a b\t c@x.example >"),
    "an id without brackets": plain(b"hi", Message_ID=b"abc@x.example"),
    "ten thousand references": plain(b"hi", References=_MANY),
    "ten thousand references, folded": plain(b"hi", References=_FOLDED),
    "it answers itself": plain(
        b"hi", In_Reply_To=b"<a1@example.org>", References=b"<a1@example.org>"
    ),
    "references of nonsense": plain(
        b"hi", References=b"<<<>>> <\xff> ,,, <a", In_Reply_To=b"your mail"
    ),
    "re: re: re:": plain(b"hi", Subject=b"Re: " * 5_000),
    # bodies
    "nothing": b"",
    "one empty line": b"\r\n",
    "headers alone": HEAD,
    "no headers": b"Just words.\r\nAnd more.",
    "no body": plain(b""),
    "bare line feeds": plain(b"hi\nthere").replace(b"\r\n", b"\n"),
    "bare carriage returns": plain(b"hi").replace(b"\r\n", b"\r"),
    "broken base64": typed(
        b"text/plain; charset=utf-8", b"!!" + _B64[:-3] + b"\xff=", coded=b"base64"
    ),
    "base64 with rubbish behind": typed(
        b"text/plain", _B64 + b"\r\n--\r\nfoot er", coded=b"base64"
    ),
    "broken quoted-printable": typed(
        b"text/plain", b"Gr=C3=BC=ZZ=\r\n=", coded=b"quoted-printable"
    ),
    "an unknown coding": typed(b"text/plain", b"begin 644 x\r\n#0V%T\r\nend", coded=b"x-uuencode"),
    "one line of a megabyte": plain(b"word " * 200_000),
    "a megabyte of marks": plain("ä̈̈̈̈̈̈".encode() * 60_000),
    "a hundred thousand lines": plain(b"x\r\n" * 100_000),
    "a hundred thousand quoted lines": plain(b"> x\r\n" * 60_000 + b"new"),
    "lines that begin to be quotes": plain(b"On Monday she\r\n" * 15_000 + b"wrote:\r\n> x"),
    "headers of an earlier mail, again and again": plain(b"From: a b\r\n" * 15_000),
    # parts
    "nested 12 deep": nested(12),
    "nested 500 deep": nested(500),
    "nested, with lines in the thousands": nested(80, b"x\r\n" * 100_000),
    "thousands of parts": parts(*[part(b"text/plain", b"x")] * 5_000),
    "no boundary": typed(b"multipart/mixed", b"--m\r\n\r\nhi"),
    "a boundary that never comes": typed(b"multipart/mixed; boundary=zz", b"hi"),
    "never closed": parts(part(b"text/plain", b"hi"), end=False),
    "a boundary in another's": parts(part(b"text/plain", b"--mm\r\nhi"), mark=b"m"),
    "an empty boundary": typed(b'multipart/mixed; boundary=""', b"--\r\n\r\nhi\r\n----"),
    "a boundary of signs": parts(part(b"text/plain", b"hi"), mark=b"=_(.*)+[?]"),
    "winmail.dat": parts(
        part(b"text/plain", b"See the attachment."),
        part(b"application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22" + b"\x00" * 5_000),
    ),
    "a mail in a mail": parts(
        part(b"text/plain", b"see"), part(b"message/rfc822", plain(b"inner"))
    ),
    "mails in mails in mails": head() + b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"hi",
    "files alone": parts(
        part(b"image/png", b"\x89PNG", b'Content-Disposition: attachment; filename="a.png"')
    ),
    "a file name in pieces": parts(
        part(b"text/plain", b"hi"),
        part(
            b"image/png",
            b"x",
            b"Content-Disposition: attachment; filename*0*=utf-8''K%C3%A4; filename*1=se.png",
        ),
    ),
    "a file name of nonsense": parts(
        part(b"text/plain", b"hi"),
        part(
            b"image/png",
            b"x",
            b"Content-Disposition: attachment; filename*=x'y; filename*99*=''%%%",
        ),
    ),
    "a file name that climbs": parts(
        part(b"text/plain", b"hi"),
        part(
            b"text/plain", b"x", b'Content-Disposition: attachment; filename="../../\x00etc/passwd"'
        ),
    ),
    "both, the plain one empty": parts(
        part(b"text/plain", b" "), part(b"text/html", b"<p>Only here</p>"), kind=b"alternative"
    ),
    "signed": parts(
        part(b"text/plain", b"hi"),
        part(b"application/pgp-signature", b"-----BEGIN"),
        kind=b"signed",
    ),
    "encrypted": parts(
        part(b"application/pgp-encrypted", b"Version: 1"),
        part(b"application/octet-stream", b"-----BEGIN PGP MESSAGE-----"),
        kind=b"encrypted",
    ),
    "a calendar": typed(b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR"),
    # HTML
    "html": html("<p>Grüße&nbsp;&amp; <b>alles</b> Gute</p><p>Zeile<br>zwei</p>".encode()),
    "html of a word processor": html(
        b"<style>" + b"p.x{mso-a:b}" * 5_000 + b"</style><o:p>hi</o:p>"
    ),
    "html never closed": html(b"<div><p>hi<table><tr><td>there"),
    "html of comments without end": html(b"<!--" * 60_000),
    "html of tags without end": html(b"<a href='" * 50_000),
    "html of angle brackets": html(b"<" * 200_000),
    "html of quotes in tags": html(b'<a title="x>y" b=\'"\'>hi</a>' * 9_000),
    "html of tables": html(b"<table><tr><td>" * 30_000 + b"hi"),
    "html of entities": html(b"&" * 100_000 + b"&#x110000;&#0;&#99999999999999;&bogus;"),
    "html of quotations": html(b"new<blockquote>" * 20_000),
    "html of scripts": html(b"<script>alert(1)</script>hi<script>never closed"),
    "html of svg": html(b"<svg/onload=alert(1)>hi<SVG><STYLE>x</style></svg>there"),
    "html of links": html(
        b'<a href="https://a.example/x">https://a.example/x</a> <a href=//b>b</a>'
    ),
    # machines
    "a report without parts": typed(b"multipart/report; boundary=q", b""),
    "a report of nonsense": parts(
        part(b"message/delivery-status", b"\xff\xfe: \x00\r\nAction failed\r\nStatus: x"),
        kind=b"report",
    ),
}
#: What breaks a mail, whatever it is: the good one in, a broken one out.
BROKEN: Final[dict[str, Callable[[bytes], bytes]]] = {
    "cut in the middle": lambda raw: raw[: len(raw) // 2],
    "its head cut off": lambda raw: raw[len(raw) // 3 :],
    "backwards": lambda raw: raw[::-1],
    "every tenth byte lost": lambda raw: bytes(b for n, b in enumerate(raw) if n % 10),
    "every seventh byte another": lambda raw: bytes(
        b ^ 0x80 if n % 7 == 0 else b for n, b in enumerate(raw)
    ),
    "line ends doubled": lambda raw: raw.replace(b"\n", b"\r\r\n"),
    "line ends lost": lambda raw: raw.replace(b"\r\n", b" "),
    "NUL at every break": lambda raw: raw.replace(b"\n", b"\n\x00"),
    "colons lost": lambda raw: raw.replace(b":", b""),
    "twice over": lambda raw: raw + raw,
}
