"""A file server on loopback that answers as a script tells it, well or badly."""

import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        body: the whole file, of which a request with a range gets the part that it asks for.
        status: a status other than 200 is sent without a body.
        headers: sent in addition, or in place of those computed.
        ranges: whether a range is served; otherwise the whole file is.
        shift: added to the start of the range that is served.
        stop: byte of the file at which the connection is closed, if it comes that far.
        after: "close" ends the connection, "reset" breaks it, "stall" sends nothing more.
        framing: how the end of the body is told: by its "length", in "chunks", or by the "end" of the connection.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    shift: int = 0
    stop: int | None = None
    after: str = "close"
    framing: str = "length"


@dataclass
class FileServer:
    """``scripts`` has the answers of every path in order, the last one for good; ``ranges`` the requests of each."""

    address: str
    scripts: dict[str, list[Answer]] = field(default_factory=dict)
    ranges: dict[str, list[str | None]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, path: str, *answers: Answer) -> str:
        """Answer so at ``path`` from now on; return its URL."""
        self.scripts[path], self.ranges[path] = list(answers), []
        return f"{self.address}{path}"

    def asked(self, path: str, requested: str | None) -> Answer:
        answers = self.scripts.get(path, [Answer(status=404)])
        self.ranges.setdefault(path, []).append(requested)
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def running_server(certificate: Path | None = None) -> Iterator[FileServer]:
    """A server of http, or of https if there is a certificate with its key."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.files = FileServer(f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.files
    finally:
        server.files.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the acknowledgement of its headers

    def do_GET(self) -> None:
        requested = self.headers["Range"]
        answer = self.server.files.asked(self.path.partition("?")[0], requested)
        self.close_connection = True
        if self.headers["Accept-Encoding"] != "identity":  # many servers would send it compressed
            self._send_head(406, {"Content-Length": "0"})
            return
        if answer.status != 200:
            self._send_head(answer.status, {"Content-Length": "0"} | answer.headers)
            return
        start = 0
        if requested and answer.ranges:
            start = int(requested.removeprefix("bytes=").removesuffix("-")) + answer.shift
            if start >= len(answer.body):
                self._send_head(416, {"Content-Length": "0"})
                return
        self._send_head(206 if requested and answer.ranges else 200, _framing(answer, start) | answer.headers)
        self._send_body(answer, start)

    def _send_head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Connection": "close"} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, answer: Answer, start: int) -> None:
        body = answer.body[start:answer.stop]
        if answer.framing == "chunks":
            # The last, empty chunk is what tells a whole body from one that was cut.
            end = b"0\r\n\r\n" if start + len(body) == len(answer.body) else b""
            body = b"%x\r\n%b\r\n" % (len(body), body) * bool(body) + end
        self.wfile.write(body)
        self.wfile.flush()
        if answer.after == "stall":
            self.server.files.over.wait()
        elif answer.after == "reset":
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def write_certificate(path: Path) -> None:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256()))
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def _framing(answer: Answer, start: int) -> dict[str, str]:
    """Headers that tell where a body starts and ends."""
    size = len(answer.body)
    headers = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
    if answer.framing == "length":
        headers["Content-Length"] = str(size - start)
    elif answer.framing == "chunks":
        headers["Transfer-Encoding"] = "chunked"
    return headers
