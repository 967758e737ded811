"""Notes in a translation which English it translates: ``python -m stages.wording.reviewed IDENTIFIER...``.

A comment above each message of a translation has a digest of its English. Once the English has another one, a test
fails until the translation was read again and this command was run.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from fluent.syntax import ast, serialize

from stages.wording.catalogue import CATALOGUES, ENGLISH, SUFFIX, languages, read_catalogue

_NOTE = re.compile(r"^English ([0-9a-f]{8})$")


def messages_of(path: Path) -> dict[str, ast.Message]:
    """The messages of a catalogue by their identifiers.

    Raises:
        ValueError: the catalogue has an entry that is malformed, or one identifier twice.
    """
    found: dict[str, ast.Message] = {}
    for entry in read_catalogue(path).body:
        if isinstance(entry, ast.Message):
            if entry.id.name in found:
                raise ValueError(f"{path.name}: {entry.id.name} is there twice")
            found[entry.id.name] = entry
    return found


def digest(entry: ast.Message) -> str:
    """Eight hexadecimal digits for the text of a message, whatever its comment."""
    resource = ast.Resource([ast.Message(entry.id, entry.value, entry.attributes)])
    return hashlib.sha256(serialize(resource).encode()).hexdigest()[:8]


def noted(entry: ast.Message) -> str:
    """The digest of the English that a translation was made of; "" without one."""
    found = _NOTE.match((entry.comment and entry.comment.content) or "")
    return found[1] if found else ""


def outdated(language: str) -> list[str]:
    """The messages of a translation whose English is not the one that it was made of."""
    english = messages_of(CATALOGUES / f"{ENGLISH}{SUFFIX}")
    return [name for name, entry in messages_of(CATALOGUES / f"{language}{SUFFIX}").items()
            if name in english and noted(entry) != digest(english[name])]


def note(language: str, identifiers: Collection[str]) -> None:
    """Write the digests of the present English above these messages of a translation."""
    path = CATALOGUES / f"{language}{SUFFIX}"
    english, lines = messages_of(CATALOGUES / f"{ENGLISH}{SUFFIX}"), []
    for line in path.read_text("utf-8").splitlines():
        name = line.split(" ")[0]
        if name in identifiers and name in english and re.match(r"[\w-]+ =", line):
            if lines and _NOTE.match(lines[-1].removeprefix("# ")):
                lines.pop()
            lines.append(f"# English {digest(english[name])}")
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; without identifiers it lists what is outdated and ends with 1 if anything is."""
    parser = argparse.ArgumentParser(description="Note that translations were read against the present English.",
                                     epilog="example: python -m stages.wording.reviewed verdict-helps")
    parser.add_argument("identifiers", nargs="*", help="messages whose translation is right; none lists the outdated")
    options = parser.parse_args(arguments)
    translations = [language for language in languages() if language != ENGLISH]
    for language in translations:
        note(language, options.identifiers)
    left = {language: outdated(language) for language in translations}
    if options.identifiers:
        return 0
    for language, names in left.items():
        for name in names:
            print(f"{language}{SUFFIX}: {name}: read it against {ENGLISH}{SUFFIX}, then run "
                  f"`python -m stages.wording.reviewed {name}`")
    return int(any(left.values()))


if __name__ == "__main__":
    sys.exit(main())
