"use strict";
/* Messages as they come: requests with their answers and what followed, newest first, filtered and searched. */
(function (page) {
  const KEPT = 400; // rows; older ones leave the page, never the evidence
  const rows = [], known = {};
  const detail = page.make("article", { id: "detail" });
  let chosen = null, waiting = false, missed = 0;

  function put(row) {
    rows.unshift(row);
    known[row.key] = row;
    while (rows.length > KEPT) {
      const old = rows.pop();
      old.keys.forEach(function (key) { delete known[key]; });
    }
    return row;
  }

  function twice(record) { // one turned away, written into two logs
    return record.what === "turned_away" && rows.some(function (row) {
      const d = row.first.d;
      return row.kind === "away" && row.run !== record.run && d.peer === record.d.peer && d.asked === record.d.asked && d.reason === record.d.reason;
    });
  }

  function fresh(record, kind) {
    const key = record.run + "/" + record.seq;
    return put({ key: key, keys: [key], kind: kind, run: record.run, seq: record.seq, at: page.clock(record.t.wire),
      person: record.person || "", first: record, request: null, response: null, notes: [], searched: "" });
  }

  function twin(record) { // the same message, written into another run as well
    return rows.find(function (row) { return row.request && row.request.c === record.c; });
  }

  function message(record) {
    if (record.part === "request") {
      const same = twin(record);
      if (same) {
        same.keys.push(record.run + "/" + record.seq);
        known[record.run + "/" + record.seq] = same;
        return;
      }
      fresh(record, "exchange").request = record;
      return;
    }
    const row = known[record.run + "/" + record.link] || fresh(record, "exchange");
    if (!row.response) row.response = record;
    row.searched = "";
  }

  function world(record) {
    const row = record.link ? known[record.run + "/" + record.link] : null;
    if (!row) { fresh(record, "world"); return; }
    row.notes.push(record);
    row.searched = "";
  }

  /* One record of the stream. */
  page.hear = function (name, data, restarted) {
    if (restarted) { rows.length = 0; Object.keys(known).forEach(function (key) { delete known[key]; }); }
    if (name === "missed") missed += data.records;
    if (name !== "record") return;
    if (data.kind === "message") message(data);
    else if (data.kind === "world") world(data);
    else if (data.kind === "run" && data.what === "turned_away") { if (!twice(data)) fresh(data, "away"); }
    else if (data.kind === "run") fresh(data, "world");
    page.moved(data);
  };

  page.rowsOf = function (person, run) {
    return rows.filter(function (row) { return row.person === person && row.run === run; });
  };

  page.notice = function (row) {
    return Boolean(row.request && row.request.dir === "out");
  };

  page.bad = function (row) {
    const bad = ((row.request && row.request.facts) || []).filter(function (fact) { return !fact.ok; });
    return bad.filter(function (fact, at) { // a failed check and its named cause say the same: the cause stays
      return !fact.note || !bad.slice(at + 1).some(function (later) { return later.note && fact.note.indexOf(later.note) >= 0; });
    });
  };

  /* Whether a fact is a note: told, but no reason to refuse (contracts 10). */
  page.isNote = function (fact) {
    return page.catalogue.notes.indexOf(fact.n) >= 0;
  };

  /* accepted · refused · noted (accepted with a note) · open (no answer yet) */
  page.verdict = function (row) {
    if (row.kind === "away") return "refused";
    if (row.kind === "world") return row.first.what === "error" ? "refused" : "";
    const outcome = row.response && row.response.outcome;
    if (!outcome) return row.notes.some(function (note) { return note.what === "notice"; }) ? "refused" : "open";
    if (!outcome.ok) return "refused";
    return page.bad(row).length ? "noted" : "accepted";
  };

  page.cause = function (row) {
    if (row.kind === "away") return row.first.d.reason;
    if (row.kind === "world") return page.happened(row.first);
    const noted = page.bad(row), outcome = row.response && row.response.outcome;
    const bad = noted.filter(function (fact) { return !page.isNote(fact); }).concat(noted.filter(page.isNote));
    if (outcome && !outcome.ok && outcome.message) return outcome.message;
    if (bad.length) return bad[0].note || bad[0].n;
    if (row.request && row.request.note) return row.request.note;
    const told = row.notes.filter(function (note) { return note.what === "notice" && note.d.reason; })[0];
    return told && page.verdict(row) !== "accepted" ? told.d.reason : "";
  };

  /* What a record of the world says, in one line. */
  page.happened = function (record) {
    const d = record.d || {};
    if (record.kind === "run") return page.say("run.what", record.what, d.error || "");
    const moved = d.after === undefined ? "" : (d.before ? d.before + " " : "") + "→ " + d.after;
    return [record.what, d.name || d.case || "", moved, d.why || d.about || d.reason || ""].filter(Boolean).join("  ");
  };

  function wanted(row, which, run, person, text) {
    if (run && row.run !== run) return false;
    if (person && (row.person !== person.person || row.run !== person.run)) return false;
    if (which === "refused" && page.verdict(row) !== "refused") return false;
    if (which === "nobody" && (row.kind === "world" || row.person)) return false;
    if (which === "notice" && !page.notice(row)) return false;
    if (which === "world" && row.kind !== "world") return false;
    if (!text) return true;
    if (!row.searched) {
      row.searched = JSON.stringify([row.first, row.request, row.response, row.notes]).toLowerCase();
    }
    return text.split(/\s+/).every(function (word) { return row.searched.indexOf(word) >= 0; });
  }

  /* The row as it stands in the list; drawn anew only when something of it changed. */
  function item(row) {
    const stamp = [page.verdict(row), page.cause(row), row.notes.length, row === chosen].join("\n");
    if (!row.node) row.node = page.make("li", {});
    if (row.stamp === stamp) return row.node;
    row.stamp = stamp;
    const button = line(row), old = row.node.firstChild, focused = old && old === document.activeElement;
    if (old) row.node.replaceChild(button, old);
    else row.node.appendChild(button);
    if (focused) button.focus();
    return row.node;
  }

  function line(row) {
    const record = row.request || row.first, verdict = page.verdict(row), cause = page.cause(row);
    const outcome = row.response && row.response.outcome;
    const name = row.kind === "exchange" ? record.interface : page.say("kind." + row.kind);
    const about = row.kind === "exchange" ? page.interfaceName(record.interface) : row.kind === "away" ? row.first.d.asked : "";
    const whose = row.person || (row.kind === "world" ? "" : page.say("nobody"));
    const mark = verdict ? page.say("verdict." + verdict) + (outcome && !outcome.ok ? " " + outcome.code : "") : "";
    return page.make("button", {
      type: "button", class: "row v-" + (verdict || "none"), "data-key": row.key, "aria-pressed": row === chosen ? "true" : "false",
      click: function () { page.choose(row === chosen ? null : row); },
    }, [
      page.make("time", {}, row.at),
      page.make("span", { class: "arrow", title: page.say(page.notice(row) ? "out" : "in") },
        row.kind === "world" ? "·" : page.notice(row) ? "←" : "→"),
      page.make("b", {}, name),
      page.make("span", { class: "about" }, row.kind === "world" ? cause : about),
      page.make("span", { class: "whose" + (row.person ? "" : " stranger") }, whose),
      page.make("span", { class: "mark" }, mark),
      row.kind === "world" ? null : page.make("span", { class: "cause" }, cause),
    ]);
  }

  function show() {
    waiting = false;
    const text = page.at("search").value.trim().toLowerCase(), person = page.at("mine").checked ? page.person() : null;
    const shown = rows.filter(function (row) {
      return wanted(row, page.at("which").value, page.at("of-run").value, person, text);
    });
    place(shown);
    page.at("empty").hidden = shown.length > 0;
    page.at("empty").textContent = page.say(rows.length ? "messages.nothing" : "messages.none");
    page.at("missed").hidden = !missed;
    page.at("missed").textContent = missed ? page.say("messages.missed", missed) : "";
    if (chosen) page.detail(detail, chosen);
  }

  function place(shown) { // what is open or scrolled inside a row stays so
    const list = page.at("list");
    let next = list.firstChild;
    shown.forEach(function (row) {
      const node = item(row);
      if (node === next) next = next.nextSibling;
      else list.insertBefore(node, next);
    });
    while (next) {
      const gone = next;
      next = next.nextSibling;
      list.removeChild(gone);
    }
  }

  /* Draws once for everything that came in this frame. */
  page.drawn = function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(show);
  };

  page.choose = function (row) {
    chosen = row;
    if (detail.parentNode) detail.parentNode.removeChild(detail);
    if (row) row.node.appendChild(detail);
    page.drawn();
  };

  page.startExchanges = function () {
    ["search", "which", "of-run", "mine"].forEach(function (id) {
      page.at(id).addEventListener(id === "search" ? "input" : "change", page.drawn);
    });
    page.at("clear").addEventListener("click", function () {
      rows.length = 0;
      missed = 0;
      page.choose(null);
    });
    page.drawn();
  };
})(Liantiao);
