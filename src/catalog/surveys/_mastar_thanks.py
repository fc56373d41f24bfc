"""Whom to thank for MaStar, its visits and its cluster means."""

CITATION = (
    "Yan et al. 2019, SDSS-IV MaStar: A Large and Comprehensive Empirical Stellar Spectral "
    "Library, ApJ 883, 175 (arXiv:1812.02745); Abdurro'uf et al. 2022, ApJS 259, 35"
)
ACKNOWLEDGEMENT = (
    "The spectra are those of MaStar, the MaNGA Stellar Library (Yan et al. 2019), a part of "
    "SDSS-IV. Funding for the Sloan Digital Sky Survey IV has been provided by the Alfred P. "
    "Sloan Foundation, the U.S. Department of Energy Office of Science and the participating "
    "institutions. SDSS-IV is managed by the Astrophysical Research Consortium for the "
    "participating institutions of the SDSS Collaboration. The text that publications must "
    "carry: https://www.sdss.org/collaboration/citing-sdss/"
)
