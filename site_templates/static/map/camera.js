// Which part of the plane is on the screen. The plane is 1 wide; x runs to the right, y upwards.

export const MOST = 96;

export class Camera {
  constructor(height) {
    this.plane = height;
    this.resize(1, height);
    this.whole();
  }

  resize(width, height) {
    Object.assign(this, { width, height });
  }

  whole() {
    Object.assign(this, { x: 0.5, y: this.plane / 2, zoom: 1 });
  }

  get isWhole() {
    return this.zoom === 1;
  }

  /** Pixels per unit of the plane. */
  get scale() {
    return this.width * this.zoom;
  }

  get edges() {
    const [across, up] = [this.width / this.scale / 2, this.height / this.scale / 2];
    return { left: this.x - across, right: this.x + across, low: this.y - up, high: this.y + up };
  }

  set(x, y, zoom) {
    this.zoom = Math.max(1, Math.min(MOST, zoom));
    // No further than the edges of the plane.
    const room = 0.5 / this.zoom;
    this.x = Math.max(room, Math.min(1 - room, x));
    this.y = Math.max(room * this.plane, Math.min(this.plane - room * this.plane, y));
  }

  pan(dx, dy) {
    this.set(this.x - dx / this.scale, this.y + dy / this.scale, this.zoom);
  }

  /** Magnify around a place on the screen, which stays where it is. */
  magnify(factor, [px, py] = [this.width / 2, this.height / 2]) {
    const [x, y] = this.toPlane(px, py);
    const zoom = Math.max(1, Math.min(MOST, this.zoom * factor));
    const scale = this.width * zoom;
    this.set(x - (px - this.width / 2) / scale, y + (py - this.height / 2) / scale, zoom);
  }

  toScreen(x, y) {
    const { left, high } = this.edges;
    return [(x - left) * this.scale, (high - y) * this.scale];
  }

  toPlane(px, py) {
    const { left, high } = this.edges;
    return [left + px / this.scale, high - py / this.scale];
  }

  sees(x, y) {
    const { left, right, low, high } = this.edges;
    return x >= left && x <= right && y >= low && y <= high;
  }
}

/** From values on the axes to the plane and back. */
export const toPlane = ({ x0, x1, y0, y1, height }, x, y) =>
  [(x - x0) / (x1 - x0), ((y - y0) / (y1 - y0)) * height];
export const fromPlane = ({ x0, x1, y0, y1, height }, x, y) =>
  [x0 + x * (x1 - x0), y0 + (y / height) * (y1 - y0)];
