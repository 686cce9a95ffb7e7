
"use strict";
(() => {
  const { groups, root } = JSON.parse(document.getElementById("data").textContent);
  const map = document.getElementById("map");
  const crumbs = document.getElementById("crumbs");
  const tip = document.getElementById("tip");
  const HEADER = 19;
  const SMALLEST = 3;
  let current = root;

  // What an area does not say itself is what the area around it says.
  const waiting = [root];
  while (waiting.length) {
    const area = waiting.pop();
    for (const inner of area.c || []) {
      inner.up = area;
      if (inner.k === undefined) inner.k = area.k;
      if (inner.l === undefined) inner.l = area.l;
      waiting.push(inner);
    }
  }

  function bytes(size) {
    if (size < 1000) return `${size} B`;
    for (const unit of ["kB", "MB", "GB", "TB", "PB"]) {
      size /= 1000;
      if (size < 999.5) return `${size.toFixed(size < 99.95 ? 1 : 0)} ${unit}`;
    }
    return `${size.toFixed(0)} EB`;
  }

  const count = (number) => number.toLocaleString("en").replaceAll(",", "\u00a0");

  const share = (size) => (root.s ? `${((100 * size) / root.s).toFixed(1)} %` : "");

  function name(area) {
    if (!area.up) return area.n;
    if (area.up === root) return `layer ${area.l}: ${area.n}`;
    if (area.up.up === root) return groups[area.k].words;
    return area.r ? `${count(area.r)} smaller ${area.r === 1 ? "file" : "files"}` : area.n;
  }

  function path(area) {
    if (!area.up || area.up === root || area.up.up === root) return name(area);
    const parts = [area.r ? `(${name(area)})` : area.n];
    for (let above = area.up; above.up.up !== root; above = above.up) parts.unshift(above.n);
    return `/${parts.join("")}`;
  }

  // Squarified treemap (Bruls, Huizing, van Wijk): rows along the shorter side.
  function squarified(areas, box) {
    const placed = [];
    const todo = areas.filter((area) => area.s > 0).sort((one, other) => other.s - one.s);
    let { x, y, w, h } = box;
    let left = todo.reduce((sum, area) => sum + area.s, 0);
    for (let at = 0; at < todo.length && w > 0 && h > 0; ) {
      const side = Math.min(w, h);
      const scale = (w * h) / left;
      let end = at;
      let sum = 0;
      let worst = Infinity;
      while (end < todo.length) {
        const more = sum + todo[end].s;
        const depth = (more * scale) / side;
        const ratio = Math.max((todo[at].s * scale) / depth ** 2, depth ** 2 / (todo[end].s * scale));
        if (ratio > worst) break;
        worst = ratio;
        sum = more;
        end += 1;
      }
      const depth = Math.min((sum * scale) / side, w < h ? h : w);
      let along = 0;
      for (; at < end; at += 1) {
        const length = (todo[at].s / sum) * side;
        placed.push([todo[at], w < h
          ? { x: x + along, y, w: length, h: depth }
          : { x, y: y + along, w: depth, h: length }]);
        along += length;
      }
      if (w < h) { y += depth; h -= depth; } else { x += depth; w -= depth; }
      left -= sum;
    }
    return placed;
  }

  function label(tile, text, box) {
    if (box.w < 34 || box.h < 15) return;
    const line = document.createElement("span");
    line.textContent = text;
    tile.append(line);
  }

  function tileOf(area, box, kind) {
    const tile = document.createElement("div");
    const group = area.k === undefined ? "" : groups[area.k].name;
    tile.className = `t ${kind} ${group}`;
    tile.style.left = `${box.x}px`;
    tile.style.top = `${box.y}px`;
    tile.style.width = `${box.w}px`;
    tile.style.height = `${box.h}px`;
    tile.area = area;
    if (area.c) {
      tile.tabIndex = 0;
      tile.setAttribute("role", "button");
      tile.setAttribute("aria-label", `${path(area)}, ${bytes(area.s)}`);
    }
    return tile;
  }

  function draw() {
    const tiles = document.createDocumentFragment();
    const whole = { x: 0, y: 0, w: map.clientWidth, h: map.clientHeight };
    const waiting = squarified(current.c || [current], whole);
    while (waiting.length) {
      const [area, place] = waiting.pop();
      const box = { x: place.x + 1, y: place.y + 1, w: place.w - 2, h: place.h - 2 };
      if (box.w < SMALLEST || box.h < SMALLEST) continue;
      const isLayer = area.up === root;
      const isGroup = !isLayer && area.up && area.up.up === root;
      const isOpen = area !== current && area.c && (isGroup || (box.w > 52 && box.h > 40) || isLayer);
      const kind = isLayer ? "layer" : area.r ? "file rest" : isOpen ? "folder" : "file";
      if (!isGroup || !isOpen) {
        const tile = tileOf(area, box, kind);
        label(tile, isOpen ? `${name(area)}  ${bytes(area.s)}` : name(area), box);
        if (!isOpen && box.h > 34) label(tile, bytes(area.s), box);
        tiles.append(tile);
      }
      if (!isOpen) continue;
      const edge = isGroup ? 0 : 2;
      const top = isGroup ? 0 : box.h > 34 && box.w > 34 ? HEADER : edge;
      const room = isGroup ? place : {
        x: box.x + edge, y: box.y + top, w: box.w - 2 * edge, h: box.h - top - edge,
      };
      // pushed in reverse: what is drawn later lies above
      for (const inner of squarified(area.c, room)) waiting.push(inner);
    }
    map.replaceChildren(tiles);
    drawCrumbs();
  }

  function drawCrumbs() {
    const shown = [];
    for (let area = current; area; area = area.up) shown.unshift(area);
    crumbs.replaceChildren(...shown.flatMap((area, number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${name(area)}  ${bytes(area.s)}`;
      button.addEventListener("click", () => open(area));
      const arrow = document.createElement("span");
      arrow.textContent = "›";
      return number ? [arrow, button] : [button];
    }));
  }

  function open(area) {
    current = area;
    tip.hidden = true;
    draw();
  }

  function areaAt(event) {
    const tile = event.target.closest(".t");
    return tile ? tile.area : null;
  }

  function inside(area) {
    let found = area;
    while (found && !found.c) found = found.up;
    return found && found !== current ? found : null;
  }

  function line(text) {
    const row = document.createElement("div");
    row.textContent = text;
    return row;
  }

  map.addEventListener("pointermove", (event) => {
    const area = areaAt(event);
    tip.hidden = !area;
    if (!area) return;
    const title = document.createElement("b");
    title.textContent = path(area);
    const lines = [title, line(`${bytes(area.s)}, ${share(area.s)} of what is shipped`)];
    if (area.k !== undefined) lines.push(line(`layer ${area.l}, ${groups[area.k].words}`));
    tip.replaceChildren(...lines);
    const { offsetWidth: wide, offsetHeight: high } = tip;
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - wide - 8))}px`;
    const below = event.clientY + 18;
    tip.style.top = `${below + high < innerHeight ? below : event.clientY - high - 12}px`;
  });
  map.addEventListener("pointerleave", () => { tip.hidden = true; });
  map.addEventListener("click", (event) => {
    const area = inside(areaAt(event));
    if (area) open(area);
  });
  map.addEventListener("keydown", (event) => {
    const area = areaAt(event);
    if (area && area.c && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      open(area);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current.up) open(current.up);
  });
  let width = 0;
  new ResizeObserver(() => {
    if (map.clientWidth !== width) { width = map.clientWidth; draw(); }
  }).observe(map);
})();
