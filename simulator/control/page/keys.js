"use strict";
/* What the institution under test pastes into its configuration, where it calls and where its notices go. */
(function (page) {
  const SECRET = /secret|privatekey|token/i, HIDDEN = "••••••••";
  let revealed = false;

  function show() {
    const block = page.block, rows = [];
    Object.keys(block).forEach(function (name) {
      if (typeof block[name] !== "string") return;
      rows.push(page.row(name, block[name], SECRET.test(name) && !revealed ? HIDDEN : block[name]));
    });
    page.clear("block", [].concat.apply([], rows));
    page.clear("paths", [].concat.apply([], Object.keys(block.paths).map(function (number) {
      return page.row(number + " " + page.interfaceName(number), block.base + block.paths[number]);
    })));
    page.at("reveal").setAttribute("aria-pressed", revealed ? "true" : "false");
    page.at("reveal").textContent = page.say(revealed ? "keys.hide" : "keys.reveal");
  }

  function endpoints() {
    return "/control/institutions/" + encodeURIComponent(page.institution()) + "/endpoints";
  }

  async function send(button, name, url) {
    const body = {};
    body[name] = url;
    const told = await page.deed(button, function () { return page.call("PUT", endpoints(), body); });
    if (!told) return;
    page.tell(page.say("keys.saved"));
    await page.deed(null, hosting);
  }

  async function hosting() {
    const told = await page.call("GET", endpoints());
    page.clear("endpoints", Object.keys(told).map(function (name) {
      const input = page.make("input", { type: "url", maxlength: 2000, spellcheck: "false", placeholder: "http://127.0.0.1:8080/notify", "aria-label": page.say("keys.url", name) });
      input.value = told[name] === "none" ? "" : told[name];
      return page.make("form", { class: "line", novalidate: true, "data-endpoint": name, submit: function (event) {
        event.preventDefault();
        send(event.target.querySelector(".save"), name, input.value.trim());
      } }, [
        page.make("code", {}, name), input, page.make("button", { class: "save" }, page.say("keys.save")),
        page.make("button", { type: "button", class: "plain none", "aria-pressed": told[name] === "none" ? "true" : "false", click: function (event) { send(event.target, name, "none"); } }, page.say("keys.none")),
      ]);
    }));
  }

  page.loadBlock = async function () {
    page.block = await page.call("GET", "/control/institutions/" + encodeURIComponent(page.institution()));
    page.fill(page.at("address"), [page.make("code", {}, page.block.base), page.copier(page.block.base, page.say("address"))]);
    show();
    await hosting();
  };

  page.startKeys = function () {
    page.at("copy-block").addEventListener("click", function () { page.copy(page.pretty(page.block)); });
    page.at("reveal").addEventListener("click", function () { revealed = !revealed; show(); });
  };
})(Liantiao);
