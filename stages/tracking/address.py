"""The store of runs: ``MLFLOW_TRACKING_URI``, by default ``mlflow.db`` of the repository; and whether it can be used.

MLflow retries a server that does not answer for minutes, in silence, and only after everything is trained. This module
asks once, within seconds, and without MLflow, so that the pipeline can check before it begins.
"""

import configparser
import errno
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from stages.common.errors import UserError
from stages.common.repository import repository_root
from stages.tracking.database import ARTIFACTS, check_database

VARIABLE = "MLFLOW_TRACKING_URI"
_DATABASES = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}  # that MLflow can use, and their usual ports
_SCHEMES = {"http", "https", "databricks", *_DATABASES}
_CONNECT, _ANSWER = 4.0, 20.0  # seconds; a server that has just started opens its database at the first question
_HERE = f"without {VARIABLE} runs go to mlflow.db here"


@dataclass(frozen=True)
class Address:
    """A store of runs.

    Attributes:
        uri: the address for MLflow's client.
        shown: the address in messages, without password.
        database: the SQLite file, if it is one.
        own: whether it is the repository's own, which nobody else writes to.
    """

    uri: str
    shown: str
    database: Path | None = None
    own: bool = False

    @property
    def artifacts(self) -> str | None:
        """Address of the folder of artifacts; None if a server has its own."""
        return (self.database.parent / ARTIFACTS).as_uri() if self.database else None


def find_address(folder: Path) -> Address:
    """The store of the repository that ``folder`` is in, also from a temporary copy of an experiment.

    Raises:
        UserError: ``MLFLOW_TRACKING_URI`` is not the address of a server or database.
    """
    root = repository_root(folder)
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return Address(sqlite_uri(root / "mlflow.db"), str(root / "mlflow.db"), root / "mlflow.db", own=True)
    start, colon, rest = given.partition(":")
    scheme = start.partition("+")[0].lower() if colon and re.fullmatch(r"[\w.+-]+", start) else ""
    if scheme == "sqlite":
        if not rest.startswith("///") and rest.strip("/"):
            raise _refused(given, "no three slashes before the file", f"write sqlite:///{rest.lstrip('/')}")
        path = unquote(rest.removeprefix("///").partition("?")[0])
        if path in ("", "/", "//", ":memory:"):
            raise _refused(given, "a database in memory, which ends with the process",
                           f"name a file, as sqlite:///runs.db; {_HERE}")
        return Address(sqlite_uri(root / path), str(root / path), root / path)
    if given in _SCHEMES:  # Databricks, by the user's own profile
        return Address(given, given)
    if scheme in ("", "file") or len(scheme) == 1:  # a letter is a drive of Windows
        if os.environ.get("MLFLOW_ALLOW_FILE_STORE", "").lower() in ("true", "1"):
            folder = root / unquote(urlsplit(given).path if scheme == "file" else given)
            return Address(folder.as_uri(), str(folder))
        raise _refused(given, "a folder; MLflow no longer keeps runs in files",
                       "take its runs over with `mlflow migrate-filestore`, then name the database (sqlite:///FILE); "
                       f"{_HERE}")
    if scheme not in _SCHEMES and not entry_points(group="mlflow.tracking_store", name=scheme):
        raise _refused(given, "neither of them", f"correct it, as http://HOST:PORT; {_HERE}")
    return Address(given, _without_password(given))


def check_address(address: Address) -> None:
    """Refuse a store that cannot be used; a server is asked once, for 20 seconds at most.

    Raises:
        UserError: a server does not answer, or not as MLflow does; a database cannot be used.
    """
    scheme = address.uri.partition(":")[0].partition("+")[0].lower()
    if address.database:
        check_database(address.database)
    elif scheme in ("http", "https"):
        _check_server(address)
    elif scheme in _DATABASES:
        _check_port(address, _DATABASES[scheme])


def sqlite_uri(path: Path) -> str:
    """Address of an SQLite file for SQLAlchemy, in which ``%`` and ``?`` are special characters.

    Escaping them as %25 and %3F is right for SQLAlchemy, but MLflow creates the folder of the address as it is spelled.
    A path relative to the working directory, which no stage changes, usually has none of them.

    Raises:
        UserError: the relative path has them, too.
    """
    text = str(path)
    if re.search(r"%[0-9a-fA-F]{2}|\?", text):
        text = os.path.relpath(path)
        if re.search(r"%[0-9a-fA-F]{2}|\?", text):
            raise UserError(f"{path}: expected a path without '%' and '?', found one, which databases cannot be "
                            "addressed by; rename the folder or the file")
    return f"sqlite:///{text}"


def _refused(given: str, found: str, remedy: str) -> UserError:
    return UserError(f"{VARIABLE}: expected the address of a server (http://...) or of a database (sqlite:///...), "
                     f"found {_without_password(given)!r}: {found}; {remedy}")


def _without_password(uri: str) -> str:
    return re.sub(r"(?<=//)[^/@]*@", "", uri)


def _check_server(address: Address) -> None:
    try:
        answer = requests.post(
            f"{address.uri.rstrip('/')}/api/2.0/mlflow/experiments/search", json={"max_results": 1},
            timeout=(_CONNECT, _ANSWER), **_credentials(os.environ))
        found = _answered(answer)
    except (requests.RequestException, ValueError, OSError) as error:
        found = _unanswered(error)
    if found:
        raise UserError(f"{VARIABLE}: expected an MLflow server at {address.shown}, found {found[0]}; {found[1]}; "
                        f"{_HERE}")


def _credentials(environment: Mapping[str, str]) -> dict[str, object]:
    """Credentials from the variables and the file that MLflow's client reads, as arguments of ``requests``."""
    file = configparser.ConfigParser(interpolation=None)
    try:
        file.read(Path("~/.mlflow/credentials").expanduser(), "utf-8")
    except (configparser.Error, UnicodeDecodeError):  # MLflow says itself what is wrong with it
        file.clear()
    kept = dict(file["mlflow"]) if "mlflow" in file else {}
    name, password, token, certificate, authority = (
        environment.get(f"MLFLOW_TRACKING_{key.upper()}") or kept.get(f"mlflow_tracking_{key}")
        for key in ("username", "password", "token", "client_cert_path", "server_cert_path"))
    insecure = environment.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1")
    if insecure:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    found: dict[str, object] = {"verify": False if insecure else authority or True, "cert": certificate}
    if name and password:
        found["auth"] = (name, password)
    elif token:
        found["headers"] = {"Authorization": f"Bearer {token}"}
    return found


def _answered(answer: requests.Response) -> tuple[str, str] | None:
    """What answered instead of an MLflow server, and the remedy; None if it is one.

    Only MLflow's client can sign in by a plugin, so a refusal is no error then.
    """
    if answer.status_code in (401, 403):
        by_plugin = any(os.environ.get(f"MLFLOW_TRACKING_{name}") for name in ("AUTH", "AWS_SIGV4"))
        return None if by_plugin else (
            f"that it refuses the user ({answer.status_code})",
            "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to those of a user "
            "with the permission to write")
    if answer.status_code >= 500:
        return f"an error of its own ({answer.status_code})", "look into the server's log, or try again later"
    try:
        is_mlflow = answer.ok and isinstance(answer.json(), dict)
    except ValueError:
        is_mlflow = False
    kind = answer.headers.get("Content-Type", "").partition(";")[0] or "no content"
    return None if is_mlflow else (f"another program ({answer.status_code}, {kind})",
                                   "correct the address, or the path behind the port")


def _unanswered(error: Exception) -> tuple[str, str]:
    """Why a request got no answer, and the remedy."""
    reason = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        return ("a connection that cannot be verified by TLS",
                "write http:// if the server has no TLS, or name its certificate in MLFLOW_TRACKING_SERVER_CERT_PATH")
    if isinstance(error, requests.exceptions.ProxyError):
        return "a proxy that does not reach it", "correct HTTP_PROXY and HTTPS_PROXY, or add the host to NO_PROXY"
    if isinstance(error, requests.Timeout):
        return "no answer in time", "start the server, or correct the address"
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema) or not isinstance(
            error, requests.RequestException | OSError):
        return "an address that cannot be read", "write it as http://HOST:PORT"
    if "NameResolution" in reason or "getaddrinfo" in reason:
        return "no host of that name", "correct the address, or connect to the network that knows it"
    if "refused" in reason:
        return "nothing that listens there", "start the server, or correct host and port"
    if "aborted" in reason or "BadStatusLine" in reason:
        return "a program that does not answer by HTTP", "write https:// if the server has TLS, or correct the port"
    return "no connection", "start the server, or correct the address"


def _check_port(address: Address, usual: int) -> None:
    """Refuse a database server that does not listen; permissions show when it is used."""
    try:
        parts = urlsplit(address.uri)
        host, port = parts.hostname, parts.port or usual
    except ValueError:
        raise UserError(f"{VARIABLE}: expected DIALECT://USER:PASSWORD@HOST:PORT/NAME, found {address.shown}, which "
                        "cannot be read; spell signs of the password as %XX") from None
    if not host:  # by a socket in the file system
        return
    try:
        socket.create_connection((host, port), _CONNECT).close()
    except OSError as error:
        found = ("no host of that name" if isinstance(error, socket.gaierror)
                 else "nothing that listens there" if error.errno == errno.ECONNREFUSED
                 else "no answer in time" if isinstance(error, TimeoutError) else "no connection")
        raise UserError(f"{VARIABLE}: expected a database server at {address.shown}, found {found}; start it, or "
                        f"correct the address; {_HERE}") from None
