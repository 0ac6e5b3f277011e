"""The plugin of Datasette: our pages beside its own, our words in SQL, in its templates and in its formats."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from jinja2 import Environment

from archive import (
    AmbiguousReportError,
    Archive,
    ArchiveError,
    BusyError,
    QueryError,
    UnknownReportError,
    match_expression,
)
from archive.file.connection import limit_asking
from gongkai.register import Register
from gongkai.web.exchange import (
    HTML,
    Answer,
    Ask,
    BadRequestError,
    NotFoundError,
    Page,
    Redirect,
    make_link,
    make_path,
)
from gongkai.web.guarding import OWN_POLICY
from gongkai.web.readers import Readers
from gongkai.web.routes import ROUTES, Handler
from gongkai.web.shown import CHINA, register_filters
from gongkai.web.spreadsheets import XLSX, rows_to_xlsx
from gongkai.web.words import Language, choose_language, say

LANGUAGE_COOKIE = "gongkai_language"
_A_YEAR = 365 * 24 * 3600
_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (UnknownReportError, 404),
    (AmbiguousReportError, 404),
    (BadRequestError, 400),
    (QueryError, 400),
    (BusyError, 503),
    (ArchiveError, 500),
)
"""What an error of a page means to a browser; the first that fits."""


class ArchivePlugin:
    """Hooks of one served archive. Datasette's plugins are the whole process's: `owner` says whose calls are ours."""

    __name__ = "gongkai"

    def __init__(self, readers: Readers, register: Register) -> None:
        self._readers = readers
        self._register = register
        self.owner: Datasette | None = None

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self, datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
        """Return our addresses; Datasette asks ours before its own."""
        if datasette is not self.owner:
            return []
        return [(pattern, self._make_view(handler)) for pattern, handler in ROUTES]

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: Any, datasette: Datasette) -> None:  # noqa: ANN401 - a connection, of which this room knows nothing
        """Bound what SQL can do, and let it ask in our language: `WHERE search_words MATCH gongkai_match('公开')`."""
        if datasette is self.owner:
            limit_asking(conn)
            conn.create_function("gongkai_match", 1, _match, deterministic=True)

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Give the templates our filters."""
        register_filters(env)

    @hookimpl  # type: ignore[untyped-decorator]
    def register_output_renderer(self, datasette: Datasette) -> dict[str, object]:
        """Let every table and query of Datasette's be had as a workbook, too."""
        return {"extension": "xlsx", "render": _render_xlsx}

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_template_vars(self, request: Request | None, datasette: Datasette) -> Mapping[str, object]:
        """Give Datasette's own pages the words of our header."""
        if datasette is not self.owner or request is None:
            return {}
        return _make_frame(_make_ask(request))

    @hookimpl  # type: ignore[untyped-decorator]
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Callable[[], Awaitable[Response]] | None:
        """Say of an address that is not there what our pages say; programs that ask for JSON get Datasette's."""
        if datasette is not self.owner or not isinstance(exception, NotFound) or request.path.endswith(".json"):
            return None
        ask = _make_ask(request)
        page = Page("trouble.html", {"text": unquote(request.path), "title": say(ask.language, "trouble_404")}, 404)
        return partial(_to_response, page, request, datasette)

    def _make_view(self, handler: Handler) -> Callable[..., Awaitable[Response]]:
        async def view(request: Request, datasette: Datasette) -> Response:
            ask = replace(_make_ask(request), register=self._register)
            answer = await self._answer(handler, ask)
            response = await _to_response(answer, request, datasette)
            if request.args.get("lang") == ask.language:
                response.set_cookie(LANGUAGE_COOKIE, ask.language, max_age=_A_YEAR, samesite="lax", httponly=True)
            return response

        return view

    async def _answer(self, handler: Handler, ask: Ask) -> Answer:
        try:
            return await self._readers.read(partial(_call, handler, ask))
        except (NotFoundError, BadRequestError, ArchiveError) as problem:
            status = next(status for kind, status in _STATUSES if isinstance(problem, kind))
            return Page("trouble.html", {"text": str(problem), "title": say(ask.language, f"trouble_{status}")}, status)


def _match(word: object) -> str | None:
    """Return what MATCH wants to hear for a word of any type; nothing for nothing."""
    return None if word is None else match_expression(str(word))


def _render_xlsx(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Response:
    return Response(
        rows_to_xlsx(columns, [tuple(row) for row in rows]),
        headers={"Content-Disposition": "attachment; filename=table.xlsx"},
        content_type=XLSX,
    )


def _call(handler: Handler, ask: Ask, archive: Archive) -> Answer:
    return handler(archive, ask)


def _make_ask(request: Request) -> Ask:
    given = request.args  # Datasette reads the whole address again at each look at it
    arguments = {name: given.getlist(name)[-1] for name in given}
    language = choose_language(
        arguments.pop("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")
    )
    parts = {name: unquote(value) for name, value in request.url_vars.items() if value is not None}
    today = datetime.now(CHINA).date()
    return Ask(request.path, parts, arguments, language, f"{request.scheme}://{request.host}", today)


async def _to_response(answer: Answer, request: Request, datasette: Datasette) -> Response:
    if isinstance(answer, Redirect):
        return Response.redirect(answer.path)
    if isinstance(answer, Page):
        context = {**_make_frame(_make_ask(request)), **answer.context}
        html = await datasette.render_template(answer.template, context, request=request)
        return Response(html, status=answer.status, headers={"Content-Security-Policy": OWN_POLICY}, content_type=HTML)
    given = {name: value for name, value in answer.headers if name.lower() != "content-type"}
    headers = {"Content-Security-Policy": OWN_POLICY, **given}
    if _is_known(request, headers.get("ETag")):
        return Response("", status=304, headers=headers, content_type=answer.content_type)
    if answer.filename:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{make_path(answer.filename)[1:]}"
    return Response(answer.body, status=answer.status, headers=headers, content_type=answer.content_type)


def _is_known(request: Request, tag: str | None) -> bool:
    """Whether the browser has said that it holds the answer with this tag; one is the same weak or strong."""
    said = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag is not None and (tag in said or "*" in said)


def _make_frame(ask: Ask) -> dict[str, object]:
    """Return what every template has: the request, its words, and how links are made."""
    other: Language = "en" if ask.language == "zh" else "zh"
    return {
        "ask": ask,
        "language": ask.language,
        "t": partial(say, ask.language),
        "make_path": make_path,
        "make_link": make_link,
        "other_language": other,
        "other_link": make_link(ask.path, {**ask.arguments, "lang": other}),
    }
