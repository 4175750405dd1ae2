"use strict";
/* What every part of the page uses: elements, words, numbers, copying. Texts enter the page as text only. */
var Liantiao = window.Liantiao || {};
window.Liantiao = Liantiao;

(function (page) {
  const LANGUAGES = ["zh", "en"];
  const MASKED_ID = 18; // characters of a long number that a narrow row shows

  page.at = function (id) {
    return document.getElementById(id);
  };

  page.language = function () {
    return localStorage.getItem("liantiao.language") === "en" ? "en" : "zh";
  };

  page.turn = function () {
    localStorage.setItem("liantiao.language", page.language() === "en" ? "zh" : "en");
    location.reload();
  };

  /* The words under a key, {0} … filled in. */
  page.say = function (key) {
    const filled = Array.prototype.slice.call(arguments, 1);
    const row = page.words[key];
    if (!row) throw new Error("no words: " + key);
    return row[LANGUAGES.indexOf(page.language())].replace(/\{(\d)\}/g, function (_all, at) {
      return String(filled[Number(at)]);
    });
  };

  /* An element: attributes, then children (nodes or texts). */
  page.make = function (tag, attributes, children) {
    const made = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      const value = attributes[name];
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, String(value));
    });
    page.fill(made, children);
    return made;
  };

  page.fill = function (node, children) {
    node.textContent = "";
    [].concat(children === undefined ? [] : children).forEach(function (child) {
      if (child === null || child === undefined || child === "") return;
      node.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
    });
    return node;
  };

  page.options = function (select, rows, chosen) {
    const before = chosen === undefined ? select.value : chosen;
    page.fill(select, rows.map(function (row) {
      return page.make("option", { value: row[0] }, row[1]);
    }));
    if (rows.some(function (row) { return row[0] === before; })) select.value = before;
  };

  page.clear = function (select, children) {
    page.fill(page.at(select), children);
  };

  page.yuan = function (fen) {
    const sign = fen < 0 ? "-" : "", all = String(Math.abs(fen));
    const padded = all.length < 3 ? ("000" + all).slice(-3) : all;
    return sign + padded.slice(0, -2) + "." + padded.slice(-2);
  };

  /* "16.5" -> 1650, whole fen by text, never by a float; -1 when it is no amount. */
  page.fen = function (text) {
    const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(String(text).trim());
    return found ? Number(found[1]) * 100 + Number(((found[2] || "") + "00").slice(0, 2)) : -1;
  };

  page.clock = function (wire) {
    const found = /T(\d\d:\d\d:\d\d)/.exec(String(wire || ""));
    return found ? found[1] : "";
  };

  page.short = function (text) {
    const all = String(text);
    return all.length > MASKED_ID ? all.slice(0, 6) + "…" + all.slice(-8) : all;
  };

  page.pretty = function (value) {
    return JSON.stringify(value, null, 2);
  };

  page.tell = function (text, bad) {
    const told = page.at("told");
    told.textContent = text;
    told.className = bad ? "bad" : "good";
    told.hidden = !text;
    clearTimeout(page.telling);
    if (text) page.telling = setTimeout(function () { told.hidden = true; }, bad ? 12000 : 3000);
  };

  page.copy = async function (text) {
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch (_refused) { // no secure context, or an old browser
      const area = page.make("textarea", { class: "away" });
      area.value = text;
      document.body.appendChild(area);
      area.select();
      try { done = document.execCommand("copy"); } catch (_never) { done = false; }
      document.body.removeChild(area);
    }
    page.tell(page.say(done ? "copied" : "not.copied"), !done);
  };

  page.copier = function (text, label) {
    return page.make("button", {
      type: "button", class: "copy", "aria-label": page.say("copy.what", label), title: page.say("copy.what", label),
      click: function () { page.copy(text); },
    }, page.say("copy"));
  };

  /* A row of a list of facts: name, value, a button to copy it. */
  page.row = function (name, value, shown) {
    return [
      page.make("dt", {}, name),
      page.make("dd", {}, [page.make("code", {}, shown === undefined ? value : shown), page.copier(value, name)]),
    ];
  };

  page.word = function () {
    document.documentElement.lang = page.language() === "en" ? "en" : "zh-CN";
    document.title = page.say("title");
    Array.prototype.forEach.call(document.querySelectorAll("[data-word]"), function (node) {
      node.textContent = page.say(node.getAttribute("data-word"));
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-name]"), function (node) {
      const said = page.say(node.getAttribute("data-name"));
      node.setAttribute("aria-label", said);
      if (node.tagName !== "SELECT" && !node.placeholder) node.placeholder = said;
    });
  };
})(Liantiao);
