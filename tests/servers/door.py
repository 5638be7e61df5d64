"""A door before a server of ours: TLS with a certificate of the test, or a line that freezes."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(kw_only=True)
class Door:
    """Where the lines to a server come in."""

    onward: int
    port: int = 0
    context: ssl.SSLContext | None = None
    frozen: threading.Event = field(default_factory=threading.Event)  #: nothing goes through

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._let_in, args=[line], daemon=True).start()

    def _let_in(self, line: socket.socket) -> None:
        with suppress(OSError):
            if self.context is not None:
                line = self.context.wrap_socket(line, server_side=True)
            inside = socket.create_connection(("127.0.0.1", self.onward))
            back = threading.Thread(target=self._pass_on, args=[inside, line], daemon=True)
            back.start()
            self._pass_on(line, inside)
            back.join(5)
        line.close()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if not self.frozen.is_set():
                    other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def door(onward: int, *, context: ssl.SSLContext | None = None) -> Iterator[Door]:
    """Open a door before a port of this machine."""
    made = Door(onward=onward, context=context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made.port = int(listening.getsockname()[1])
        threading.Thread(target=made.serve, args=[listening], daemon=True).start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)


def certificate(folder: Path, *, name: str, at: datetime) -> Path:
    """Write a certificate that signs itself, with its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def serving(file: Path) -> ssl.SSLContext:
    """Return how a server shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
