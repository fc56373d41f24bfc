// Draws the density with WebGL2, in two passes: counts added up per cell in a texture of floats,
// then every pixel toned by the count of its cell.

import { cellsAcross, counted } from "./cells.js";
import { QUANTA } from "./data.js";
import { COLOURED, PLAIN, RAMP } from "./tone.js";

const KINDS = { none: 0, number: 1, words: 2 };

// Not every browser counts these as slow.
const IMITATED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function rendererOf(gl) {
  const known = String(gl.getParameter(gl.RENDERER));
  // Chromium hides the name behind an extension; others warn of its use.
  const detail = known.startsWith("WebKit") && gl.getExtension("WEBGL_debug_renderer_info");
  return detail ? String(gl.getParameter(detail.UNMASKED_RENDERER_WEBGL)) : known;
}

const COUNT_VERTEX = `#version 300 es
in vec2 position;
in float code;
uniform float perCell;
uniform vec2 first;
uniform vec2 size;
uniform int kind;
out vec4 share;
void main() {
  vec2 cell = floor(position / perCell) - first;
  gl_Position = vec4((cell + 0.5) / size * 2.0 - 1.0, 0.0, 1.0);
  gl_PointSize = 1.0;
  share = vec4(1.0, 0.0, 0.0, 0.0);
  if (kind == 1) share = code > 254.5 ? vec4(0.0, 0.0, 1.0, 0.0) : vec4(1.0, code / 254.0, 0.0, 0.0);
  if (kind == 2) share = vec4(code < 0.5, code > 0.5 && code < 1.5, code > 1.5 && code < 2.5, code > 2.5);
}`;
const COUNT_FRAGMENT = `#version 300 es
precision highp float;
in vec4 share;
out vec4 sum;
void main() { sum = share; }`;
const TONE_VERTEX = `#version 300 es
in vec2 corner;
void main() { gl_Position = vec4(corner, 0.0, 1.0); }`;
const TONE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D cells;
uniform vec4 place;
uniform ivec2 size;
uniform int kind;
uniform float peak;
uniform vec3 paper;
uniform vec3 ink;
uniform vec3 quiet;
uniform vec2 range;
uniform vec3 palette[4];
uniform vec3 ramp[${RAMP}];
out vec4 colour;
void main() {
  ivec2 cell = ivec2(floor((gl_FragCoord.xy - place.xy) / place.zw * vec2(size)));
  if (cell.x < 0 || cell.y < 0 || cell.x >= size.x || cell.y >= size.y) discard;
  vec4 n = texelFetch(cells, cell, 0);
  vec3 hue = ink;
  float count = n.r;
  if (kind == 1) {
    count = n.r + n.b;
    float at = clamp(n.r > 0.0 ? n.g / n.r : 0.0, 0.0, 1.0) * ${(RAMP - 1).toFixed(1)};
    int low = min(${RAMP - 2}, int(at));
    hue = n.r > 0.0 ? mix(ramp[low], ramp[low + 1], at - float(low)) : quiet;
  }
  if (kind == 2) {
    count = n.r + n.g + n.b + n.a;
    float most = max(max(n.r, n.g), max(n.b, n.a));
    hue = n.r == most ? palette[0] : n.g == most ? palette[1] : n.b == most ? palette[2] : palette[3];
  }
  if (count <= 0.0) discard;
  float tone = min(1.0, log(1.0 + count) / log(1.0 + peak));
  colour = vec4(mix(paper, hue, mix(range.x, range.y, tone)), 1.0);
}`;

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const places = new Map();
  const at = (name) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name));
    return places.get(name);
  };
  return { made, at };
}

export class WebglPainter {
  kind = "webgl";
  #held = { source: null, codes: null };

  /**
   * A painter on this canvas; null where the browser has no WebGL2 that adds up floats. One that
   * the processor imitates is slower than the canvas painter, so it counts as none unless `forced`.
   */
  static on(canvas, forced) {
    const wanted = { antialias: false, depth: false, failIfMajorPerformanceCaveat: !forced };
    const gl = canvas.getContext("webgl2", wanted);
    if (gl && !forced && IMITATED.test(rendererOf(gl))) return null;
    // Whole counts need full floats; half floats stop counting at 2048, which a logarithm forgives.
    if (!gl || !gl.getExtension("EXT_color_buffer_float")) return null;
    const format = gl.getExtension("EXT_float_blend") ? gl.RGBA32F : gl.RGBA16F;
    try {
      return new WebglPainter(canvas, gl, format);
    } catch {
      return null;
    }
  }

  constructor(canvas, gl, format) {
    Object.assign(this, { canvas, gl, format });
    this.counter = program(gl, COUNT_VERTEX, COUNT_FRAGMENT);
    this.toner = program(gl, TONE_VERTEX, TONE_FRAGMENT);
    this.positions = gl.createBuffer();
    this.codes = gl.createBuffer();
    this.texture = gl.createTexture();
    this.target = gl.createFramebuffer();
    this.points = gl.createVertexArray();
    this.screen = this.#screen();
  }

  get lost() {
    return this.gl.isContextLost();
  }

  #screen() {
    const { gl } = this;
    const made = gl.createVertexArray();
    gl.bindVertexArray(made);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(this.toner.made, "corner");
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    return made;
  }

  paint(scene) {
    if (scene.source.kind === "points") this.#count(scene);
    else this.#upload(scene);
    this.#tone(scene);
  }

  // The points' positions and codes, sent to the card once.
  #send(source, column) {
    const { gl } = this;
    gl.bindVertexArray(this.points);
    if (this.#held.source !== source) {
      const places = new Uint16Array(2 * source.x.length);
      for (let i = 0; i < source.x.length; i += 1) {
        places[2 * i] = source.x[i];
        places[2 * i + 1] = source.y[i];
      }
      this.#attribute("position", this.positions, places, 2, gl.UNSIGNED_SHORT);
    }
    const codes = column.codes;
    const place = gl.getAttribLocation(this.counter.made, "code");
    if (!codes) gl.disableVertexAttribArray(place);
    else if (this.#held.codes !== codes) this.#attribute("code", this.codes, codes, 1, gl.UNSIGNED_BYTE);
    this.#held = { source, codes };
  }

  #attribute(name, buffer, values, size, type) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.counter.made, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, false, 0, 0);
  }

  #allot({ width, height }, values, format) {
    const { gl } = this;
    const type = format === gl.RGBA16F && !values ? gl.HALF_FLOAT : gl.FLOAT;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, gl.RGBA, type, values);
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  }

  #count({ source, window, column }) {
    const { gl, counter } = this;
    this.#allot(window, null, this.format);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
    gl.viewport(0, 0, window.width, window.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(counter.made);
    this.#send(source, column);
    gl.uniform1f(counter.at("perCell"), QUANTA / cellsAcross(window.level));
    gl.uniform2f(counter.at("first"), window.x0, window.y0);
    gl.uniform2f(counter.at("size"), window.width, window.height);
    gl.uniform1i(counter.at("kind"), KINDS[column.kind]);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.drawArrays(gl.POINTS, 0, source.x.length);
    gl.disable(gl.BLEND);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  #upload({ source, window, column }) {
    this.#allot(window, counted(source, window, column), this.gl.RGBA32F);
  }

  #tone({ window, place, column, peak, look }) {
    const { gl, toner, canvas } = this;
    const one = (colours) => new Float32Array(colours.flat().map((value) => value / 255));
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(toner.made);
    gl.bindVertexArray(this.screen);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    // The screen's rows count from below.
    gl.uniform4f(toner.at("place"), place.left, canvas.height - place.top - place.height, place.width, place.height);
    gl.uniform2i(toner.at("size"), window.width, window.height);
    gl.uniform1i(toner.at("kind"), KINDS[column.kind]);
    gl.uniform1f(toner.at("peak"), peak);
    for (const name of ["paper", "ink", "quiet"]) gl.uniform3fv(toner.at(name), one(look[name]));
    gl.uniform2fv(toner.at("range"), column.kind === "none" ? PLAIN : COLOURED);
    gl.uniform3fv(toner.at("palette"), one(look.palette.slice(0, 4)));
    gl.uniform3fv(toner.at("ramp"), one(look.ramp));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  remove() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
