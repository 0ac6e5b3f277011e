"""What the pages say, in Chinese and English: `words.toml`, a line a phrase."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def load_words() -> Mapping[str, Mapping[Language, str]]:
    """Return every phrase by its key, in each language; `ValueError` where one lacks a language or a place to fill."""
    text = resources.files("gongkai.web").joinpath("words.toml").read_text(encoding="utf-8")
    words: dict[str, dict[Language, str]] = {}
    for key, (chinese, english) in tomllib.loads(text).items():
        if _places(chinese) != _places(english):
            raise ValueError(f"{key}: the two languages have other places to fill")
        words[key] = {"zh": chinese, "en": english}
    return words


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def say(language: Language, key: str, **values: object) -> str:
    """Return a phrase in a language, its places filled; `KeyError` where there is no such phrase."""
    text = load_words()[key][language]
    return text.format(**values) if values else text


def choose_language(asked: str, remembered: str, accepted: str) -> Language:
    """Return the language of a page: what was asked for, else what was before, else the browser's first of ours.

    >>> choose_language("en", "zh", ""), choose_language("", "", "de, en;q=0.8, zh;q=0.5")
    ('en', 'en')
    """
    first = [part.partition(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    for wanted in (asked, remembered, *first):
        for language in LANGUAGES:
            if wanted == language:
                return language
    return "zh"
