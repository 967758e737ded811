"""Downloads from a server that misbehaves: the right bytes in the end, or one clear line and nothing wrong in place."""

import errno
import gzip
import hashlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import filelock
import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.corpora import fetching
from stages.corpora.fetching import Pin, fetch, redact, retry_after
from tests.file_server import Answer, running_server, write_certificate
from tests.processes import wait_until

CONTENT = random.Random(1).randbytes(100_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER = bytes(100_000)
OTHER_SHA256 = hashlib.sha256(OTHER).hexdigest()
TENTH = 10_000
NAME = "corpus/train.txt"
GOOD = Answer(CONTENT)
CUT = Answer(CONTENT, stop=3 * TENTH)
REST = "bytes=30000-"


@pytest.fixture(scope="module")
def server():
    with running_server() as files:
        yield files


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that would have been slept."""
    waited = []
    monkeypatch.setattr(fetching, "sleep", waited.append)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return waited


@pytest.fixture
def store(tmp_path):
    return tmp_path / "downloads"


def pin(*urls: str) -> Pin:
    return Pin(NAME, urls, len(CONTENT), SHA256)


def fetched(store: Path, *urls: str, mirror: str = "") -> None:
    path = fetch(pin(*urls), store, mirror)
    assert path == store / SHA256
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in store.iterdir()] == [SHA256]


def refused(store: Path, *urls: str, mirror: str = "") -> str:
    with pytest.raises(UserError) as caught:
        fetch(pin(*urls), store, mirror)
    assert not (store / SHA256).exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def partial(store: Path, content: bytes) -> Path:
    store.mkdir(exist_ok=True)
    path = store / f"{SHA256}.partial"
    path.write_bytes(content)
    return path


def later(seconds: str) -> dict[str, str]:
    return {"Retry-After": seconds}


# Name: answers, the ranges then asked for, the seconds waited.
RECOVERIES = {
    "whole": ([GOOD], [None], []),
    "whole in chunks": ([Answer(CONTENT, framing="chunks")], [None], []),
    "whole without length": ([Answer(CONTENT, framing="end")], [None], []),
    "cut after every tenth": ([Answer(CONTENT, stop=k * TENTH) for k in range(1, 11)],
                              [None, *(f"bytes={k * TENTH}-" for k in range(1, 10))], [1] * 9),
    "cut before the first byte": ([Answer(CONTENT, stop=0), GOOD], [None, None], [1]),
    "cut in chunks": ([Answer(CONTENT, stop=3 * TENTH, framing="chunks"), GOOD], [None, REST], [1]),
    "cut without length": ([Answer(CONTENT, stop=3 * TENTH, framing="end"), GOOD], [None, REST], [1]),
    "no support of ranges": ([CUT, Answer(CONTENT, ranges=False)], [None, REST], [1]),
    "another range": ([CUT, Answer(CONTENT, shift=5), GOOD], [None, REST, None], [1]),
    "range from zero": ([CUT, Answer(CONTENT, shift=-3 * TENTH)], [None, REST], [1]),
    "range untold": ([CUT, Answer(CONTENT, headers={"Content-Range": "?"}), GOOD], [None, REST, None], [1]),
    "status 416": ([CUT, Answer(status=416), GOOD], [None, REST, None], [1]),
    **{f"status {status}": ([Answer(status=status), GOOD], [None, None], [1])
       for status in (408, 425, 429, 500, 502, 503, 504)},
    "four failures": ([*[Answer(status=500)] * 4, GOOD], [None] * 5, [1, 2, 4, 8]),
    "progress resets the count": ([*[Answer(status=500)] * 4, CUT, *[Answer(status=500)] * 4, GOOD],
                                  [None] * 5 + [REST] * 5, [1, 2, 4, 8, 1, 1, 2, 4, 8]),
    "Retry-After": ([Answer(status=429, headers=later("7")), GOOD], [None, None], [7]),
    "Retry-After, longest": ([Answer(status=503, headers=later("120")), GOOD], [None, None], [120]),
    "Retry-After, past": ([Answer(status=429, headers=later("Wed, 21 Oct 2015 07:28:00 GMT")), GOOD], [None] * 2, [1]),
    "Retry-After, nonsense": ([Answer(status=429, headers=later("soon")), GOOD], [None, None], [1]),
    "redirects": ([Answer(status=302, headers={"Location": "/a"}), Answer(status=307, headers={"Location": "/a"}), CUT,
                   Answer(status=301, headers={"Location": "/a"}), GOOD], [None] * 3 + [REST] * 2, [1]),
}


@pytest.mark.parametrize(("answers", "ranges", "seconds"), RECOVERIES.values(), ids=RECOVERIES)
def test_recovers(server, store, waits, answers, ranges, seconds):
    fetched(store, server.serve("/a", *answers))
    assert (server.ranges["/a"], waits) == (ranges, seconds)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_goes_on_after_a_cut(server, store, waits, tenths, capsys):
    url = server.serve("/a", Answer(CONTENT, stop=tenths * TENTH), GOOD)
    fetched(store, url)
    assert (server.ranges["/a"], waits) == ([None, f"bytes={tenths * TENTH}-"], [1])
    before, line, after = capsys.readouterr().err.partition(f"{url}: connection broken; trying again in 1 s\n")
    assert line
    assert url not in before + after
    assert after.partition("%|")[0].endswith(f" {tenths}0")  # where the second bar starts


def test_connection_reset(server, store):
    fetched(store, server.serve("/a", Answer(CONTENT, stop=3 * TENTH, after="reset"), GOOD))


@pytest.mark.parametrize("stop", [0, 3 * TENTH])
def test_stall(server, store, monkeypatch, capsys, stop):
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 0.5)
    fetched(store, server.serve("/a", Answer(CONTENT, stop=stop, after="stall"), GOOD))
    assert (f"bytes={stop}-" if stop else None) in server.ranges["/a"][1:]
    assert ": no answer in time; trying again in 1 s" in capsys.readouterr().err


def test_whole_file_on_a_connection_that_stays_open(server, store, waits, monkeypatch):
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 0.5)
    fetched(store, server.serve("/a", Answer(CONTENT, framing="end", after="stall")))
    assert waits == []


def test_redirect_to_another_path(server, store):
    server.serve("/b/c", CUT, GOOD)
    fetched(store, server.serve("/a", Answer(status=302, headers={"Location": "/b/c?token=1"})))
    assert server.ranges["/a"] == server.ranges["/b/c"] == [None, REST]


def test_longest_wait(server, store, waits, monkeypatch):
    monkeypatch.setattr(fetching, "ATTEMPTS", 8)
    fetched(store, server.serve("/a", *[Answer(status=500)] * 7, GOOD))
    assert waits == [1, 2, 4, 8, 16, 30, 30]


# Name: answers, the reason that is told, requests made, bytes left for the next run.
REFUSALS = {
    "wrong bytes": ([Answer(OTHER)], f"100000 bytes with SHA-256 {OTHER_SHA256}", 1, 0),
    "wrong bytes after a cut": ([Answer(OTHER, stop=TENTH), Answer(OTHER)],
                                f"100000 bytes with SHA-256 {OTHER_SHA256}", 2, 0),
    "too short": ([Answer(CONTENT[:-1])], "a file of 99999 bytes", 1, 0),
    "too short, untold": ([Answer(CONTENT[:-1], framing="end", ranges=False)],
                          "ended after 99999 of 100000 bytes, 5 times in a row", 6, 99_999),
    "too short, in chunks": ([Answer(CONTENT[:-1], framing="chunks")],
                             "ended after 99999 of 100000 bytes, 5 times in a row", 11, 99_999),
    "too long": ([Answer(CONTENT + b"x")], "a file of 100001 bytes", 1, 0),
    "too long after a cut": ([CUT, Answer(CONTENT + b"x", framing="end")], "a file of 100001 bytes", 2, 3 * TENTH),
    # Left open: the time-out would come in half a minute.
    "too long, untold": ([Answer(CONTENT + b"x", framing="end", after="stall")], "more than 100000 bytes", 1, 0),
    "too long, in chunks": ([Answer(CONTENT * 9, framing="chunks")], "more than 100000 bytes", 1, 0),
    "too long, range of unknown end": (
        [CUT, Answer(CONTENT + b"x", framing="end", headers={"Content-Range": "bytes 30000-99999/*"})],
        "more than 100000 bytes", 2, 0),
    **{f"status {status}": ([Answer(status=status)], f"status {status}", 1, 0)
       for status in (204, 304, 400, 401, 403, 404, 410, 451)},
    "status 416": ([Answer(status=416)], "status 416 where the whole file was asked for", 1, 0),
    "status 206": ([Answer(status=206, headers={"Content-Range": "bytes 5-99999/100000"})],
                   "status 206 where the whole file was asked for", 1, 0),
    "status 500": ([Answer(status=500)], "status 500, 5 times in a row", 5, 0),
    "status 500 after a cut": ([CUT, Answer(status=500)], "status 500, 5 times in a row", 6, 3 * TENTH),
    "Retry-After": ([Answer(status=429, headers=later("121"))], "status 429, asks to come back in 121 s", 1, 0),
    "Retry-After, date": ([Answer(status=503, headers=later("Fri, 31 Dec 9999 23:59:59 GMT"))],
                          "status 503, asks to come back in ", 1, 0),
    "gzip": ([Answer(gzip.compress(CONTENT), headers={"Content-Encoding": "gzip"})],
             "the file in Content-Encoding gzip, which was not asked for", 1, 0),
    "redirected forever": ([Answer(status=302, headers={"Location": "/bad"})], "TooManyRedirects", 31, 0),
    "redirected to a file": ([Answer(status=302, headers={"Location": "file:///etc/hostname"})],
                             "an unusable address, redirect or proxy", 1, 0),
    "cut forever at one place": ([Answer(CONTENT, stop=3 * TENTH, ranges=False)],
                                 "connection broken, 5 times in a row", 6, 3 * TENTH),
    "cut here and there": ([Answer(CONTENT, stop=tenths * TENTH, ranges=False) for tenths in (3, 1, 2, 1, 2, 1, 0)],
                           "connection broken, 5 times in a row", 6, TENTH),
}


@pytest.mark.parametrize(("answers", "reason", "requests", "left"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(server, store, answers, reason, requests, left):
    url = server.serve("/bad", *answers)
    message = refused(store, url)
    start = f"{NAME}: expected 100000 bytes with SHA-256 {SHA256}, found at {url}: {reason}"
    assert message.startswith(start)
    assert message.endswith(
        f"; try again later, set HEADSTART_MIRROR to the address of a folder that holds the file as {NAME}, "
        "or set `source: local` in params.yaml and use your own file")
    assert len(server.ranges["/bad"]) == requests
    assert sum(path.stat().st_size for path in store.iterdir()) == left


@pytest.mark.parametrize(("answers", "left"), [(case[0], case[3]) for case in REFUSALS.values()], ids=REFUSALS)
def test_next_address(server, store, answers, left):
    fetched(store, server.serve("/bad", *answers), server.serve("/good", GOOD))
    ranges = [f"bytes={left}-" if left else None]
    assert server.ranges["/good"] == ranges


def test_connection_refused(server, store, waits):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/a"
        assert f"found at {url}: Connection refused, 5 times in a row; " in refused(store, url)
        assert waits == [1, 2, 4, 8]
        fetched(store, url, server.serve("/good", GOOD))


def test_certificate(store, waits, tmp_path, monkeypatch):
    certificate = tmp_path / "certificate.pem"
    write_certificate(certificate)
    with running_server(certificate) as server:
        url = server.serve("/a", GOOD)
        message = refused(store, url)
        assert f"{url}: a certificate that is not trusted (REQUESTS_CA_BUNDLE may name a file of trusted " in message
        assert (server.ranges["/a"], waits) == ([], [])
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        fetched(store, url)


def test_every_address_is_listed(server, store):
    first, second = server.serve("/first", Answer(OTHER)), server.serve("/second", Answer(status=403))
    assert (f"found at {first}: 100000 bytes with SHA-256 {OTHER_SHA256}; at {second}: status 403; try "
            in refused(store, first, second))


def test_stored_file_is_used(server, store):
    fetched(store, server.serve("/a", GOOD))
    fetched(store, server.serve("/a", GOOD))
    assert server.ranges["/a"] == []


@pytest.mark.parametrize("content", [OTHER, CONTENT[:-1], CONTENT + b"x", b""], ids=["wrong", "short", "long", "empty"])
def test_damaged_stored_file(server, store, capsys, content):
    store.mkdir()
    (store / SHA256).write_bytes(content)
    fetched(store, server.serve("/a", GOOD))
    assert capsys.readouterr().err.startswith(f"{store / SHA256}: damaged; downloading {NAME} again\n")
    (store / SHA256).write_bytes(content)
    refused(store, server.serve("/a", Answer(status=404)))


@pytest.mark.parametrize(("content", "ranges"), [
    (CONTENT[:3 * TENTH], [REST]),
    (OTHER[:3 * TENTH], [REST, None]),
    (CONTENT, []),
    (OTHER, [None]),
    (CONTENT + b"x", [None]),
    (b"", [None]),
], ids=["right", "wrong", "whole", "whole but wrong", "too long", "empty"])
def test_partial_file_of_an_earlier_run(server, store, content, ranges):
    partial(store, content)
    fetched(store, server.serve("/a", GOOD))
    assert server.ranges["/a"] == ranges


def test_partial_file_and_wrong_server(server, store):
    left = partial(store, OTHER[:3 * TENTH])
    refused(store, server.serve("/a", Answer(OTHER)))
    assert server.ranges["/a"] == [REST, None]
    assert not left.exists()


@pytest.mark.parametrize(("mirror", "asked"), [
    ("/m", "/m/corpus/train.txt"), ("/m/", "/m/corpus/train.txt"), ("/m?signature=1", "/m/corpus/train.txt")])
def test_mirror_replaces_every_address(server, store, mirror, asked):
    url = server.serve("/a", GOOD)
    server.serve(asked, Answer(status=404))
    assert f"found at {server.address}{asked}: status 404; try" in refused(store, url, mirror=server.address + mirror)
    server.serve(asked, GOOD)
    fetched(store, url, mirror=server.address + mirror)
    assert server.ranges["/a"] == []


@pytest.fixture(params=["file", "memory"])
def folder(request, tmp_path):
    """Address of a folder that is no web server."""
    address = f"memory://{request.node.name}" if request.param == "memory" else (tmp_path / "mirror").as_uri()
    yield address
    fsspec.filesystem("memory").store.clear()


def write(address: str, content: bytes) -> None:
    with fsspec.open(f"{address}/{NAME}", "wb", auto_mkdir=True) as stream:
        stream.write(content)


@pytest.mark.parametrize("present", [b"", CONTENT[:3 * TENTH], OTHER[:3 * TENTH]], ids=["fresh", "resumed", "wrong"])
def test_mirror_that_is_no_web_server(store, folder, present):
    write(folder, CONTENT)
    partial(store, present)
    fetched(store, mirror=folder)


def test_wrong_file_in_a_folder(store, folder):
    assert f"{folder}/{NAME}: no such file; try" in refused(store, mirror=folder)
    write(folder, CONTENT[:-1])
    assert f"{folder}/{NAME}: a file of 99999 bytes; try" in refused(store, mirror=folder)
    write(folder, OTHER)
    assert f"{folder}/{NAME}: 100000 bytes with SHA-256 {OTHER_SHA256}; try" in refused(store, mirror=folder)
    assert list(store.iterdir()) == []


def test_folder_that_fails_at_times(store, waits, monkeypatch):
    errors = [OSError(errno.EIO, "Input/output error"), TimeoutError()]
    original = MemoryFileSystem._open

    def failing(*arguments, **options):
        if errors:
            raise errors.pop(0)
        return original(*arguments, **options)

    write("memory://m", CONTENT)
    monkeypatch.setattr(MemoryFileSystem, "_open", failing)
    fetched(store, mirror="memory://m")
    assert waits == [1, 2]


@pytest.mark.parametrize(("error", "reason"), [
    (PermissionError(errno.EACCES, "Permission denied", "secret"), "Permission denied"),
    (LookupError("no credentials but secret"), "LookupError"),
])
def test_folder_that_fails_for_good(store, waits, monkeypatch, error, reason):
    def failing(*arguments, **options):
        raise error

    write("memory://m", CONTENT)
    monkeypatch.setattr(MemoryFileSystem, "_open", failing)
    assert f"memory://m/{NAME}: {reason}; try" in refused(store, mirror="memory://m")
    assert waits == []


@pytest.mark.parametrize(("scheme", "reason"), [
    ("s3", "a scheme that needs another package: pip install s3fs"),
    ("gs", "a scheme that needs another package: pip install gcsfs"),
    ("wandb", "a scheme that needs another package: Install wandbfs to access wandb"),
    ("htps", "an unknown scheme htps"),
])
def test_scheme_without_package(store, monkeypatch, scheme, reason):
    for module in ("s3fs", "gcsfs", "wandbfs"):
        monkeypatch.setitem(sys.modules, module, None)
    assert f"found at {scheme}://bucket/folder/{NAME}: {reason}; try" in refused(store, mirror=f"{scheme}://bucket/folder")


@pytest.mark.parametrize("mirror", ["/data/corpora", "corpora", "user:secret@host/folder", "https:/host"])
def test_mirror_without_scheme(store, mirror):
    message = refused(store, mirror=mirror)
    assert message == ("HEADSTART_MIRROR: expected an address such as https://host/folder, found one without scheme; "
                       "for a folder of this machine write file:///path/to/folder")


@pytest.mark.parametrize(("url", "shown"), [
    ("https://host/a/b.txt", "https://host/a/b.txt"),
    ("https://host:81/gh/a@1/b", "https://host:81/gh/a@1/b"),
    ("https://[::1]:81/a", "https://[::1]:81/a"),
    ("https://user:secret@host/a?token=secret#secret", "https://host/a"),
    ("https://secret@host?secret", "https://host"),
    ("https://host/a?next=https://x:secret@y/", "https://host/a"),
    ("https://host?a=secret@b/c", "https://host"),
    ("https://user:sec@ret@host/a", "https://host/a"),
    ("https://user:sec/ret@host/a", "https://..."),
    ("https://user:sec?ret@host/a", "https://..."),
    ("https://user:sec#ret@host/a", "https://..."),
    ("s3://key:secret@bucket/a", "s3://bucket/a"),
    ("simplecache::s3://key:secret@bucket/a", "simplecache::s3://bucket/a"),
    ("file:///folder/a", "file:///folder/a"),
])
def test_redact(url, shown):
    assert redact(url) == shown


@pytest.mark.parametrize("answer", [
    Answer(status=500), Answer(status=404), Answer(OTHER), Answer(CONTENT, stop=5),
    *(Answer(status=302, headers={"Location": location}) for location in (
        "/a?secret", "htp://u:secret@h", "http://u:secret@127.0.0.1:9/secret", "http://u:secret@[/")),
])
def test_no_secret_is_told(server, store, capsys, answer):
    address = server.serve("/a", answer).removeprefix("http://")
    message = refused(store, f"http://user:secret@{address}?token=secret")
    assert f"found at http://{address}: " in message
    assert "secret" not in message + capsys.readouterr().err


@pytest.mark.parametrize(("value", "seconds"), [
    ("0", 0), ("17", 17), ("", 0), ("soon", 0), ("-5", 0), ("1.5", 0),
    ("Wed, 01 Jan 2020 00:01:30 GMT", 90), ("Wed, 01 Jan 2020 00:01:30 -0000", 90),
    ("Wed, 01 Jan 2020 01:00:30 +0100", 30),
    ("Tue, 31 Dec 2019 23:00:00 GMT", 0), ("Wed, 99 Jan 2020 00:00:00 GMT", 0), ("9" * 400, float("inf")),
])
def test_retry_after(value, seconds):
    assert retry_after(value, datetime(2020, 1, 1, tzinfo=UTC)) == seconds


def test_interruption_leaves_what_came(server, store, monkeypatch):
    def interrupt(seconds):
        with pytest.raises(filelock.Timeout):  # meanwhile nobody else may write to the store
            filelock.FileLock(store.with_name(".downloads.lock")).acquire(timeout=0)
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "sleep", interrupt)
    url = server.serve("/a", CUT, GOOD)
    with pytest.raises(KeyboardInterrupt):
        fetch(pin(url), store)
    assert [(path.name, path.stat().st_size) for path in store.iterdir()] == [(f"{SHA256}.partial", 3 * TENTH)]
    fetched(store, url)
    assert server.ranges["/a"] == [None, REST]


def test_kill_leaves_what_came(server, store):
    url = server.serve("/a", Answer(CONTENT, stop=101, after="stall"), GOOD)
    code = ("from pathlib import Path; from stages.corpora import fetching; from stages.corpora.fetching import Pin; "
            f"fetching.READ_TIMEOUT = 3600; fetching.fetch({pin(url)!r}, Path({str(store)!r}))")
    path = store / f"{SHA256}.partial"
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1]) as process:
        wait_until(lambda: process.poll() is not None or (path.exists() and path.stat().st_size))
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert path.stat().st_size == 101
    fetched(store, url)
    assert server.ranges["/a"] == [None, "bytes=101-"]


def test_bytes_are_on_the_disk_before_the_name(server, store, monkeypatch):
    entries = []
    monkeypatch.setattr("os.fsync", lambda _: entries.extend(path.name for path in store.iterdir()))
    fetched(store, server.serve("/a", GOOD))
    assert entries == [f"{SHA256}.partial"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk(server, store):
    store.mkdir()
    (store / f"{SHA256}.partial").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        fetch(pin(server.serve("/a", GOOD)), store)
    assert not (store / SHA256).exists()


def test_bar_starts_where_the_download_goes_on():
    with progress(10, "file", "B", 4) as bar:
        assert (bar.n, bar.initial, bar.unit_scale) == (4, 4, True)
    with progress(10, "train", "step") as bar:
        assert (bar.n, bar.unit_scale) == (0, False)


BODIES = st.sampled_from([CONTENT, CONTENT, OTHER, CONTENT[:-1], CONTENT + b"x", b""])
FAULTS = st.one_of(
    st.builds(Answer, BODIES, ranges=st.booleans(), shift=st.sampled_from([0, 0, 1, -1]),
              stop=st.none() | st.integers(0, len(CONTENT)), after=st.sampled_from(["close", "reset"]),
              framing=st.sampled_from(["length", "chunks", "end"])),
    st.builds(Answer, status=st.sampled_from([204, 206, 302, 404, 416, 429, 500, 503])),
    st.just(Answer(gzip.compress(CONTENT), headers={"Content-Encoding": "gzip"})),
)


@settings(max_examples=100)
@given(st.lists(FAULTS, max_size=8), st.sampled_from([CONTENT, OTHER]), st.integers(0, len(CONTENT) + 1))
def test_right_bytes_or_an_error(server, faults, present, size):
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "downloads"
        left = partial(store, present[:size])
        url = server.serve("/a", *faults, GOOD)
        try:
            fetched(store, url)
        except UserError:
            assert not (store / SHA256).exists()
            assert not left.exists() or left.stat().st_size < len(CONTENT)
        fetched(store, server.serve("/a", GOOD))  # whatever was left does not stand in the way of the next run
