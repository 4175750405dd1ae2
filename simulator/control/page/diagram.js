"use strict";
/* The diagram of an order's states, drawn from the order table: a row for each distance from the beginning. */
(function (page) {
  const SVG = "http://www.w3.org/2000/svg", WIDE = 360, STEP = 72, HALF_X = 34, HALF_Y = 22, LETTERS = 7;

  function draw(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function places(arrows) {
    const rank = {};
    let front = [""], depth = 0;
    while (front.length) {
      const next = [];
      arrows.forEach(function (arrow) {
        if (front.indexOf(arrow.before) >= 0 && rank[arrow.after] === undefined) {
          rank[arrow.after] = depth;
          next.push(arrow.after);
        }
      });
      front = next;
      depth += 1;
    }
    const levels = [];
    Object.keys(rank).forEach(function (state) { (levels[rank[state]] = levels[rank[state]] || []).push(state); });
    const found = {};
    levels.forEach(function (states, level) {
      states.sort(function (one, other) { return Number(one) - Number(other); }).forEach(function (state, at) {
        found[state] = { x: WIDE * (at + 0.5) / states.length, y: STEP * (level + 0.5) };
      });
    });
    return { at: found, height: STEP * levels.length };
  }

  function edge(from, to) { // between the borders of two boxes, bent so that there and back lie apart
    const dx = to.x - from.x, dy = to.y - from.y, far = Math.sqrt(dx * dx + dy * dy) || 1;
    const cut = function (way) {
      const x = Math.abs(dx) < 1e-6 ? Infinity : HALF_X / Math.abs(dx), y = Math.abs(dy) < 1e-6 ? Infinity : HALF_Y / Math.abs(dy);
      return Math.min(x, y, 0.45) * way;
    };
    const bend = Math.min(18, far / 6), mid = { x: (from.x + to.x) / 2 - dy / far * bend, y: (from.y + to.y) / 2 + dx / far * bend };
    const start = cut(1), end = cut(1);
    return "M" + [from.x + dx * start, from.y + dy * start].join(" ") + " Q" + [mid.x, mid.y].join(" ") + " "
      + [to.x - dx * end, to.y - dy * end].join(" ");
  }

  function words(name) {
    if (page.language() !== "en") {
      const parts = name.split("\u3001");
      return parts.length > 1 || name.length <= LETTERS ? parts : [name.slice(0, Math.ceil(name.length / 2)), name.slice(Math.ceil(name.length / 2))];
    }
    const found = [""];
    name.split(" ").forEach(function (part) {
      const last = found.length - 1, joined = found[last] ? found[last] + " " + part : part;
      if (joined.length > LETTERS * 2 && found.length < 3) found.push(part);
      else found[last] = joined;
    });
    return found;
  }

  /* `path`: the states that an order went through, oldest first; the last is where it is. */
  page.diagram = function (place, catalogue, path) {
    const arrows = catalogue.transitions, where = places(arrows), now = path[path.length - 1], walked = {};
    path.forEach(function (state, at) { if (at) walked[path[at - 1] + ">" + state] = true; });
    const picture = draw("svg", { viewBox: "0 0 " + WIDE + " " + where.height, role: "img", "class": "diagram" });
    picture.appendChild(draw("title", {}, page.say("diagram.title", page.state(now))));
    const defs = draw("defs", {});
    ["tip", "tip-walked"].forEach(function (id) {
      const marker = draw("marker", { id: id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" });
      marker.appendChild(draw("path", { d: "M0 0L8 4L0 8z", "class": id }));
      defs.appendChild(marker);
    });
    picture.appendChild(defs);
    arrows.slice().sort(function (one, other) { return (walked[one.before + ">" + one.after] || 0) - (walked[other.before + ">" + other.after] || 0); })
      .forEach(function (arrow) {
        const from = where.at[arrow.before], to = where.at[arrow.after], gone = walked[arrow.before + ">" + arrow.after];
        if (!from || !to || from === to) return;
        const line = draw("path", { d: edge(from, to), "class": gone ? "arrow walked" : "arrow", "marker-end": gone ? "url(#tip-walked)" : "url(#tip)" });
        line.appendChild(draw("title", {}, arrow.before + " → " + arrow.after + ": " + arrow.events.join(", ")));
        picture.appendChild(line);
      });
    Object.keys(where.at).forEach(function (state) {
      const at = where.at[state], kind = state === now ? "now" : path.indexOf(state) >= 0 ? "been" : "";
      const node = draw("g", { "class": "state " + kind, "data-state": state });
      node.appendChild(draw("title", {}, state + " " + page.state(state)));
      node.appendChild(draw("rect", { x: at.x - HALF_X, y: at.y - HALF_Y, width: 2 * HALF_X, height: 2 * HALF_Y, rx: 5 }));
      const lines = words(page.state(state));
      const top = at.y + 3 - lines.length * 5;
      node.appendChild(draw("text", { x: at.x, y: top, "class": "number" }, state));
      lines.forEach(function (one, row) {
        node.appendChild(draw("text", { x: at.x, y: top + 10 + row * 10 }, one));
      });
      picture.appendChild(node);
    });
    page.fill(place, picture);
  };
})(Liantiao);
