"""Spectra -> RestSpectra: quality, rest frame, resampling, infill, unit norm.

In the order of Nicolaou et al. (2025), section 4, with one change: masked pixels are not filled by
interpolation before resampling, since an interpolated pixel would carry weight that no photon gave
it. They are left out of their bin instead, and a bin without enough good pixels is masked.
"""
