/* Draws a town's base map on one canvas below everything else of a Leaflet map. */
function geoDispatchBasemap(map, scene, styles, keepClear) {
  "use strict";
  const style = JSON.parse(JSON.stringify(styles.light));  // entries are kept and repainted, so that what refers to them stays true
  const D = Math.PI / 180;
  const mercX = (lon) => (lon + 180) / 360;
  const mercY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * D) / 2)) / (2 * Math.PI);

  function line(flat) {
    const n = flat.length / 2;
    const x = new Float64Array(n), y = new Float64Array(n);
    let a = 0, b = 0, w = Infinity, e = -Infinity, t = Infinity, s = -Infinity;
    for (let i = 0; i < n; i++) {
      a += flat[2 * i]; b += flat[2 * i + 1];
      x[i] = mercX(scene.origin[0] + a * scene.unit);
      y[i] = mercY(scene.origin[1] + b * scene.unit);
      w = Math.min(w, x[i]); e = Math.max(e, x[i]); t = Math.min(t, y[i]); s = Math.max(s, y[i]);
    }
    return { x, y, w, e, t, s };
  }
  const areas = scene.areas.map((a) => ({ style: style.areas[a[0]], name: a[1], rings: a.slice(2).map(line) }));
  const lines = scene.lines.map((l) => ({ style: style.lines[l[0]], name: l[1], line: line(l[2]) }));
  const roads = scene.roads.map((r) => ({ row: r[0], style: style.roads[r[0]], name: r[1], bridge: r[2], line: line(r[3]) }));
  const borders = scene.boundaries.map(line);
  const labels = scene.labels.map((l) => ({ text: l[0], style: style.labels[l[1]],
    x: mercX(scene.origin[0] + l[2] * scene.unit), y: mercY(scene.origin[1] + l[3] * scene.unit) }));

  const Sheet = L.Renderer.extend({
    initialize: function (pane, drawing) { L.Renderer.prototype.initialize.call(this, { pane: pane, padding: 0.25 }); this._drawing = drawing; },
    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this._ctx = this._container.getContext("2d");
    },
    _destroyContainer: function () { L.DomUtil.remove(this._container); delete this._container; },
    _update: function () {
      if (this._map._animatingZoom && this._bounds) { return; }
      L.Renderer.prototype._update.call(this);
      const box = this._bounds, size = box.getSize(), sharp = 2;
      L.DomUtil.setPosition(this._container, box.min);
      this._container.width = sharp * size.x;
      this._container.height = sharp * size.y;
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this._ctx.setTransform(sharp, 0, 0, sharp, -sharp * box.min.x, -sharp * box.min.y);
      this._drawing(this._ctx, this._map, box);
    },
  });

  /* What one sheet needs to know of the present view. */
  function look(ctx, on, box) {
    const zoom = on.getZoom(), scale = 256 * Math.pow(2, zoom), at = on.getPixelOrigin();
    const v = { zoom, scale,
      w: (box.min.x + at.x) / scale, e: (box.max.x + at.x) / scale, t: (box.min.y + at.y) / scale, s: (box.max.y + at.y) / scale,
      px: (x) => x * scale - at.x, py: (y) => y * scale - at.y };
    v.seen = (l) => l.w <= v.e && l.e >= v.w && l.t <= v.s && l.s >= v.t;
    v.from = (st) => zoom >= (st.from_zoom || 0) - 0.5;
    v.groups = style.roads.map((st, row) => (v.from(st) ? roads.filter((r) => r.row === row && v.seen(r.line)) : []));
    return v;
  }

  function drawGround(ctx, on, box) {
    const { zoom, px, py, seen, from, groups } = look(ctx, on, box);
    ctx.fillStyle = style.land;
    ctx.fillRect(box.min.x, box.min.y, box.max.x - box.min.x, box.max.y - box.min.y);
    ctx.lineJoin = "round"; ctx.lineCap = "round";

    function path(l) {
      ctx.moveTo(px(l.x[0]), py(l.y[0]));
      for (let i = 1; i < l.x.length; i++) { ctx.lineTo(px(l.x[i]), py(l.y[i])); }
    }
    for (const st of style.areas) {
      if (!from(st)) { continue; }
      ctx.fillStyle = st.fill; ctx.strokeStyle = st.stroke || st.fill; ctx.lineWidth = 0.7; ctx.setLineDash([]);
      for (const a of areas) {
        if (a.style !== st || !seen(a.rings[0])) { continue; }
        ctx.beginPath(); a.rings.forEach(path); ctx.fill("evenodd"); if (st.stroke) { ctx.stroke(); }
      }
    }
    const wide = (st, growth) => st.width * Math.pow(st.growth || growth, zoom - 14);
    for (const st of style.lines) {
      if (!from(st)) { continue; }
      ctx.strokeStyle = st.colour; ctx.lineWidth = Math.max(0.6, wide(st, 1.35)); ctx.setLineDash(st.dash || []);
      ctx.beginPath(); for (const l of lines) { if (l.style === st && seen(l.line)) { path(l.line); } } ctx.stroke();
    }
    const stroke = (list, colour, width, dash) => {
      ctx.strokeStyle = colour; ctx.lineWidth = width; ctx.setLineDash(dash || []);
      ctx.beginPath(); list.forEach((r) => path(r.line)); ctx.stroke();
    };
    const roadWidth = (st) => Math.max(0.8, wide(st, 1.4));
    style.roads.forEach((st, row) => {
      const w = roadWidth(st);
      if (groups[row].length && w > 1.6 && !st.dash) { stroke(groups[row], st.casing, w + Math.min(2, 0.5 + w / 4)); }
    });
    style.roads.forEach((st, row) => {
      const w = roadWidth(st);
      if (groups[row].length) { stroke(groups[row], w > 1.6 && !st.dash ? st.fill : st.casing, w, st.dash); }
    });
    style.roads.forEach((st, row) => {  // bridges once more, above what they cross
      const over = groups[row].filter((r) => r.bridge), w = roadWidth(st);
      if (!over.length || zoom < 13) { return; }
      ctx.lineCap = "butt"; stroke(over, style.bridge, w + 3); stroke(over, st.fill, w); ctx.lineCap = "round";
    });
    const b = style.boundary;
    ctx.strokeStyle = b.colour; ctx.lineWidth = b.width; ctx.setLineDash(b.dash);
    ctx.beginPath(); borders.filter(seen).forEach(path); ctx.stroke(); ctx.setLineDash([]);

  }

  /* Names lie above the route on a screen; printers take a clear canvas for white paper, so there they lie below it. */
  function drawLabels(ctx, on, box) {
    const view = look(ctx, on, box), { zoom, scale, px, py, seen, from, groups } = view;
    ctx.lineJoin = "round";
    const taken = [];
    const free = (r) => taken.every((o) => r[0] > o[2] || r[2] < o[0] || r[1] > o[3] || r[3] < o[1]);
    function font(st) {
      ctx.font = (st.italic ? "italic " : "") + (st.bold ? "600 " : "") + st.size + "px " + style.font;
      ctx.fillStyle = st.colour || style.text; ctx.strokeStyle = style.halo; ctx.lineWidth = 3; ctx.textBaseline = "middle";
    }
    function flatLabel(text, st, x, y) {
      font(st); ctx.textAlign = "center";
      const w = ctx.measureText(text).width / 2 + 4, h = st.size * 0.7 + 2, r = [x - w, y - h, x + w, y + h];
      if (!free(r)) { return; }
      taken.push(r); ctx.strokeText(text, x, y); ctx.fillText(text, x, y);
    }
    function bentLabel(text, st, l, lift) {
      const n = l.x.length, along = new Float64Array(n);
      for (let i = 1; i < n; i++) { along[i] = along[i - 1] + Math.hypot(px(l.x[i]) - px(l.x[i - 1]), py(l.y[i]) - py(l.y[i - 1])); }
      font(st);
      const width = ctx.measureText(text).width, total = along[n - 1];
      if (total < width + 8) { return; }
      const point = (d) => {
        let i = 1; while (i < n - 1 && along[i] < d) { i++; }
        const k = along[i] > along[i - 1] ? (d - along[i - 1]) / (along[i] - along[i - 1]) : 0;
        const x0 = px(l.x[i - 1]), y0 = py(l.y[i - 1]), x1 = px(l.x[i]), y1 = py(l.y[i]);
        return [x0 + k * (x1 - x0), y0 + k * (y1 - y0)];
      };
      const copies = Math.max(1, Math.floor(total / 520));
      for (let c = 0; c < copies; c++) {
        const middle = (total * (c + 0.5)) / copies;
        for (const shift of [0, 0.22, -0.22, 0.36, -0.36]) {
          const start = middle + (shift * total) / copies - width / 2;
          if (start < 4 || start + width > total - 4) { continue; }
          if (write(text, point, start, width, st, lift || 0)) { break; }
        }
      }
    }
    function write(text, point, start, width, st, lift) {
      const flip = point(start + width)[0] < point(start)[0], glyphs = [];
      let d = 0, before = null;
      for (const ch of text) {
        const w = ctx.measureText(ch).width, a = start + (flip ? width - d : d), z = start + (flip ? width - d - w : d + w);
        const p = point(a), q = point(z), angle = Math.atan2(q[1] - p[1], q[0] - p[0]);
        if (before !== null) {
          let turn = Math.abs(angle - before); if (turn > Math.PI) { turn = 2 * Math.PI - turn; }
          if (turn > (lift ? 0.25 : 0.42)) { return false; }
        }
        before = angle; d += w; glyphs.push([ch, (p[0] + q[0]) / 2 + lift * Math.sin(angle), (p[1] + q[1]) / 2 - lift * Math.cos(angle), angle]);
      }
      const h = st.size * 0.62, boxes = glyphs.map((g) => [g[1] - h, g[2] - h, g[1] + h, g[2] + h]);
      if (!boxes.every(free)) { return false; }
      boxes.forEach((r) => taken.push(r));
      ctx.textAlign = "center";
      for (const ink of [0, 1]) {
        for (const g of glyphs) {
          ctx.save(); ctx.translate(g[1], g[2]); ctx.rotate(g[3]);
          if (g[0] === " ") {  // so that what lies under the name does not show between its words
            if (!ink && !lift) { ctx.fillStyle = style.halo; ctx.strokeText("n", 0, 0); ctx.fillText("n", 0, 0); ctx.fillStyle = st.colour || style.text; }
          } else if (ink) { ctx.fillText(g[0], 0, 0); } else { ctx.strokeText(g[0], 0, 0); }
          ctx.restore();
        }
      }
      return true;
    }
    const showing = (l) => zoom >= (l.style.from_zoom || 0) && zoom <= (l.style.to_zoom || 30) &&
      l.x >= view.w && l.x <= view.e && l.y >= view.t && l.y <= view.s;
    keepClear.forEach((ll) => {
      const p = on.latLngToLayerPoint(ll); taken.push([p.x - 13, p.y - 13, p.x + 13, p.y + 13]);
    });
    labels.filter((l) => showing(l) && l.style !== style.labels.landmark).forEach((l) => flatLabel(l.text, l.style, px(l.x), py(l.y)));
    for (let row = style.roads.length - 1; row >= 0; row--) {
      const st = style.roads[row];
      if (zoom < st.labels) { continue; }
      groups[row].filter((r) => r.name).sort((p, q) => (q.line.e - q.line.w + q.line.s - q.line.t) - (p.line.e - p.line.w + p.line.s - p.line.t))
        .forEach((r) => bentLabel(r.name, st, r.line));
    }
    if (zoom >= style.labels.water.from_zoom) {
      areas.filter((a) => a.name && seen(a.rings[0]) && (a.rings[0].e - a.rings[0].w) * scale > 60).forEach((a) => {
        const r = a.rings[0];
        flatLabel(a.name, style.labels.water, px((r.w + r.e) / 2), py((r.t + r.s) / 2));
      });
      lines.filter((l) => l.name && l.style.labels && from(l.style) && seen(l.line)).forEach((l) => bentLabel(l.name, style.labels.water, l.line, 9));
    }
    labels.filter((l) => showing(l) && l.style === style.labels.landmark).forEach((l) => flatLabel(l.text, l.style, px(l.x), py(l.y)));
  }
  const printing = () => document.body.classList.contains("printing");
  const ground = new Sheet("tilePane", (...view) => { drawGround(...view); if (printing()) { drawLabels(...view); } }).addTo(map);
  const above = map.createPane("labels");
  above.style.zIndex = 450; above.style.pointerEvents = "none";
  const names = new Sheet("labels", (...view) => { if (!printing()) { drawLabels(...view); } }).addTo(map);

  function repaint(old, fresh) {
    for (const key of Object.keys(fresh)) {
      if (fresh[key] !== null && typeof fresh[key] === "object") { repaint(old[key], fresh[key]); } else { old[key] = fresh[key]; }
    }
  }
  return { names, setTheme(theme) { repaint(style, styles[theme]); [ground, names].forEach((sheet) => { if (map.hasLayer(sheet)) { sheet._update(); } }); } };
}
