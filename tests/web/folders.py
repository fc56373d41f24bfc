"""Folders' listings in the styles of the servers that astronomers meet."""

from html import escape
from urllib.parse import quote

_DAY = "2023-06-12 14:06"


def page(folder: str, entries: dict[str, str], style: str) -> bytes:
    """Write the listing of a folder; empty where it has no entries.

    Parameters
    ----------
    folder : str
        Its path, with a final slash unless it is the root.
    entries : dict of str to str
        Names, those of folders with a final slash, and sizes in bytes as text.
    style : {"nginx", "apache", "apache pre", "fancyindex"}
    """
    if not entries:
        return b""
    rows = "".join(_STYLES[style](name, size) for name, size in sorted(entries.items()))
    head, foot = _FRAMES[style]
    return (head.replace("FOLDER", escape(folder)) + rows + foot).encode()


def rounded(size: str, space: str = "", unit: str = "") -> str:
    """Sizes as Apache and fancyindex show them: three digits and a letter."""
    if not size.isdigit():
        return size or "-"
    number = float(size)
    for letter in ("", "K", "M", "G", "T"):
        if number < 1024:
            end = letter + unit if letter else unit
            text = f"{number:.1f}" if letter and number < 10 else f"{number:.0f}"
            return text + (space + end if end else "")
        number /= 1024
    return size


def _shortened(name: str) -> str:
    """Both servers cut long names, in what is shown and not in the address."""
    return escape(name if len(name) <= 25 else name[:22] + "..>")


def _nginx(name: str, size: str) -> str:
    return f'<a href="{quote(name)}">{_shortened(name)}</a>   12-Jun-2023 14:06   {size or "-"}\r\n'


def _apache(name: str, size: str) -> str:
    kind = "folder" if name.endswith("/") else "unknown"
    return (
        f'<tr><td valign="top"><img src="/icons/{kind}.gif" alt="[   ]"></td>'
        f'<td><a href="{quote(name)}">{_shortened(name)}</a></td>'
        f'<td align="right">{_DAY}  </td><td align="right">{rounded(size)} </td>'
        "<td>&nbsp;</td></tr>\n"
    )


def _apache_pre(name: str, size: str) -> str:
    icon = '<img src="/icons/unknown.gif" alt="[   ]">'
    return f'{icon} <a href="{quote(name)}">{_shortened(name)}</a> {_DAY}  {rounded(size)}  \n'


def _fancyindex(name: str, size: str) -> str:
    shown = rounded(size, " ", "iB") if size else "-"
    if size.isdigit() and int(size) < 1024:
        shown = f"{size} B"
    return (
        f'<tr><td class="link"><a href="{quote(name)}" title="{escape(name)}">{escape(name)}</a>'
        f'</td><td class="size">{shown}</td><td class="date">2023-Jun-12 14:06</td></tr>\n'
    )


_STYLES = {
    "nginx": _nginx,
    "apache": _apache,
    "apache pre": _apache_pre,
    "fancyindex": _fancyindex,
}
_SORTING = (
    '<a href="?C=N;O=D">Name</a> <a href="?C=M;O=A">Last modified</a> <a href="?C=S;O=A">Size</a>'
)
_NGINX_HEAD = (
    "<html>\r\n<head><title>Index of /FOLDER</title></head>\r\n<body>\r\n"
    '<h1>Index of /FOLDER</h1><hr><pre><a href="../">../</a>\r\n'
)
_APACHE_HEAD = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html><head>'
    "<title>Index of /FOLDER</title></head><body><h1>Index of /FOLDER</h1><table>"
    f'<tr><th>{_SORTING}</th></tr><tr><td></td><td><a href="/public/">Parent Directory</a>'
    '</td><td>&nbsp;</td><td align="right">  - </td></tr>\n'
)
_APACHE_FOOT = '</table><address><a href="mailto:help@example.org">help</a></address></body></html>'
_PRE_HEAD = (
    f"<html><head><title>Index of /FOLDER</title></head><body><pre>{_SORTING}<hr>"
    '<a href="/">Parent Directory</a>   -   \n'
)
_FANCY_HEAD = (
    "<!DOCTYPE html><html><head><title>Index of /FOLDER</title>"
    '<link rel="stylesheet" href="/theme.css"></head><body><nav><a href="https://www.sdss.org/">'
    'SDSS</a></nav><table id="list"><tbody><tr><td class="link"><a href="../">Parent directory/'
    '</a></td><td class="size">-</td><td class="date">-</td></tr>\n'
)
_FRAMES = {
    "nginx": (_NGINX_HEAD, "</pre><hr></body>\r\n</html>\r\n"),
    "apache": (_APACHE_HEAD, _APACHE_FOOT),
    "apache pre": (_PRE_HEAD, "<hr></pre></body></html>\n"),
    "fancyindex": (_FANCY_HEAD, '</tbody></table><a href="/sas/">SAS</a></body></html>\n'),
}
