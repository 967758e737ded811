"""Download published files of known size and SHA-256; a broken download goes on where it stopped."""

import os
import re
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import sleep

import requests
import urllib3
from filelock import FileLock
from fsspec import AbstractFileSystem, available_protocols
from fsspec.core import url_to_fs

from stages.common.errors import UserError
from stages.common.files import sha256, write_errors_name
from stages.common.progress import progress

CONNECT_TIMEOUT = 10.0  # seconds
READ_TIMEOUT = 30.0  # seconds without a byte
ATTEMPTS = 5  # in a row without a new byte
LONGEST_BACKOFF = 30  # seconds
LONGEST_RETRY_AFTER = 120  # seconds that a server may ask to wait; a user who waits longer believes it hangs
BLOCK = 1 << 18  # bytes read at once
TRANSIENT_STATUSES = frozenset((408, 425, 429))  # and 5xx
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs",
            "sftp": "paramiko", "ssh": "paramiko", "webdav": "webdav4", "smb": "smbprotocol"}


@dataclass(frozen=True)
class Pin:
    """A published file: where it is, how large, and its SHA-256.

    Attributes:
        name: relative path on a mirror, such as ``nsmc/ratings_train.txt``.
        urls: addresses, tried in order; http, https, or any that fsspec knows.
        bytes, sha256: size and digest (hexadecimal) of the file.
    """

    name: str
    urls: tuple[str, ...]
    bytes: int
    sha256: str


class _Interrupted(Exception):
    """The address may answer if asked again, after ``wait`` seconds if the server said so."""

    def __init__(self, reason: str, wait: float = 0):
        super().__init__(reason)
        self.wait = wait


class _Unusable(Exception):
    """The address does not have the file."""


def fetch(pin: Pin, store: Path, mirror: str = "") -> Path:
    """Return the path of the verified file in ``store``, downloading it if it is not there yet.

    The file is ``store/<sha256>``. What an interrupted download has got so far is ``store/<sha256>.partial``, from
    which the next call goes on. A lock beside the store makes other processes wait.

    Args:
        pin: the file.
        store: folder of downloads, made if missing.
        mirror: address of a folder to take ``pin.name`` from in place of ``pin.urls``.

    Raises:
        UserError: no address gave the pinned file, or ``mirror`` is not an address.
        OSError: the store cannot be written, as when the disk is full.
    """
    urls = (_on_mirror(mirror, pin.name),) if mirror else pin.urls
    with write_errors_name(store), FileLock(store.with_name(f".{store.name}.lock")):
        return _stored(pin, urls, store)


def redact(url: str) -> str:
    """The address without user, password, query and fragment."""
    shown = re.split(r"[?#]", re.sub(r"(?<=://)[^/?#]*@", "", url))[0]
    scheme, _, rest = shown.partition("://")
    # A colon without a port is a password with one of /?# in it, which ends the host too early.
    malformed = re.match(r"[^/\[\]]*:(?!\d*(/|$))", rest)
    return f"{scheme}://..." if malformed else shown


def _on_mirror(mirror: str, name: str) -> str:
    if "://" not in mirror:  # not shown: it may be an address with a password that lacks its scheme
        raise UserError("HEADSTART_MIRROR: expected an address such as https://host/folder, found one without scheme; "
                        "for a folder of this machine write file:///path/to/folder")
    folder, mark, query = mirror.partition("?") if _is_http(mirror) else (mirror, "", "")
    return folder + ("" if folder.endswith("/") else "/") + name + mark + query


def _stored(pin: Pin, urls: tuple[str, ...], store: Path) -> Path:
    target, partial = store / pin.sha256, store / f"{pin.sha256}.partial"
    if target.exists():
        if target.stat().st_size == pin.bytes and sha256(target) == pin.sha256:
            return target
        print(f"{target}: damaged; downloading {pin.name} again", file=sys.stderr)
        target.unlink()
    store.mkdir(parents=True, exist_ok=True)
    reasons = []
    for url in urls:
        try:
            _complete(pin, url, partial)
        except _Unusable as error:
            reasons.append(f"{redact(url)}: {error}")
        else:
            _publish(partial, target)
            return target
    raise UserError(" ".join(
        f"{pin.name}: expected {pin.bytes} bytes with SHA-256 {pin.sha256}, found at {'; at '.join(reasons)}; "
        f"try again later, set HEADSTART_MIRROR to the address of a folder that holds the file as {pin.name}, "
        "or set `source: local` in params.yaml and use your own file".split()))


def _publish(partial: Path, target: Path) -> None:
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())  # or a power cut may leave the name without the bytes
    partial.replace(target)


def _complete(pin: Pin, url: str, partial: Path) -> None:
    """Make ``partial`` the whole pinned file."""
    resumed = _size(partial) > 0
    _download_rest(pin, url, partial)
    found = sha256(partial)
    if found == pin.sha256:
        return
    partial.unlink()
    if not resumed:
        raise _Unusable(f"{pin.bytes} bytes with SHA-256 {found}")
    _complete(pin, url, partial)  # what was there before may be what was wrong


def _download_rest(pin: Pin, url: str, partial: Path) -> None:
    """Extend ``partial`` to the pinned size, asking again as long as it helps."""
    furthest, failures = _size(partial), 0
    while _size(partial) < pin.bytes:
        try:
            _download_once(pin, url, partial)
        except _Interrupted as error:
            size = _size(partial)
            if size == pin.bytes:
                return
            # A server without ranges starts over each time; only what goes further than ever is progress.
            failures = 0 if size > furthest else failures + 1
            furthest = max(furthest, size)
            if failures == ATTEMPTS:
                raise _Unusable(f"{error}, {ATTEMPTS} times in a row") from None
            wait = max(error.wait, min(2 ** max(failures - 1, 0), LONGEST_BACKOFF))
            print(f"{redact(url)}: {error}; trying again in {wait:.0f} s", file=sys.stderr)
            sleep(wait)


def _download_once(pin: Pin, url: str, partial: Path) -> None:
    """Append one answer to ``partial``, or write it anew if the answer starts at the beginning of the file."""
    start, blocks = (_ask_http if _is_http(url) else _ask_fsspec)(url, _size(partial), pin.bytes)
    with (closing(blocks), partial.open("ab" if start else "wb") as stream,
          progress(pin.bytes, pin.name, "B", start) as bar):
        size = start
        for block in blocks:
            size += len(block)
            if size > pin.bytes:
                break
            stream.write(block)
            stream.flush()  # so that not even a kill loses it
            bar.update(len(block))
    if size > pin.bytes:
        partial.unlink()
        raise _Unusable(f"more than {pin.bytes} bytes")
    if size < pin.bytes:
        raise _Interrupted(f"ended after {size} of {pin.bytes} bytes")


def _ask_http(url: str, offset: int, expected: int) -> tuple[int, Iterator[bytes]]:
    """Ask for the bytes from ``offset`` on; return where the answer starts, ``offset`` or 0, and its blocks."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT))
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise _http_failure(error) from None
    try:
        start = _answer_start(response, expected)
    except BaseException:
        response.close()
        raise
    if start in (0, offset):
        return start, _http_blocks(response)
    response.close()
    if not offset:
        raise _Unusable(f"status {response.status_code} where the whole file was asked for")
    return _ask_http(url, 0, expected)


def _answer_start(response: requests.Response, expected: int) -> int | None:
    """Where in the file the answer starts, None where it does not give the bytes that were asked for."""
    status = response.status_code
    if status in TRANSIENT_STATUSES or status >= 500:
        wait = retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
        if wait > LONGEST_RETRY_AFTER:
            raise _Unusable(f"status {status}, asks to come back in {wait:.0f} s")
        raise _Interrupted(f"status {status}", wait)
    if status == 416:
        return None
    if status not in (200, 206):
        raise _Unusable(f"status {status}")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":  # its offsets and size are not those of the file
        raise _Unusable(f"the file in Content-Encoding {encoding[:20]}, which was not asked for")
    start, total = _extent(response)
    if total is not None and total != expected:
        raise _Unusable(f"a file of {total} bytes")
    return start


def _extent(response: requests.Response) -> tuple[int | None, int | None]:
    """Where the answer starts, and the size of the whole file, each None where the server does not tell."""
    if response.status_code == 200:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if re.fullmatch(r"\d{1,18}", length) else None
    content_range = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d{1,18})-\d+/(\d{1,18}|\*)", content_range.strip())
    if not match:
        return None, None
    start, total = match.groups()
    return int(start), None if total == "*" else int(total)


def retry_after(value: str, now: datetime) -> float:
    """Seconds to wait by a ``Retry-After`` header, seconds or an HTTP date (RFC 9110, 10.2.3); 0 if unreadable."""
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return 0
    return max(0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


def _http_blocks(response: requests.Response) -> Iterator[bytes]:
    try:
        with response:
            # Not `iter_content`: it loses the part of a block that came before the connection broke.
            while block := response.raw.read1(BLOCK):
                yield block
    except urllib3.exceptions.HTTPError as error:
        raise _http_failure(error) from None


def _http_failure(error: Exception) -> _Interrupted | _Unusable:
    """What a network error means; in words of its own, for the libraries' messages quote addresses with secrets."""
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return _Interrupted("no answer in time")
    if isinstance(error, ValueError):  # of several classes, some of them Python's own
        return _Unusable("an unusable address, redirect or proxy")
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _Unusable("a certificate that is not trusted (REQUESTS_CA_BUNDLE may name a file of trusted ones)")
    broken = any(isinstance(cause, urllib3.exceptions.ProtocolError) for cause in causes)
    words = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror),
                 "connection broken" if broken else type(error).__name__)
    lost = isinstance(error, requests.ConnectionError | urllib3.exceptions.HTTPError)
    return _Interrupted(words) if lost else _Unusable(words)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _ask_fsspec(url: str, offset: int, expected: int) -> tuple[int, Iterator[bytes]]:
    """As :func:`_ask_http`, for the other schemes."""
    try:
        filesystem, path = url_to_fs(url)
        size = filesystem.size(path)
    except Exception as error:  # each file system has its own
        raise _fsspec_failure(error, url) from None
    if size is not None and size != expected:
        raise _Unusable(f"a file of {size} bytes")
    return offset, _fsspec_blocks(filesystem, path, offset, url)


def _fsspec_blocks(filesystem: AbstractFileSystem, path: str, offset: int, url: str) -> Iterator[bytes]:
    try:
        with filesystem.open(path, "rb") as stream:
            stream.seek(offset)
            while block := stream.read(BLOCK):
                yield block
    except Exception as error:
        raise _fsspec_failure(error, url) from None


def _fsspec_failure(error: Exception, url: str) -> _Interrupted | _Unusable:
    scheme = url.partition("://")[0].rpartition("::")[2].lower()
    if isinstance(error, ImportError):
        remedy = f"pip install {PACKAGES[scheme]}" if scheme in PACKAGES else error
        return _Unusable(f"a scheme that needs another package: {remedy}")
    if scheme not in available_protocols():
        return _Unusable(f"an unknown scheme {scheme}")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return _Unusable("no such file")
    words = getattr(error, "strerror", None) or type(error).__name__
    known_to_stay = isinstance(error, PermissionError | IsADirectoryError) or not isinstance(error, OSError)
    return _Unusable(words) if known_to_stay else _Interrupted(words)


def _is_http(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
