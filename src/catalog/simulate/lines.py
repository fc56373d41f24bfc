"""Line lists: where absorption and emission lie, in vacuum, and how strong they are to begin with.

Sources: atomic wavelengths from the NIST Atomic Spectra Database and the solar equivalent widths of
Moore, Minnaert & Houtgast (1966), rounded; molecular heads from Pearse & Gaydon, *The
Identification of Molecular Spectra*; nebular lines from Osterbrock & Ferland (2006); quasar lines
from Vanden Berk et al. (2001), table 2; night-sky lines from Osterbrock et al. (1996). Lists that
are air wavelengths in their source are written in air here and converted once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from catalog.spectra import Float

LIGHT_KM_S = 299_792.458


def vacuum(air: Float | float) -> Float:
    """Vacuum wavelength of an air wavelength, both in Å, good to 1e-4 Å above 2000 Å.

    Notes
    -----
    Morton (1991), eq. 2, solved by two fixed-point steps.
    """
    wave = np.asarray(air, dtype=float)
    result = wave
    for _ in range(2):
        s = (1e4 / result) ** 2
        result = wave * (1 + 6.4328e-5 + 2.94981e-2 / (146 - s) + 2.5540e-4 / (41 - s))
    return result


@dataclass(frozen=True)
class Species:
    """What an absorber's strength depends on.

    `ionisation` and `excitation` are in eV; `stage` 0 is neutral, 1 singly ionised; `group` says
    which abundance scales it: iron, alpha, carbon or sodium.
    """

    ionisation: float
    stage: int
    excitation: float
    group: str


SPECIES: dict[str, Species] = {
    "ca_i": Species(6.11, 0, 1.9, "alpha"),
    "ca_ii": Species(6.11, 1, 0.2, "alpha"),
    "na_i": Species(5.14, 0, 0.1, "sodium"),
    "mg_i": Species(7.65, 0, 2.7, "alpha"),
    "fe_i": Species(7.90, 0, 1.3, "iron"),
    "fe_i_high": Species(7.90, 0, 3.5, "iron"),
    "iron_peak_i": Species(6.8, 0, 0.8, "iron"),
    "ion": Species(7.0, 1, 2.0, "iron"),
    "s_process": Species(5.5, 1, 0.2, "iron"),
}

# Air wavelength in Å and equivalent width in Å in the Sun; `d` marks a line with damping wings.
_ATOMIC_AIR: dict[str, str] = {
    "ca_ii": "3933.66:20d 3968.47:14d 8498.02:1.2d 8542.09:3.5d 8662.14:2.7d",
    "ca_i": """4226.73:1.5d 4283.0:.15 4289.4:.15 4302.5:.2 4318.65:.18 4425.4:.2 4434.96:.25
        4454.78:.3 5261.7:.1 5265.56:.15 5349.5:.1 5512.98:.09 5581.97:.1 5588.75:.15 5594.5:.12
        5601.3:.11 5857.45:.13 6102.72:.14 6122.22:.22 6162.17:.28 6439.07:.17 6449.8:.1
        6462.57:.2 6493.78:.13 6717.69:.12 7148.15:.15""",
    "na_i": """5889.95:.75d 5895.92:.56d 8183.26:.25 8194.82:.33 5682.6:.1 5688.2:.13 7664.9:.2
        7698.97:.16""",
    "mg_i": """2852.13:5d 2795.53:8d 2802.70:7d 3829.36:1.2d 3832.3:1.7d 3838.29:2.2d 4571.1:.1
        4702.99:.33 5167.32:.65d 5172.68:1.0d 5183.60:1.3d 5528.41:.3 5711.09:.11 8806.76:.45""",
    "fe_i": """3719.93:1.7 3734.87:2.5 3737.13:1.1 3745.56:1.2 3748.26:.9 3749.49:1.9 3758.23:1.6
        3763.79:.8 3767.19:.8 3815.84:1.3 3820.43:1.7 3825.88:1.5 3827.82:.9 3834.22:.6 3840.4:.5
        3849.97:.6 3856.37:.65 3859.91:1.6 3872.5:.4 3878.3:.9 3886.28:.92 3895.66:.4 3899.71:.44
        3902.95:.5 3906.48:.3 3920.26:.34 3922.91:.41 3927.92:.36 3930.3:.4 4005.24:.42
        4045.81:1.2 4063.59:.79 4071.74:.72 4132.06:.4 4143.87:.47 4202.03:.33 4250.79:.4
        4271.76:.76 4282.4:.3 4307.9:.72 4325.76:.79 4337.05:.2 4352.7:.25 4383.54:1.0 4404.75:.9
        4415.12:.42 4427.3:.2 4461.65:.3 4466.5:.25 4482.2:.25 4494.6:.2 4528.6:.28 5012.1:.14
        5041.1:.2 5051.6:.12 5079.2:.2 5083.3:.12 5107.5:.2 5110.4:.14 5123.7:.12 5151.0:.2
        5171.6:.2 5194.9:.15 5216.3:.13 5250.2:.15 5269.54:.48 5270.4:.3 5307.4:.09 5328.04:.4
        5332.9:.1 5341.0:.25 5371.5:.3 5397.1:.25 5405.8:.28 5429.7:.3 5434.5:.2 5446.9:.3
        5455.6:.3 5497.5:.13 5501.5:.12 5506.8:.13 6136.6:.15 6137.7:.14 6191.6:.15 6213.4:.09
        6219.3:.1 6230.7:.17 6252.6:.13 6265.1:.09 6335.3:.1 6393.6:.14 6421.4:.12 6430.8:.12
        6494.98:.17 6546.2:.11 6592.9:.12 6663.4:.09 6678.0:.13 8327.1:.14 8387.8:.2 8468.4:.16
        8514.1:.14 8674.8:.13 8688.6:.27 8824.2:.24""",
    "fe_i_high": """4235.94:.39 4250.12:.34 4260.47:.6 4271.15:.3 4299.2:.3 4592.6:.15 4602.9:.15
        4668.1:.15 4707.3:.13 4736.8:.14 4859.7:.2 4871.3:.25 4872.1:.22 4878.2:.15 4890.8:.22
        4891.5:.3 4903.3:.15 4919.0:.25 4920.5:.45 4938.8:.15 4957.5:.65 4982.5:.15 5001.9:.15
        5006.1:.17 5049.8:.16 5068.8:.12 5139.3:.3 5162.3:.15 5191.5:.2 5192.3:.22 5202.3:.15
        5226.9:.25 5232.9:.35 5263.3:.13 5266.6:.25 5281.8:.16 5283.6:.2 5302.3:.15 5324.2:.33
        5339.9:.2 5364.9:.13 5367.5:.16 5369.96:.18 5383.4:.2 5393.2:.16 5404.1:.3 5410.9:.14
        5415.2:.2 5424.1:.23 5569.6:.16 5572.8:.21 5586.8:.23 5615.6:.28 5624.5:.15 5658.8:.2
        5662.5:.1 5709.4:.12 5763.0:.12 5930.0:.1 6003.0:.09 6024.0:.12 6065.5:.12 6246.3:.13
        6301.5:.13 6318.0:.12 6336.8:.11 6400.0:.2 6411.6:.14 6750.2:.08 8621.6:.1""",
    "iron_peak_i": """4030.75:.33 4033.07:.25 4034.5:.2 4254.35:.4 4274.8:.3 4289.7:.25 4531.15:.2
        4533.2:.12 4783.0:.15 4823.5:.15 4981.7:.13 4991.0:.13 4999.5:.11 5007.2:.13 5035.9:.1
        5064.6:.09 5080.5:.11 5173.7:.07 5192.9:.08 5204.5:.2 5206.0:.22 5208.4:.25 5210.4:.09
        5409.8:.15 5476.9:.2 6643.6:.1 6767.8:.09""",
    "ion": """3759.3:.33 3761.3:.3 4233.2:.12 4395.0:.14 4443.8:.13 4468.5:.13 4501.3:.12
        4508.3:.09 4522.6:.09 4534.0:.12 4549.6:.2 4571.97:.12 4583.8:.12 4923.9:.17 5018.4:.22
        5169.0:.2 5197.6:.08 5234.6:.09 5275.9:.1 5316.6:.18 5362.9:.09""",
    "s_process": "4077.71:.43 4215.5:.25 4554.0:.17 4934.1:.15 6141.7:.12 6496.9:.1",
}


class AtomicLine(NamedTuple):
    """A stellar absorption line: vacuum wavelength and solar equivalent width in Å."""

    wave: float
    width: float
    damped: bool


def _parse(text: str) -> tuple[AtomicLine, ...]:
    pairs = (word.split(":") for word in text.split())
    return tuple(
        AtomicLine(float(vacuum(float(wave))), float(width.rstrip("d")), width.endswith("d"))
        for wave, width in pairs
    )


ATOMIC: dict[str, tuple[AtomicLine, ...]] = {name: _parse(t) for name, t in _ATOMIC_AIR.items()}

# Neutral helium, air: wavelength and strength relative to 4471 Å.
HELIUM_I: tuple[tuple[float, float], ...] = tuple(
    (float(vacuum(wave)), strength)
    for wave, strength in (
        (3819.6, 0.5), (3888.6, 0.6), (4026.2, 0.9), (4120.8, 0.3), (4143.8, 0.4), (4387.9, 0.5),
        (4471.5, 1.0), (4713.1, 0.35), (4921.9, 0.6), (5015.7, 0.5), (5875.6, 0.8), (6678.2, 0.6),
        (7065.2, 0.4),
    )
)  # fmt: skip
HELIUM_II: tuple[tuple[float, float], ...] = tuple(
    (float(vacuum(wave)), strength)
    for wave, strength in ((4199.8, 0.5), (4541.6, 0.7), (4685.7, 1.0), (5411.5, 0.8))
)


class Band(NamedTuple):
    """A molecular band: head in Å (vacuum), opacity at the head, e-folding width in Å.

    `side` +1 shades to the red of the head, -1 to the blue, 0 is symmetric about it.
    """

    head: float
    strength: float
    width: float
    side: int


def _bands(*rows: tuple[float, float, float, int]) -> tuple[Band, ...]:
    return tuple(Band(float(vacuum(head)), s, width, side) for head, s, width, side in rows)


BANDS: dict[str, tuple[Band, ...]] = {
    "ch": _bands((4314.2, 0.45, 14, -1), (4303.0, 0.30, 12, 0), (3889.0, 0.25, 15, -1)),
    "cn": _bands(
        (3590.4, 0.7, 35, -1), (3883.4, 0.7, 35, -1), (4216.0, 0.28, 30, -1), (4197.2, 0.12, 20, -1)
    ),
    "cn_red": _bands(
        (6925.0, 0.55, 90, 1), (7088.0, 0.5, 100, 1), (7259.0, 0.35, 80, 1), (7876.0, 0.8, 110, 1),
        (8067.0, 0.6, 110, 1), (8270.0, 0.4, 90, 1), (9141.0, 1.0, 130, 1), (9393.0, 0.8, 130, 1),
    ),
    "c2": _bands(
        (4382.5, 0.5, 60, -1), (4737.1, 1.3, 90, -1), (5165.2, 1.8, 110, -1),
        (5635.5, 1.1, 110, -1), (6191.2, 0.35, 110, -1),
    ),
    "mgh": _bands((5211.0, 0.22, 75, -1), (4844.0, 0.1, 60, -1), (5567.0, 0.08, 50, -1)),
    "cah": _bands((6385.0, 0.25, 20, 0), (6831.0, 0.4, 30, 0), (6975.0, 0.35, 22, 0)),
    "tio": _bands(
        (4584.0, 0.25, 40, 1), (4761.0, 0.45, 60, 1), (4954.6, 0.55, 70, 1), (5166.8, 0.6, 70, 1),
        (5448.2, 0.45, 70, 1), (5759.0, 0.3, 60, 1), (5847.6, 0.35, 60, 1), (6158.5, 0.5, 90, 1),
        (6651.3, 0.35, 60, 1), (6681.0, 0.35, 80, 1), (7054.3, 0.40, 50, 1), (7087.6, 0.40, 60, 1),
        (7125.6, 0.40, 110, 1), (7589.0, 0.5, 70, 1), (7666.0, 0.35, 90, 1), (8206.0, 0.2, 60, 1),
        (8432.4, 0.6, 50, 1), (8859.6, 0.6, 90, 1), (9209.0, 0.4, 100, 1),
    ),
    "vo": _bands(
        (7334.0, 0.5, 40, 1), (7393.0, 0.4, 60, 1), (7851.0, 0.5, 70, 1), (7939.0, 0.4, 60, 1)
    ),
}  # fmt: skip

BALMER_LIMIT = 3647.0
RYDBERG_H = 109_677.58  # cm⁻¹


def balmer(n: int) -> float:
    """Vacuum wavelength, Å, of the Balmer line from level n; measured values up to Hδ."""
    measured = {3: 6564.60, 4: 4862.71, 5: 4341.69, 6: 4102.89}
    return measured.get(n) or 1e8 / (RYDBERG_H * (0.25 - 1 / n**2))


def paschen(n: int) -> float:
    """Vacuum wavelength, Å, of the Paschen line from level n."""
    return 1e8 / (RYDBERG_H * (1 / 9 - 1 / n**2))


# Case B, 10⁴ K, 10² cm⁻³, relative to Hβ (Osterbrock & Ferland 2006, table 4.4).
BALMER_CASE_B: dict[int, float] = {
    3: 2.86, 4: 1.0, 5: 0.468, 6: 0.259, 7: 0.159, 8: 0.105, 9: 0.0731, 10: 0.053, 11: 0.0398,
    12: 0.0306, 13: 0.024, 14: 0.0193, 15: 0.0157,
}  # fmt: skip
PASCHEN_CASE_B: dict[int, float] = {8: 0.0366, 9: 0.0254, 10: 0.0184, 11: 0.0137, 12: 0.0106}

# Forbidden and helium lines of ionised gas, vacuum Å.
NEBULAR: dict[str, float] = {
    "ne_v_3346": 3346.79, "ne_v_3427": 3426.85, "o_ii_3727": 3727.10, "o_ii_3730": 3729.86,
    "ne_iii_3870": 3869.86, "ne_iii_3969": 3968.59, "he_i_3890": 3889.75, "s_ii_4070": 4069.75,
    "o_iii_4364": 4364.44, "he_i_4473": 4472.73, "he_ii_4687": 4687.02, "ar_iv_4741": 4741.49,
    "o_iii_4960": 4960.30, "o_iii_5008": 5008.24, "n_i_5201": 5200.53, "n_ii_5756": 5756.19,
    "he_i_5877": 5877.25, "fe_vii_6087": 6087.98, "o_i_6302": 6302.05, "s_iii_6314": 6313.81,
    "o_i_6366": 6365.54, "n_ii_6550": 6549.86, "n_ii_6585": 6585.27, "he_i_6680": 6679.99,
    "s_ii_6718": 6718.29, "s_ii_6733": 6732.67, "he_i_7067": 7067.14, "ar_iii_7138": 7137.77,
    "o_ii_7322": 7321.94, "o_ii_7332": 7332.21, "ar_iii_7753": 7753.24, "s_iii_9071": 9071.1,
    "s_iii_9533": 9533.2,
}  # fmt: skip

# Quasar emission lines, vacuum Å: rest equivalent width and FWHM relative to Hβ's.
QUASAR: tuple[tuple[str, float, float, float], ...] = (
    ("ly_beta_o_vi", 1033.0, 9.8, 1.3), ("ly_alpha", 1215.67, 75.0, 1.1),
    ("n_v", 1240.8, 18.0, 1.3),
    ("si_ii_1263", 1262.6, 1.5, 1.0), ("o_i_1305", 1305.4, 2.0, 0.9),
    ("c_ii_1335", 1335.3, 1.0, 0.9),
    ("si_iv_o_iv", 1399.4, 9.0, 1.3), ("c_iv", 1549.06, 30.0, 1.15),
    ("he_ii_1640", 1640.4, 5.0, 2.0),
    ("o_iii_1664", 1663.5, 1.5, 1.0), ("al_iii", 1857.4, 2.0, 1.1), ("si_iii", 1892.0, 2.0, 0.8),
    ("c_iii", 1908.7, 20.0, 1.4), ("c_ii_2326", 2326.4, 2.0, 1.0), ("ne_iv_2424", 2423.8, 1.5, 0.8),
    ("mg_ii", 2798.8, 32.0, 0.95), ("ne_v_3427", 3426.8, 1.0, 0.5), ("h_epsilon", 3971.2, 3.0, 1.0),
    ("h_delta", 4102.9, 7.0, 1.0), ("h_gamma", 4341.7, 14.0, 1.0), ("he_ii_4687", 4687.0, 5.0, 1.4),
    ("h_beta", 4862.7, 50.0, 1.0), ("he_i_5877", 5877.2, 6.0, 1.0),
    ("h_alpha", 6564.6, 220.0, 0.95),
    ("he_i_7067", 7067.1, 4.0, 0.9), ("o_i_8446", 8448.6, 8.0, 0.8),
)  # fmt: skip

# Fe II multiplets of active nuclei, vacuum Å: relative strength of each.
IRON_II_NUCLEAR: tuple[tuple[float, float], ...] = (
    (2250, 0.5), (2343, 1.0), (2382, 1.4), (2420, 1.0), (2500, 1.5), (2562, 1.0), (2600, 1.4),
    (2630, 1.1), (2740, 0.9), (2880, 0.5), (2950, 0.5), (3155, 0.35), (3300, 0.35), (4180, 0.30),
    (4234.6, 0.35), (4304, 0.3), (4353, 0.3), (4417, 0.35), (4490.8, 0.45), (4516.6, 0.5),
    (4524, 0.5), (4550.7, 0.6), (4584.5, 0.65), (4630.6, 0.5), (4667.5, 0.3), (4925.3, 0.35),
    (5019.8, 0.4), (5170.5, 0.45), (5199, 0.35), (5236.1, 0.4), (5277.5, 0.5), (5318.1, 0.55),
    (5364.4, 0.3), (5536, 0.2), (6149, 0.1), (6248, 0.1), (6458, 0.1),
)  # fmt: skip

# Night-sky lines, air Å: height over the sky continuum at DESI's resolution, dark time.
_SKY_ATOMIC_AIR: tuple[tuple[float, float], ...] = (
    (4046.6, 0.6), (4358.3, 1.2), (5197.9, 0.3), (5460.7, 1.5), (5577.34, 90.0), (5889.95, 6.0),
    (5895.92, 3.5), (6300.30, 25.0), (6363.78, 8.0),
)  # fmt: skip
# P and Q branches of the OH Meinel bands: band origin, height of its brightest line.
_OH_BANDS_AIR: tuple[tuple[float, float], ...] = (
    (5886.0, 0.6), (6169.0, 0.8), (6257.9, 0.8), (6496.0, 2.0), (6829.5, 4.0), (6923.0, 3.5),
    (7244.9, 10.0), (7275.0, 14.0), (7714.6, 14.0), (7750.6, 22.0), (7794.0, 20.0), (7821.5, 16.0),
    (7913.7, 20.0), (7964.6, 18.0), (8025.7, 8.0), (8344.6, 26.0), (8399.2, 40.0), (8430.2, 34.0),
    (8465.4, 26.0), (8504.0, 12.0), (8761.4, 66.0), (8778.3, 108.0), (8827.1, 150.0),
    (8885.8, 168.0),
    (8919.6, 138.0), (8958.1, 102.0), (9001.0, 54.0), (9306.0, 72.0), (9337.9, 120.0),
    (9375.9, 165.0),
    (9419.7, 162.0), (9439.7, 120.0), (9476.9, 78.0), (9520.0, 42.0), (9700.0, 42.0),
    (9740.0, 48.0),
    (9791.0, 66.0),
)  # fmt: skip
SKY_LINES: tuple[tuple[float, float], ...] = tuple(
    (float(vacuum(wave)), height) for wave, height in _SKY_ATOMIC_AIR + _OH_BANDS_AIR
) + tuple(  # each OH line is a Λ-doublet with a weaker neighbour of the same branch
    (float(vacuum(wave + offset)), 0.4 * height)
    for wave, height in _OH_BANDS_AIR
    for offset in (-9.3, 11.7)
)
