"""The fields of a form as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self.inside: MultiDict[str, str] | None = None
        self.area: tuple[str, str] | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        name, value = got.get("name", ""), got.get("value", "")
        if tag == "form":
            self.inside = MultiDict()
            self.forms.append((got.get("action", ""), self.inside))
        if self.inside is None:
            return
        ticked = got.get("type") not in ("checkbox", "radio") or "checked" in got
        if tag == "input" and name and ticked and got.get("type") != "file":
            self.inside.add(name, value)
        if tag == "textarea":
            self.area = (name, "")
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in got:
            self.inside.add(self.select, value)

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area = (self.area[0], self.area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None and self.inside is not None:
            # A browser leaves out the line end after the tag.
            self.inside.add(self.area[0], self.area[1].removeprefix("\n"))
            self.area = None
        if tag == "select":
            self.select = None
        if tag == "form":
            self.inside = None


def form_fields(page: str, field: str, action: str = "") -> MultiDict[str, str]:
    """What a browser would send of the first form of the page that has this field, and whose address ends with `action`."""
    reader = _Reader()
    reader.feed(page)
    return next(fields for address, fields in reader.forms if field in fields and address.endswith(action))
