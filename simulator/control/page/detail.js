"use strict";
/* One exchange in full: cause, facts, decoded content of both sides, what changed, the bytes. */
(function (page) {
  const SHOWN = 20; // places of one fact; the record has the rest

  page.places = function (fact) {
    const found = fact && fact.d && Array.isArray(fact.d.errors) ? fact.d.errors.slice(0, SHOWN) : [];
    return found.length ? page.make("ul", {}, found.map(function (place) {
      return page.make("li", {}, [page.make("code", {}, place.path || "/"), " ", place.message || place.rule || ""]);
    })) : null;
  };

  /* One fact: its name, what it says, where (each place with what is wrong there). */
  page.fact = function (fact) {
    const d = fact.d || {}, rest = {};
    Object.keys(d).forEach(function (name) { if (name !== "errors") rest[name] = d[name]; });
    return [page.make("code", {}, fact.n), " ", page.places(fact) ? "" : fact.note || "", Object.keys(rest).length ? page.make("span", { class: "hint" }, " " + JSON.stringify(rest)) : null,
      page.places(fact)];
  };

  function facts(record, bad) {
    const all = (record && record.facts) || [];
    const good = all.filter(function (fact) { return fact.ok; });
    if (!all.length) return null;
    return page.make("div", { class: "facts-of" }, [
      page.make("ul", {}, bad.map(function (fact) { return page.make("li", { class: page.isNote(fact) ? "note" : "bad" }, page.fact(fact)); })),
      page.make("details", {}, [
        page.make("summary", {}, page.say("facts.good", good.length)),
        page.make("ul", { class: "good" }, good.map(function (fact) { return page.make("li", {}, page.fact(fact)); })),
      ]),
    ]);
  }

  function content(record) {
    const view = record.view || {}, shown = [];
    if (record.keep) shown.push(["content.kept", record.keep]);
    if (view.data !== null && view.data !== undefined) shown.push(["content.data", view.data]);
    if (view.outer) shown.push(["content.outer", view.outer]);
    if (!shown.length) return page.make("p", { class: "hint" }, page.say("content.none"));
    return page.make("div", {}, shown.map(function (one, at) {
      return page.make("details", { open: at === 0 }, [
        page.make("summary", {}, page.say(one[0])),
        page.make("pre", {}, page.pretty(one[1])),
      ]);
    }));
  }

  function side(record, title, bad) {
    if (!record) return null;
    const http = record.http || {}, status = http.status ? " " + http.status : "";
    const where = [page.clock(record.t.wire), http.method + " " + http.target + status, page.say("bytes", record.size), record.peer || ""];
    return page.make("section", { class: "side" }, [
      page.make("h4", {}, title + " #" + record.seq),
      page.make("p", { class: "hint" }, where.filter(Boolean).join(" · ")),
      facts(record, bad),
      content(record),
      page.make("p", { class: "line" }, [
        page.make("button", { type: "button", class: "plain raw", click: function (event) { raw(record, event.target); } }, page.say("raw")),
        page.make("button", { type: "button", class: "plain why", click: function (event) { why(record, event.target); } }, page.say("why")),
      ]),
    ]);
  }

  async function bytes(record, button) {
    return page.deed(button, async function () {
      const told = await page.call("GET", "/control/runs/" + encodeURIComponent(record.run) + "/raw/" + record.seq);
      const raw = atob(told.raw), all = new Uint8Array(raw.length);
      for (let at = 0; at < raw.length; at += 1) all[at] = raw.charCodeAt(at);
      return new TextDecoder("utf-8").decode(all);
    });
  }

  async function raw(record, button) {
    const text = await bytes(record, button);
    if (text === null) return;
    const place = button.parentNode.parentNode, old = place.querySelector(".bytes");
    if (old) place.removeChild(old);
    else place.appendChild(page.make("div", { class: "bytes" }, [page.copier(text, page.say("raw")), page.make("pre", {}, text)]));
  }

  async function why(record, button) {
    const text = await bytes(record, button);
    if (text !== null) page.explainThis(text, record.interface);
  }

  function notes(row) {
    if (!row.notes.length) return null;
    return page.make("section", { class: "side" }, [
      page.make("h4", {}, page.say("changed")),
      page.make("ul", {}, row.notes.map(function (note) { return page.make("li", {}, page.happened(note)); })),
    ]);
  }

  page.detail = function (place, row) {
    const stamp = [row.key, Boolean(row.response), row.notes.length].join(" ");
    if (place.getAttribute("data-of") === stamp) return; // what is open in it stays open
    place.setAttribute("data-of", stamp);
    const record = row.request || row.first, cause = page.cause(row);
    const ours = page.notice(row);
    page.fill(place, [
      page.make("p", { class: "line" }, [
        page.make("h3", {}, row.kind === "exchange" ? record.interface + " " + page.interfaceName(record.interface) : page.say("kind." + row.kind)),
        page.make("button", { type: "button", class: "plain close", click: function () { page.choose(null); } }, page.say("close")),
      ]),
      page.make("p", { class: "hint" }, [page.say("in.run", row.run), row.person ? " · " + row.person : "", record.flow ? " · " + record.flow : ""]),
      cause ? page.make("p", { class: "cause v-" + page.verdict(row) }, cause) : null,
      row.kind === "exchange" ? null : page.make("pre", {}, page.pretty(row.first.d)),
      side(row.request, page.say(ours ? "notice.request" : "request"), page.bad(row)),
      side(row.response, page.say(ours ? "notice.response" : "response"), []),
      notes(row),
    ]);
  };
})(Liantiao);
