"use strict";
/* Begins: words, token, what can be named, the institution, the stream. */
(function (page) {
  const TABS = ["people", "messages", "explain", "keys"];
  let following = false;

  page.lock = function () {
    page.keepToken("");
    page.at("locked").hidden = false;
    page.at("world").hidden = true;
    page.at("address").textContent = "";
  };

  page.tab = function (name) {
    TABS.forEach(function (one) {
      page.at("tab-" + one).setAttribute("aria-selected", one === name ? "true" : "false");
      page.at(one).classList.toggle("shown", one === name);
    });
    sessionStorage.setItem("liantiao.tab", name);
  };

  page.institution = function () {
    return page.at("institution").value;
  };

  page.interfaceName = function (number) {
    const found = page.catalogue.interfaces.filter(function (one) { return one.number === number; })[0];
    return found ? found.name : "";
  };

  page.state = function (state, known) {
    const found = page.catalogue.states.filter(function (one) { return one.state === state; })[0];
    return known ? Boolean(found) : found ? found.name : state;
  };

  function runs(record) { // every run whose records came can be chosen as a filter
    if (record.kind === "run" && (record.what === "begin" || record.what === "end")) {
      clearTimeout(page.running);
      page.running = setTimeout(function () { page.deed(null, page.loadRuns); }, 400);
    }
    const select = page.at("of-run"), names = Array.prototype.map.call(select.options, function (one) { return one.value; });
    if (names.indexOf(record.run) >= 0) return;
    page.options(select, names.concat(record.run).map(function (name) {
      return [name, name === "" ? page.say("messages.every") : name === "_simulator" ? page.say("messages.own") : name];
    }));
  }

  async function open() {
    const told = await page.call("GET", "/control/institutions");
    page.catalogue = await page.call("GET", "/control/catalogue");
    page.options(page.at("institution"), told.institutions.map(function (code) { return [code, code]; }), sessionStorage.getItem("liantiao.institution") || undefined);
    page.at("locked").hidden = true;
    page.at("world").hidden = false;
    if (page.institution()) await choose();
    else page.tell(page.say("no.institution"), true);
  }

  async function choose() {
    sessionStorage.setItem("liantiao.institution", page.institution());
    await page.loadBlock();
    await page.loadRuns();
    page.drawn();
  }

  function live(on) {
    const chip = page.at("live");
    chip.textContent = page.say(on ? "live" : "away");
    chip.className = "chip " + (on ? "good" : "bad");
  }

  async function begin() {
    if (!page.token()) { page.lock(); return; }
    const done = await page.deed(null, async function () { await open(); return true; });
    if (!done || following) return;
    following = true;
    page.options(page.at("of-run"), [["", page.say("messages.every")]]);
    page.startPeople();
    page.startExplain();
    page.startKeys();
    page.startExchanges();
    page.follow(function (name, data, restarted) {
      if (name === "record") runs(data);
      page.hear(name, data, restarted);
    }, live).then(function () { following = false; });
  }

  document.addEventListener("DOMContentLoaded", function () {
    page.takeToken();
    page.word();
    page.at("language").textContent = page.say("other.language");
    page.at("language").addEventListener("click", page.turn);
    TABS.forEach(function (name) {
      page.at("tab-" + name).addEventListener("click", function () { page.tab(name); });
    });
    const wide = window.matchMedia("(min-width: 1000px)").matches, before = sessionStorage.getItem("liantiao.tab");
    page.tab(before && !(wide && before === "people") ? before : wide ? "messages" : "people");
    page.at("institution").addEventListener("change", function () { page.deed(null, choose); });
    page.at("unlock").addEventListener("submit", function (event) {
      event.preventDefault();
      page.keepToken(page.at("token").value.trim());
      page.at("token").value = "";
      begin();
    });
    window.addEventListener("hashchange", function () {
      page.takeToken();
      if (page.token() && page.at("world").hidden) begin();
    });
    begin();
  });
})(Liantiao);
