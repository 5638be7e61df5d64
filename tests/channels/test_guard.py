"""
Nobody gets us to connect inside, however the address is written, wherever it is typed.

Source: RELIABILITY.md 2 and S2; IANA's special-purpose registries; the ways in which others were
fooled (mapped and carried addresses, other number bases, letters that become digits, redirects,
names that change their mind).
"""

import _socket
import ast
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.channels.site import Said, site

import answerback
from answerback.channels import guard, websocket
from answerback.channels.guard import AddressRefused, is_public
from answerback.channels.http import Client
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, network
from answerback.channels.mail.consent import begin_sign_in
from answerback.channels.mail.providers import Provider, provider_of
from answerback.channels.mail.tokens import token_of
from answerback.channels.outbound import Message, voice_of
from answerback.domain.records.refusal import Refusal

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PUBLIC, PUBLIC_6 = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"

#: Inside addresses of the fourth version, in every base and length that a resolver reads.
V4 = (
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F.1"),
    *("0x7f.0x0.0x0.0x1", "017700000001", "0177.0.0.1", "0177.1", "00000177.1", "127.0x1"),
    *("0", "0.0.0.0", "0x0", "000"),  # noqa: S104  a spelling of it
    *("10.0.0.1", "0xa.1", "167772161", "172.16.0.1", "172.31.1"),
    *("192.168.0.1", "192.168.257", "3232235521", "0300.0250.1", "169.254.169.254", "0xa9fea9fe"),
    *("2852039166", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "100.100.100.200"),
    *("192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
)
#: Letters that become digits and dots when a name is made ready for a resolver.
DRESSED = (
    *(
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "127\u30020\u30020\u30021",
        "127\uff0e0\uff0e0\uff0e1",
    ),
    *("\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "\u2776\u2777\u277c.\u24ff.\u24ff.\u2776"),
    *(
        "\U0001d7cf\U0001d7d0\U0001d7d5.\U0001d7ce.\U0001d7ce.\U0001d7cf",
        "\u00b9\u00b2\u2077.0.0.1",
    ),
    *("127.0.0.1\u00ad", "127.0.\u200b0.1", "127.0.0\u2024" + "1", "0\uff58\uff17\uff46.1"),
    *("\u0661\u0662\u0667.0.0.1", "\u24dbocalhost", "local\u00adhost", "LOCALHO\u017fT"),
)
#: Inside addresses of the sixth version, and those that carry one of the fourth inside.
V6 = (
    *("::1", "0:0:0:0:0:0:0:1", "0000::0001", "::", "::ffff:127.0.0.1", "::ffff:7f00:1"),
    *("0:0:0:0:0:ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:0:53aa:64c:0:0:80ff:fffe", "fe80::1", "fe80::1%lo"),
    *("::1%lo", "::1%25lo", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff05::1:3"),
    *("2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1", "::7f00:1", "2001:10::1"),
)
#: What a resolver says of names; "a then b" changes its mind between the first look and the next.
NAMES: dict[str, tuple[str, ...]] = {
    "localhost": ("127.0.0.1", "::1"),
    "localhost.": ("127.0.0.1",),
    "localhost.localdomain": ("127.0.0.1",),
    "ip6-localhost": ("::1",),
    "127.0.0.1.names.example": ("127.0.0.1",),
    "inside.example": ("10.1.2.3",),
    "metadata.google.internal": ("169.254.169.254",),
    "mixed.example": (PUBLIC, "127.0.0.1"),
    "mixed6.example": (PUBLIC_6, "::1"),
    "mapped.example": ("::ffff:127.0.0.1",),
    "carried.example": (PUBLIC, "64:ff9b::a00:1"),
    "first.example": ("127.0.0.1", PUBLIC),
}
HOSTS = [*V4, "127.0.0.1.", *DRESSED, *(f"[{one}]" for one in V6), *NAMES]
#: Whole addresses that look like another, or that are of another kind.
ADDRESSES = (
    *("http://public.example@127.0.0.1/", "http://public.example:80@127.0.0.1/"),
    *("http://127.0.0.1@public.example/", "http://a:b@127.0.0.1/", "http://@127.0.0.1/"),
    *("http://127.0.0.1\\@public.example/", "http://127.0.0.1%2f@public.example/"),
    *("http://127.0.0.1#@public.example/", "http://127.0.0.1?@public.example/"),
    *("http://127.0.0.1;@public.example/", "http://public.example%40127.0.0.1/"),
    *("http://127.0.0.1%00.public.example/", "http://127.0.0.1\x00.public.example/"),
    *(
        "http://127.0.0.1\t/",
        "http://127.0.0.1\r\nHost: a/",
        "http://127.0.0.1 /",
        " http://127.1/",
    ),
    *("http:127.0.0.1/", "http:///127.0.0.1/", "http:////127.0.0.1/", "http:\\\\127.0.0.1\\"),
    *(
        "//127.0.0.1/",
        "127.0.0.1",
        "HTTP://127.0.0.1/",
        "hTTp://LocalHost/",
        "http://127.0.0.1:80/",
    ),
    *("http://127.0.0.1:00080/", "http://127.0.0.1:/", "https://127.0.0.1/", "https://[::1]/"),
    *("http://[::1/", "http://::1/", "http://[127.0.0.1]/", "http://[v1.127.0.0.1]/"),
    *("http://public.example:22/", "http://public.example:25/", "http://public.example:6379/"),
    *("http://public.example:0/", "http://public.example:99999/", "http://public.example:-80/"),
    *(
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:25/_",
        "dict://127.0.0.1:11211/",
    ),
    *("unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "ws://127.0.0.1/"),
    *(
        "data:text/plain,a",
        "javascript:alert(1)",
        "ldap://127.0.0.1/",
        "jar:http://127.0.0.1!/",
        "",
    ),
)

Ask = Callable[[str], object]


def spellings() -> list[str]:
    return [*(f"http://{host}/" for host in HOSTS), *ADDRESSES]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that somebody would have connected to; no name is asked of a server."""
    there: list[str] = []
    look_up = _socket.getaddrinfo  # beneath what keeps tests from asking a server

    def resolver(host: Any, port: Any, *told: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        found = NAMES.get(name.casefold(), (PUBLIC,) if name == "public.example" else (name,))
        named["flags"] = socket.AI_NUMERICHOST
        return [one for each in found for one in look_up(each, port, *told, **named)]

    def connect(_host: str, _port: int, *, addresses: Any, **_told: Any) -> Any:
        there.extend(str(where[0]) for *_, where in addresses)
        raise ChannelDown("It would have been connected to.")

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(guard, "_first_that_answers", connect)
    return there


def account(channel: str, **settings: str) -> Account:
    secrets = {"token": "t" * 20, "password": "p" * 20, "secret": "s" * 32}
    return Account(account_id=1, channel=channel, name="A", settings=settings, secrets=secrets)


def polled(channel: str, **settings: str) -> None:
    """Ask an account of a channel for everything that it fetches; each is a no in words."""
    try:
        asked = network(channel)(account(channel, **settings))
    except Refusal:
        return
    with closing(asked):
        with pytest.raises(Refusal):
            asked.check(at=NOON)
        for stream in asked.streams():
            with suppress(Refusal):
                asked.poll(stream.name, None, at=NOON)
            if stream.pushed:
                with suppress(Refusal):
                    heard = asked.listen(stream.name, None, stopping=never, clock=lambda: NOON)
                    list(islice(heard, 3))


def never() -> bool:
    return False


def answered(url: str) -> None:
    told = Message(text="x", to="ada", channel="webhook", in_reply_to=None, key="k")
    with pytest.raises(Refusal):
        voice_of(account("webhook", reply_url=url)).send(told)


def mailed(url: str) -> None:
    host = url.removeprefix("http://").removesuffix("/").strip("[]")
    polled(
        "email",
        address="a@acme.example",
        user="a",
        imap_host=host,
        smtp_host=host,
        imap_security="tls",
        smtp_security="tls",
    )


def signed_in(url: str) -> None:
    safe = url.replace("http://", "https://", 1)  # to no other are secrets sent
    settings = {"sign_in": "oauth", "client_id": "c", "token_url": safe, "device_url": safe}
    told = account("email", user="a", **settings)
    told = replace(told, secrets={"refresh_token": "t" * 20})
    with pytest.raises(Refusal):
        token_of(told, _provider(told))
    with pytest.raises(Refusal):
        begin_sign_in(told, _provider(told), back="http://localhost:1/")


def _provider(told: Account) -> Provider:
    found = provider_of(told)
    assert found is not None
    return found


def streamed(url: str) -> None:
    with pytest.raises(Refusal):
        list(websocket.messages(url.replace("http", "ws", 1), stopping=never))


def fetched(url: str) -> None:
    with Client() as client, pytest.raises(ChannelDown):
        client.request("GET", url)


def feed(url: str) -> None:
    if "," in url or not url.strip():
        return  # no feed is named by it
    polled("rss", feeds=url)


FEATURES: dict[str, Ask] = {
    "any fetch": fetched,
    "any stream": streamed,
    "feed": feed,
    "mastodon server": lambda url: polled("mastodon", server=url, hashtags="acme"),
    "bluesky server": lambda url: polled(
        "bluesky", server=url, handle="acme.example", searches="x"
    ),
    "bluesky's stream": lambda url: polled(
        "bluesky",
        server="http://inside.example",
        handle="acme.example",
        listen_to_all="yes",
        searches="x",
        jetstream=url,
    ),
    "bluesky's firehose": lambda url: polled(
        "bluesky",
        server="http://inside.example",
        handle="acme.example",
        listen_to_all="yes",
        searches="x",
        firehose=url,
    ),
    "forum": lambda url: polled("discourse", server=url),
    "mail hosts": mailed,
    "mail's sign-in service": signed_in,
    "webhook's receiver": answered,
}


@pytest.mark.parametrize("name", FEATURES)
def test_no_spelling_leads_inside_through_any_feature(name: str, reached: list[str]) -> None:
    inside: dict[str, list[str]] = {}
    for spelled in spellings():
        reached.clear()
        try:
            FEATURES[name](spelled)
        except BaseException as wrong:
            wrong.add_note(f"asked for {spelled!r}")
            raise
        leads = [one for one in reached if not is_public(one)]
        if leads:
            inside[spelled] = leads

    assert inside == {}
    assert len(spellings()) >= 120


def test_the_net_itself_would_catch_what_leads_inside(reached: list[str]) -> None:
    with pytest.raises(ChannelDown, match="would have been"):
        guard.connect("public.example", 80)
    with pytest.raises(ChannelDown, match="would have been"):
        guard.connect("127.0.0.1", 80, reach={"127.0.0.1:80"})

    assert reached == [PUBLIC, "127.0.0.1"]


@pytest.mark.parametrize("one", [*V6, "", "a", "127.0.0.1", "10.0.0.1", "1.2.3", "::ffff:8.8.8.8"])
def test_what_no_rule_names_is_not_public(one: str) -> None:
    assert not is_public(one)


@pytest.mark.parametrize("one", [PUBLIC, PUBLIC_6, "8.8.8.8", "2a00:1450:4001:81b::200e"])
def test_the_open_internet_is_public(one: str) -> None:
    assert is_public(one)


def test_only_the_webs_ports_are_asked_for(reached: list[str]) -> None:
    for port in (21, 22, 25, 110, 143, 443 + 1, 3306, 5432, 6379, 8080, 11211, 0, 65_536):
        with pytest.raises(AddressRefused, match="is asked for on port"):
            guard.connect("public.example", port)

    assert reached == []


def test_the_operators_word_lets_one_port_of_one_host_through(reached: list[str]) -> None:
    for host, port in (("127.0.0.1", 81), ("127.0.0.2", 80), ("localhost", 80)):
        with pytest.raises(AddressRefused):
            guard.connect(host, port, reach={"127.0.0.1:80"})

    assert reached == []


def test_a_name_that_changes_its_mind_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, reached: list[str]
) -> None:
    answers = iter([PUBLIC, "127.0.0.1", "127.0.0.1"])

    def resolver(_host: Any, port: int, **_told: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with Client() as client, pytest.raises(ChannelDown, match="would have been"):
        client.request("GET", "http://rebinding.example/")

    assert reached == [PUBLIC]
    assert next(answers) == "127.0.0.1"  # nobody asked a second time


@pytest.fixture
def _two(loopback: None) -> None:  # noqa: ARG001  lets servers of our own stand there
    return


@pytest.mark.usefixtures("_two")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_inside_and_what_was_secret_stays(status: int) -> None:
    with site() as first, site() as inside:
        inside.pages["/"] = Said(body=b"secret")
        for target in (inside.url, f"//{inside.address}", f"http://a@{inside.address}"):
            first.pages["/"] = Said(status=status, headers={"Location": f"{target}/"})
            with Client(reach={first.address}) as client, pytest.raises(AddressRefused):
                client.request("GET", f"{first.url}/", redirects=2)

        assert inside.asked == []


@pytest.mark.usefixtures("_two")
def test_no_cookie_is_kept() -> None:
    with site() as there:
        there.pages["/"] = Said(headers={"Set-Cookie": "seen=once; Path=/"})
        with Client(there.url, reach={there.address}) as client:
            client.get("", at=NOON)
            client.get("", at=NOON)

        assert [asked.headers.get("cookie") for asked in there.asked] == [None, None]


@pytest.mark.usefixtures("_two")
def test_a_login_is_not_carried_to_another_host() -> None:
    with site() as first, site() as second:
        second.pages["/"] = Said(body=b"ok")
        first.pages["/"] = Said(status=302, headers={"Location": f"{second.url}/"})
        with Client(reach={first.address, second.address}) as client:
            client.request(
                "GET", f"{first.url}/", redirects=1, headers={"authorization": "Bearer t"}
            )

        assert "authorization" in first.asked[0].headers
        assert "authorization" not in second.asked[0].headers


SOURCE = Path(answerback.__file__).parent
#: What opens connections; "urllib.parse" and the like do not.
OPENERS = frozenset(
    {"socket", "http.client", "urllib.request", "httpx", "httpcore", "requests", "aiohttp"}
    | {"urllib3", "smtplib", "imaplib", "imap_tools", "poplib", "nntplib", "ftplib", "telnetlib"}
    | {"websockets", "xmlrpc.client", "socketserver", "asyncore", "pycurl", "httplib2"}
)
#: Who may, and why.
MAY: dict[str, frozenset[str]] = {
    "channels/guard.py": frozenset({"socket"}),
    "channels/http.py": frozenset({"socket", "httpx", "httpcore"}),  # over the guard
    "channels/websocket.py": frozenset({"websockets"}),  # over a socket of the guard
    "channels/mail/line.py": frozenset({"socket", "imaplib"}),  # likewise
    "channels/mail/imap.py": frozenset({"imaplib"}),  # its exceptions
    "channels/mail/smtp.py": frozenset({"socket", "smtplib"}),  # over a socket of the guard
    "project/serving.py": frozenset({"socket"}),  # listens
    "cli/loopback.py": frozenset({"socket"}),  # listens, on this machine alone
    "desk/operations/note_pulse.py": frozenset({"socket"}),  # this machine's name
}
#: Calls that open a connection without an import of their own.
CALLS = frozenset(
    {"open_connection", "create_connection", "urlopen", "urlretrieve", "open_unix_connection"}
)


def test_no_other_module_opens_a_connection() -> None:
    found: dict[str, set[str]] = {}
    for file in SOURCE.rglob("*.py"):
        name = file.relative_to(SOURCE).as_posix()
        opened = set(_opened(ast.parse(file.read_text("utf-8")))) - MAY.get(name, frozenset())
        if opened:
            found[name] = opened

    assert found == {}


def _opened(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call):
            called = node.func
            word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if word in CALLS:
                yield f"{word}()"
        for name in names:
            for opener in OPENERS:
                if name == opener or name.startswith(f"{opener}."):
                    yield opener
