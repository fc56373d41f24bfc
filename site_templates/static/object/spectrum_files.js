// The object's spectrum as files: CSV and FITS, made in the page from the numbers that the plot
// shows.

import { fitsParts, fitsUnit } from "./fits.js";
import { save } from "../visit/save.js";
import { LongSpectrum, gridOf, isLong } from "../plot/long_spectrum.js";
import { fetchJson } from "../plot/spectrum_data.js";

// In the survey's flux unit, on the grid; ivar 0 where there is no information.
export async function numbersOf(root, address, tell = () => {}) {
  const [{ wave }, object] = await Promise.all([
    fetchJson(`${root}static/spectrum.json`), fetchJson(address),
  ]);
  const { norm } = object;
  if (isLong(object)) return longNumbers(object, gridOf(wave), address, tell);
  const flux = ({ step, values }) => values.map((value) => value * step * norm);
  return {
    object,
    wave_rest: wave,
    flux: flux(object.flux),
    ivar: object.ivar.map((value) => value / norm ** 2),
    reconstruction: flux(object.recon),
    expected: flux(object.expected),
  };
}

// Of a spectrum that comes in parts, all of them.
async function longNumbers(object, wave, address, tell) {
  const { norm } = object;
  const whole = await (await LongSpectrum.of(object, address)).whole(tell);
  const flux = (line) => Array.from(line, (value) => (Number.isNaN(value) ? 0 : value * norm));
  return {
    object,
    wave_rest: Array.from(wave, (value) => Number(value.toFixed(4))),
    flux: flux(whole.flux),
    ivar: Array.from(whole.ivar, (value) => value / norm ** 2),
    reconstruction: flux(whole.recon),
    expected: flux(whole.expected),
  };
}

const short = (value) => Number(value.toPrecision(7)).toString();

export function csvOf(numbers) {
  const unit = numbers.object.flux_unit ? "1e-17_erg_s-1_cm-2_A-1" : "relative";
  const head = `wave_rest_A,flux_${unit},ivar,reconstruction,expected`;
  const rows = numbers.wave_rest.map((wave, i) => [
    wave, ...["flux", "ivar", "reconstruction", "expected"].map((name) => short(numbers[name][i])),
  ].join(","));
  return [head, ...rows, ""].join("\n");
}

export function fitsOf(numbers, page) {
  const { object } = numbers;
  const flux = fitsUnit(object.flux_unit);
  const entries = [
    ["OBJECT", object.name],
    ["TARGETID", object.target_id, "as text"],
    ["SURVEY", object.survey],
    ...(object.ra === null ? [] : [["RA", object.ra, "deg, ICRS"], ["DEC", object.dec, "deg, ICRS"]]),
    ...(object.z === null ? [] : [["REDSHIFT", object.z, "as the survey gives it"]]),
    ["ORIGIN", object.source],
    ["REFERENC", page],
    ["VACUUM", true, "wavelengths are in vacuum, rest frame"],
  ];
  return fitsParts(entries, "SPECTRUM", [
    { name: "wave_rest", unit: "Angstrom", values: numbers.wave_rest, comment: "rest frame, in vacuum" },
    { name: "flux", unit: flux, values: numbers.flux },
    { name: "ivar", unit: fitsUnit(object.flux_unit, -2), values: numbers.ivar, comment: "inverse variance; 0: no data" },
    { name: "reconstruction", unit: flux, values: numbers.reconstruction, comment: "by the model" },
    { name: "expected", unit: flux, values: numbers.expected, comment: "of an ordinary spectrum" },
  ]);
}

export function offerFiles(content) {
  const row = content.querySelector("#spectrum-files");
  if (!row) return;
  const { root, slug, object } = content.querySelector("#figure").dataset;
  const address = new URL(object, location.href).href;
  const page = location.href.replace(/[?#].*/, "");
  row.querySelector(".made").hidden = false;
  const tell = (count, total) => {
    const told = row.querySelector("#parts-told");
    if (told) told.value = count < total ? `${count} of ${total} parts` : "";
  };
  const give = async (kind, type, make) => {
    try {
      save(`${slug}.${kind}`, make(await numbersOf(root, address, tell)), type);
    } catch {
      row.querySelector(".made").textContent = "CSV and FITS cannot be made: the numbers did not load.";
    }
  };
  row.querySelector("[name=csv]").addEventListener("click", () => give("csv", "text/csv", csvOf));
  row.querySelector("[name=fits]").addEventListener("click", () =>
    give("fits", "application/fits", (numbers) => fitsOf(numbers, page)));
}
