"""What the pages of a rendered site hold."""

from html.parser import HTMLParser
from pathlib import Path


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


class Markup(HTMLParser):
    """What an HTML page really holds, by a parser of another make than our own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text.append(data)
