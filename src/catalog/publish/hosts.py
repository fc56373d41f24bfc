"""What static hosts allow: the largest file, the largest site, the number of files."""

from dataclasses import dataclass

MB, GB = 10**6, 10**9


@dataclass(frozen=True)
class Host:
    """A host's limits; None where it has none.

    Attributes
    ----------
    file_bytes, site_bytes
        Largest file, and all files of the site together, in bytes.
    n_files
        Number of files of the site.
    source
        Where the host says so.
    """

    name: str
    title: str
    file_bytes: int | None
    site_bytes: int | None
    n_files: int | None
    source: str

    def holds(self, n_bytes: int, n_files: int) -> bool:
        """Tell whether a site of this size fits."""
        return (self.site_bytes is None or n_bytes <= self.site_bytes) and (
            self.n_files is None or n_files <= self.n_files
        )

    @property
    def limits(self) -> str:
        """Give the limits of a site in words."""
        said = []
        if self.site_bytes is not None:
            said.append(f"{self.site_bytes / MB:,.0f} MB")
        if self.n_files is not None:
            said.append(f"{self.n_files:,} files")
        return " and ".join(said) or "no limit"


HOSTS: dict[str, Host] = {
    host.name: host
    for host in (
        # GB and MB are read as powers of ten, the smaller of the two readings.
        Host(
            "github-pages", "GitHub Pages", 100 * MB, GB, None,
            "docs.github.com, GitHub Pages limits; About large files on GitHub",
        ),
        Host(
            "cloudflare-pages", "Cloudflare Pages", 25 * 2**20, None, 20_000,
            "developers.cloudflare.com/pages/platform/limits",
        ),
        Host("any", "any host", None, None, None, ""),
    )
}  # fmt: skip
