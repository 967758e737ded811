"""A stand-in on loopback for the Hugging Face Hub and for the storage that it sends large files from."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from huggingface_hub import close_session, constants

SIGNATURE = "X-Signature=abcdef"  # of an address of the storage; whoever has it may download
LARGE = (".safetensors", ".bin", ".h5", ".parquet")


@dataclass(frozen=True)
class Request:
    """What was asked of the Hub or, with ``storage``, of the storage."""

    method: str
    path: str
    token: str | None
    range: str | None
    storage: bool


@dataclass
class Repository:
    """A repository of a model or a data set.

    Attributes:
        commits: files of every commit.
        references: commit of every branch, tag and ``refs/pr/N``.
        discussions: as the Hub lists them.
        gated: token that may download files, None for everybody; everybody may see which there are.
        private: token that may see the repository, None for everybody.
        metadata: whether the files are listed with size and digest.
        filters: whether a list of discussions can be narrowed down.
    """

    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    discussions: list[dict] = field(default_factory=list)
    gated: str | None = None
    private: str | None = None
    metadata: bool = True
    filters: bool = True

    def commit(self, files: dict[str, bytes], reference: str = "main") -> str:
        """Make a commit with exactly these files, move ``reference`` to it and return its id."""
        text = json.dumps([len(self.commits), {name: blob_id(content) for name, content in files.items()}])
        commit = hashlib.sha1(text.encode()).hexdigest()
        self.commits[commit], self.references[reference] = files, commit
        return commit

    def propose(self, files: dict[str, bytes], author: str, title: str, status: str = "open") -> str:
        """Open a pull request with these files; return its commit."""
        number = len(self.discussions) + 1
        self.discussions.append({
            "num": number, "author": {"name": author}, "title": title, "status": status, "isPullRequest": True,
            "createdAt": "2024-01-01T00:00:00.000Z", "repo": {"name": "some/one", "type": "model"}})
        return self.commit(files, f"refs/pr/{number}")


Reaction = Callable[[Request], tuple[int, dict[str, str], bytes] | None]


@dataclass
class StandIn:
    """The Hub: what it has, what it was asked, and what it does before or in place of its answer.

    Attributes:
        moved: new name of every repository that was renamed.
        reactions: called with each request in turn; the first that returns status, headers and body answers it.
        cuts: bytes of a large file after which each of the next downloads of it breaks off.
    """

    address: str
    storage: str
    repositories: dict[str, Repository] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    reactions: list[Reaction] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def publish(self, name: str, files: dict[str, bytes]) -> tuple[Repository, str]:
        """A new repository with one commit; the name of a data set begins with ``datasets/``."""
        repository = self.repositories[name] = Repository()
        return repository, repository.commit(files)

    def fetched(self) -> set[str]:
        """Names of the files whose content was asked for."""
        return {request.path.rpartition("/")[2] for request in self.requests if "/resolve/" in request.path}


def read_files(folder: Path) -> dict[str, bytes]:
    """What to publish: the files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def blob_id(content: bytes) -> str:
    """Name that git gives to a content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def running_hub() -> Iterator[StandIn]:
    """A Hub, and on another port its storage."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (_Hub, _Storage)]
    stand_in = StandIn(*(f"http://127.0.0.1:{server.server_port}" for server in servers))
    threads = []
    for server in servers:
        server.stand_in, server.daemon_threads = stand_in, True
        server.handle_error = lambda request, address: None  # a client may leave before it is answered
        threads.append(threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}))
        threads[-1].start()
    try:
        yield stand_in
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


def point_at(address: str, patch: pytest.MonkeyPatch) -> None:
    """Do to this process what HF_ENDPOINT does to a new one."""
    patch.setattr(constants, "ENDPOINT", address)
    patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")


@contextmanager
def connected_hub(cache: Path) -> Iterator[StandIn]:
    """A Hub that this process takes for the real one, with no token, an empty cache and no waiting."""
    with pytest.MonkeyPatch.context() as patch, running_hub() as stand_in:
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            patch.delenv(name, raising=False)
        patch.setenv("NO_PROXY", "127.0.0.1")
        for name, value in {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": False, "HF_HUB_DISABLE_TELEMETRY": True,
                            "HF_TOKEN_PATH": str(cache / "token")}.items():
            patch.setattr(constants, name, value)
        point_at(stand_in.address, patch)
        patch.setattr("time.sleep", lambda seconds: None)
        close_session()  # the one that is kept may go through a proxy
        yield stand_in
        close_session()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the acknowledgement of its headers
    storage = False

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        stand_in: StandIn = self.server.stand_in
        token = self.headers["Authorization"] and self.headers["Authorization"].removeprefix("Bearer ")
        request = Request(self.command, self.path, token, self.headers["Range"], self.storage)
        stand_in.requests.append(request)
        for reaction in stand_in.reactions:
            if answer := reaction(request):
                self.send(*answer)
                return
        self.answer(stand_in, request)

    def answer(self, stand_in: StandIn, request: Request) -> None:
        raise NotImplementedError

    def send(self, status: int, headers: dict[str, str], body: bytes = b"", cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:cut])
        self.close_connection = cut is not None

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class _Storage(_Handler):
    storage = True

    def answer(self, stand_in: StandIn, request: Request) -> None:
        address = urlsplit(request.path)
        files = (content for repository in stand_in.repositories.values() for files in repository.commits.values()
                 for content in files.values())
        content = next((one for one in files if hashlib.sha256(one).hexdigest() == address.path.strip("/")), None)
        if content is None or address.query != SIGNATURE:
            self.send(403, {})
            return
        start = int(request.range.removeprefix("bytes=").removesuffix("-")) if request.range else 0
        cut = stand_in.cuts.pop(0) if stand_in.cuts and request.method == "GET" else None
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        self.send(206 if start else 200, headers, content[start:], cut)


class _Hub(_Handler):
    def answer(self, stand_in: StandIn, request: Request) -> None:
        address = urlsplit(request.path)
        models = address.path.startswith("/api/models/")
        api = "/api/models" if models else "/api" if address.path.startswith("/api/") else ""
        path = address.path.removeprefix(api)[1:]
        for old, new in stand_in.moved.items():
            if path.startswith(f"{old}/"):
                self.send(307, {"Location": f"{api}/{new}{path.removeprefix(old)}"
                                            + (f"?{address.query}" if address.query else "")})
                return
        name = next((name for name in stand_in.repositories if path.startswith(f"{name}/")), "")
        repository = stand_in.repositories.get(name)
        if repository is None or repository.private not in (None, request.token):
            self.refuse(401 if request.token is None else 404, "RepoNotFound")
            return
        kind, _, rest = path.removeprefix(f"{name}/").partition("/")
        queries = {key: values[0] for key, values in parse_qs(address.query).items()}
        if kind == "discussions":
            self.send_json(_discussions(repository, queries))
            return
        wanted, _, file = (unquote(rest), "", "") if kind != "resolve" else rest.partition("/")
        commit = repository.references.get(unquote(wanted), unquote(wanted))
        if commit not in repository.commits:
            self.refuse(404, "RevisionNotFound")
        elif kind == "revision":
            self.send_json(_info(name, repository, commit, "blobs" in queries))
        elif kind == "tree":
            self.send_json([_tree_entry(*item) for item in repository.commits[commit].items()])
        elif kind == "resolve" and repository.gated not in (None, request.token):
            self.refuse(401 if request.token is None else 403, "GatedRepo")
        else:
            self.send_file(stand_in, repository.commits[commit].get(file), file, commit)

    def send_file(self, stand_in: StandIn, content: bytes | None, name: str, commit: str) -> None:
        if content is None:
            self.refuse(404, "EntryNotFound")
        elif name.endswith(LARGE):
            digest = hashlib.sha256(content).hexdigest()
            self.send(302, {"Location": f"{stand_in.storage}/{digest}?{SIGNATURE}", "X-Repo-Commit": commit,
                            "X-Linked-ETag": f'"{digest}"', "X-Linked-Size": str(len(content))})
        else:
            self.send(200, {"ETag": f'"{blob_id(content)}"', "X-Repo-Commit": commit}, content)

    def send_json(self, value: object) -> None:
        self.send(200, {"Content-Type": "application/json"}, json.dumps(value).encode())

    def refuse(self, status: int, code: str) -> None:
        self.send(status, {"X-Error-Code": code}, b"")


def _discussions(repository: Repository, queries: dict[str, str]) -> dict:
    """One discussion a page."""
    found = [one for one in repository.discussions if not repository.filters
             or (queries.get("author") in (None, one["author"]["name"])
                 and queries.get("status") in (None, one["status"]))]
    start = int(queries["p"])
    return {"count": len(found), "start": start, "discussions": found[start:start + 1]}


def _info(name: str, repository: Repository, commit: str, blobs: bool) -> dict:
    files = []
    for file, content in repository.commits[commit].items():
        entry = _tree_entry(file, content)
        files.append({"rfilename": file})
        if blobs and repository.metadata:
            files[-1] |= {"size": entry["size"], "blobId": entry["oid"]}
            if "lfs" in entry:
                files[-1]["lfs"] = {"size": entry["size"], "sha256": entry["lfs"]["oid"],
                                    "pointerSize": entry["lfs"]["pointerSize"]}
    name = name.removeprefix("datasets/")
    return {"id": name, "modelId": name, "sha": commit, "private": repository.private is not None,
            "gated": "manual" if repository.gated else False, "tags": [], "siblings": files}


def _tree_entry(name: str, content: bytes) -> dict:
    entry = {"type": "file", "path": name, "size": len(content), "oid": blob_id(content)}
    if not name.endswith(LARGE):
        return entry
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n".encode()
    return entry | {"oid": blob_id(pointer),
                    "lfs": {"oid": digest, "size": len(content), "pointerSize": len(pointer)}}
