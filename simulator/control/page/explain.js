"use strict";
/* A pasted message, explained: what is wrong with it, what to do, the text that should have been signed. */
(function (page) {
  function reason(one, facts) {
    const said = facts.filter(function (fact) { return fact.n === one.fact; })[0], places = page.places(said);
    const known = said && said.d && said.d.causes ? said.d.causes.map(function (row) { return row.cause; }).join(" + ") : one.cause;
    return page.make("li", {}, [
      page.make("b", {}, places ? one.says : one.note || one.says), " ", page.make("code", {}, one.code), known ? page.make("code", { class: "hint" }, " " + known) : null,
      places,
      page.make("ul", {}, one.help.map(function (line) { return page.make("li", {}, line); })),
    ]);
  }

  function fact(one) {
    const mark = one.ok ? "fact.ok" : one.advisory ? "fact.note" : "fact.bad";
    return page.make("li", { class: one.ok ? "good" : one.advisory ? "note" : "bad" }, [
      page.make("span", { class: "chip" }, page.say(mark)), " "].concat(page.fact(one)));
  }

  /* The mistakes of one composition: each with its level and the text around the first character that it changes. */
  function mistakes(causes) {
    return page.make("ol", { class: "mistakes" }, causes.map(function (one) {
      return page.make("li", {}, [
        page.make("b", {}, one.said), " ", page.make("code", { class: "hint" }, one.cause), " ",
        one.scope ? page.make("span", { class: "chip" }, page.say("scope." + one.scope)) : null,
        one.right || one.offered ? page.make("dl", { class: "excerpt" }, [
          page.make("dt", {}, page.say("diagnosis.right")), page.make("dd", {}, page.make("code", {}, one.right)),
          page.make("dt", {}, page.say("diagnosis.offered")), page.make("dd", {}, page.make("code", {}, one.offered)),
        ]) : null,
      ]);
    }));
  }

  /* Why the signature fails: all that fits, or the digest under each key, and how much was tried. */
  function diagnosis(one) {
    if (!one) return null;
    const known = one.causes.length > 0;
    const parts = [page.make("h3", {}, page.say(known ? "diagnosis.found" : "diagnosis.unknown"))];
    if (known) parts.push(mistakes(one.causes));
    one.equals.forEach(function (other) { parts.push(page.make("h3", {}, page.say("diagnosis.equal")), mistakes(other)); });
    if (!known && one.digests.length) parts.push(page.make("ul", { class: "digests" }, one.digests.map(function (row) {
      const whose = row.key === "peer" ? page.say("diagnosis.peer") : row.key;
      return page.make("li", {}, [page.say("diagnosis.digest", whose), " ", page.make("code", {}, row.digest)]);
    })));
    parts.push(page.make("p", { class: "hint" }, page.say(one.whole ? "diagnosis.whole" : "diagnosis.cut", one.tried)));
    return page.make("div", { id: "diagnosis" }, parts);
  }

  function difference(one) {
    if (!one) return null;
    const lines = one.at < 0 ? [page.say("diff.same")] : one.in_secret ? [page.say("diff.secret")]
      : [page.say("diff.at", one.at + 1), page.say("diff.expected", one.expected), page.say("diff.mine", one.mine)];
    if (one.signed !== null) lines.push(page.say(one.signed ? "diff.signed" : "diff.unsigned"));
    return page.make("div", {}, [page.make("h3", {}, page.say("diff.title"))].concat(lines.map(function (line) { return page.make("p", {}, line); })));
  }

  function show(told) {
    const what = [told.interface, page.say(told.kind), page.say("sender." + told.sender)].filter(Boolean).join(" · ");
    page.clear("explained", [
      page.make("p", { class: "verdict v-" + (told.ok ? "accepted" : "refused") }, page.say(told.ok ? "explained.good" : "explained.bad", told.reasons.length) + " — " + what),
      page.make("ol", { class: "reasons" }, told.reasons.map(function (one) { return reason(one, told.facts); })),
      diagnosis(told.diagnosis),
      difference(told.difference),
      told.sign_text === null ? null : page.make("details", { open: !told.ok }, [
        page.make("summary", {}, page.say("explained.text")), page.make("p", {}, page.copier(told.sign_text, page.say("explained.text"))), page.make("pre", { class: "wrap" }, told.sign_text),
      ]),
      told.data === null ? null : page.make("details", { open: true }, [page.make("summary", {}, page.say("content.data")), page.make("pre", {}, page.pretty(told.data))]),
      page.make("details", {}, [page.make("summary", {}, page.say("explained.facts", told.facts.length)), page.make("ul", { class: "facts-of" }, told.facts.map(fact))]),
    ]);
  }

  async function explain() {
    const message = page.at("pasted").value;
    if (!message.trim()) { page.tell(page.say("explain.empty"), true); return; }
    const body = { message: message, institution: page.institution(), interface: page.at("explain-interface").value,
      kind: page.at("explain-kind").value, check_time: page.at("check-time").checked };
    if (page.at("my-text").value) body.my_text = page.at("my-text").value;
    page.clear("explained", page.make("p", { class: "hint" }, page.say("working")));
    const told = await page.deed(page.at("explain-go"), function () { return page.call("POST", "/control/explain", body); });
    if (told) show(told);
    else page.clear("explained", []);
  }

  /* Show the part of the page that explains, with this message in it. */
  page.explainThis = function (text, number) {
    page.at("pasted").value = text;
    page.at("my-text").value = "";
    page.at("explain-kind").value = "";
    page.at("explain-interface").value = number || "";
    page.tab("explain");
    explain();
  };

  page.startExplain = function () {
    page.options(page.at("explain-interface"), [["", page.say("explain.path")]].concat(page.catalogue.interfaces.map(function (row) {
      return [row.number, row.number + " " + row.name];
    })));
    page.at("explain-form").addEventListener("submit", function (event) { event.preventDefault(); explain(); });
  };
})(Liantiao);
