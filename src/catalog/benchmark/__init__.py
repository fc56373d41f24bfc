"""Injection-recovery: how well each score finds anomalies that were planted on purpose.

A benchmark round is a release in which about one spectrum in a hundred has been replaced by a
planted anomaly (`planting`), in the observed frame and before any preprocessing. It goes through
the release's own stages with the release's frozen model. The scores of planted and of clean
spectra are then compared (`evaluate`), and p-values of clean spectra are held to what a p-value
promises (`calibration`).

`curves` says what each threshold finds and what it wrongly lets in, `metrics` sums that up in one
number, and `uncertainty` draws the resamples that give each number its interval.
"""
