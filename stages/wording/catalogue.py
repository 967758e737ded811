"""Messages in words: one catalogue per language beside this module, ``<language>.ftl``, in Project Fluent's syntax.

Fluent (``fluent.runtime``, Apache 2.0, pure Python; it brings ``babel``, which knows the signs of numbers, plural forms
and lists of each language) and not gettext: gettext's key is the English sentence, so an edited word loses its
translation, and its values are text by the time they reach the sentence. Here values arrive typed, each language
chooses its own forms, and functions such as ``PARTICLE`` belong to one language without the code knowing.

Another language is one more file.
"""

from functools import cache
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle
from fluent.syntax import parse
from fluent.syntax.ast import Junk, Resource

from stages.common.visible import visible
from stages.wording.functions import Texts, functions
from stages.wording.message import Message, Value, Wording

CATALOGUES = Path(__file__).parent
SUFFIX = ".ftl"
ENGLISH = "en"  # every other language translates its catalogue


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, English first."""
    found = sorted(path.stem for path in CATALOGUES.glob(f"*{SUFFIX}"))
    return (ENGLISH, *(language for language in found if language != ENGLISH))


def render(text: Wording, language: str = ENGLISH) -> str:
    """The words of a message in a language; a ``str`` is data and stays as it is.

    Raises:
        LookupError: the catalogue lacks the message, or the message asks for a value that was not given.
        FileNotFoundError: there is no catalogue of the language.
        ValueError: the catalogue has an entry that is malformed.
    """
    if not isinstance(text, Message):
        return text
    return _render(text, _catalogue(CATALOGUES / f"{language}{SUFFIX}"))


def _render(one: Message, catalogue: FluentBundle) -> str:
    if not catalogue.has_message(one.identifier):
        raise LookupError(f"{catalogue.locales[0]}{SUFFIX} has no message {one.identifier}")
    values = {name: _value(value, catalogue) for name, value in one.values.items()}
    words, errors = catalogue.format_pattern(catalogue.get_message(one.identifier).value, values)
    if errors:
        raise LookupError(f"{catalogue.locales[0]}{SUFFIX}, {one.identifier}: {errors[0]!r}; its values are "
                          f"{', '.join(one.values) or 'none'}")
    return str(words)


def _value(value: Value, catalogue: FluentBundle) -> object:
    if isinstance(value, Message):
        return _render(value, catalogue)
    if isinstance(value, tuple | list):
        return Texts(str(_value(one, catalogue)) for one in value)
    return visible(value) if isinstance(value, str) else value


@cache
def _catalogue(path: Path) -> FluentBundle:
    bundle = FluentBundle([path.stem], functions(Locale.parse(path.stem, sep="-")), use_isolating=False)
    bundle.add_resource(read_catalogue(path))
    return bundle


def read_catalogue(path: Path) -> Resource:
    """The entries of a catalogue.

    Raises:
        ValueError: one of them is malformed.
    """
    resource = parse(path.read_text("utf-8"))
    for entry in resource.body:
        if isinstance(entry, Junk):
            raise ValueError(f"{path.name}: not a message: {(entry.content or '').strip().splitlines()[0]}")
    return resource
