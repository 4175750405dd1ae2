"use strict";
/* Persons and what they do: made, authorised, at the cashier; their orders; notices and faults on purpose. */
(function (page) {
  const HAND = "hand-", ALWAYS_FRESH_MS = 400, ANY = "*";
  let persons = [], loading = 0, seen = "";

  function run() { return page.at("run").value; }

  page.person = function () {
    const id = page.at("person").value;
    return id ? { run: run(), person: id } : null;
  };

  function path(rest) {
    const one = page.person();
    return "/control/runs/" + encodeURIComponent(one.run) + "/persons/" + encodeURIComponent(one.person) + (rest ? "/" + rest : "");
  }

  function kept(one) { // whom this window made: the identity is shown by that answer only
    return JSON.parse(sessionStorage.getItem("liantiao.person." + one.run + "." + one.person) || "null");
  }

  page.loadRuns = async function () {
    const told = await page.call("GET", "/control/runs"), hand = HAND + page.institution();
    const mine = told.runs.filter(function (one) { return one.institutions.indexOf(page.institution()) >= 0; });
    const names = mine.map(function (one) { return one.run; });
    if (names.indexOf(hand) < 0) names.push(hand);
    names.sort(function (one, other) { return (other === hand) - (one === hand) || (one < other ? 1 : -1); });
    page.options(page.at("run"), names.map(function (name) { return [name, name === hand ? page.say("people.hand") : name]; }));
    page.exists = names.filter(function (name) { return mine.some(function (one) { return one.run === name; }); });
    await page.loadPersons();
  };

  async function listed(name) {
    try {
      return (await page.call("GET", "/control/runs/" + encodeURIComponent(name) + "/persons")).persons.filter(function (one) {
        return one.institution === page.institution();
      });
    } catch (refused) {
      if (refused instanceof page.Refused && refused.status === 404) return null;
      throw refused;
    }
  }

  page.loadPersons = async function (chosen) {
    const name = run(), found = page.exists.indexOf(name) >= 0 ? await listed(name) : [];
    if (found === null) { await page.loadRuns(); return; } // it has ended meanwhile
    if (name !== run()) return; // another run was chosen meanwhile, and looked at
    persons = found;
    page.options(page.at("person"), persons.slice().reverse().map(function (one) {
      return [one.person, one.person + (one.alias ? " " + one.alias : "") + (one.flow.indexOf("hand") === 0 ? "" : " · " + one.flow)];
    }), chosen);
    await page.showPerson();
  };

  async function make() {
    const form = page.at("make-form"), balance = page.fen(form.elements.balance.value);
    if (balance < 0) { page.tell(page.say("people.amount"), true); return; }
    await page.deed(page.at("make-person"), async function () {
      if (page.exists.indexOf(run()) < 0) {
        await page.call("POST", "/control/runs", { run: run(), institutions: [page.institution()] });
        page.exists.push(run());
      }
      const made = await page.call("POST", "/control/runs/" + encodeURIComponent(run()) + "/persons", {
        flow: "hand/" + Date.now().toString(36), institution: page.institution(), alias: form.elements.alias.value,
        spec: { ratio: Number(form.elements.ratio.value), balance: balance, policy: { confirm: "never" } },
      });
      sessionStorage.setItem("liantiao.person." + run() + "." + made.person, JSON.stringify(made));
      page.at("make").open = false;
      await page.loadPersons(made.person);
    });
  }

  /* What belongs to the person shown before goes; what was just said to this one stays. */
  page.showPerson = async function () {
    const one = page.person(), before = seen;
    seen = one ? one.run + "/" + one.person : "";
    page.at("nobody").hidden = Boolean(one);
    page.at("chosen").hidden = !one;
    if (!one) return;
    if (seen !== before) ["code", "notice-answer"].forEach(function (id) { page.at(id).hidden = true; });
    const mine = ++loading, view = await page.call("GET", path());
    if (mine !== loading) return; // a newer look is on its way
    identity(one, view);
    orders(one, view);
  };

  function identity(one, view) {
    const who = kept(one), rows = [];
    if (who) {
      [["identity.name", who.name], ["identity.number", who.id_no], ["identity.phone", who.phone], ["openid", who.openid]].forEach(function (row) {
        rows.push(page.row(row[0] === "openid" ? "openid" : page.say(row[0]), row[1]));
      });
    } else rows.push([page.make("dt", {}, page.say("identity")), page.make("dd", {}, page.say("identity.elsewhere"))]);
    if (view.balance !== undefined) rows.push([page.make("dt", {}, page.say("identity.balance")), page.make("dd", {}, page.yuan(view.balance))]);
    const bound = view.credential.bound;
    rows.push([page.make("dt", {}, page.say("identity.credential")), page.make("dd", {}, [
      page.say(bound ? "identity.bound" : "identity.unbound"), " ",
      page.make("button", { type: "button", class: "copy", id: "bind", click: function (event) { act(event.target, "do", { do: bound ? "unbind" : "bind" }); } },
        page.say(bound ? "identity.unbind" : "identity.bind")),
    ])]);
    page.clear("identity", [].concat.apply([], rows));
  }

  /* The states that an order went through, from the records of its changes that this page has seen. */
  function walked(one, order) {
    const found = page.changes[one.run + "/" + order.payOrdId] || [], states = found.map(function (change) { return change.d.after; });
    if (states[states.length - 1] !== order.ordStas) states.push(order.ordStas);
    return { states: states, changes: found };
  }

  function orders(one, view) {
    const all = (view.orders || []).slice().reverse(), before = page.at("orders").getAttribute("data-order");
    const shown = all.filter(function (order) { return order.payOrdId === before; })[0] || all[0];
    page.clear("orders", all.length ? all.map(function (order) {
      const money = [["money.total", order.total], ["money.fund", order.fund], ["money.account", order.account], ["money.cash", order.cash]];
      return page.make("button", {
        type: "button", class: "order", "aria-pressed": order === shown ? "true" : "false", "data-order": order.payOrdId,
        click: function () { page.at("orders").setAttribute("data-order", order.payOrdId); orders(one, view); },
      }, [
        page.make("b", {}, order.ordStas + " " + page.state(order.ordStas)),
        page.make("code", { title: order.payOrdId }, page.short(order.payOrdId)),
        page.make("span", {}, money.map(function (row) { return page.say(row[0]) + " " + page.yuan(row[1]); }).join(" · ")),
        page.make("span", { class: "hint" }, order.why || ""),
      ]);
    }) : page.make("p", { class: "hint" }, page.say("orders.none")));
    page.at("diagram").hidden = !shown;
    if (!shown) { page.clear("path", []); return; }
    const way = walked(one, shown);
    page.diagram(page.at("diagram"), page.catalogue, way.states);
    page.clear("path", way.changes.map(function (record) {
      return page.make("li", {}, [page.make("time", {}, page.clock(record.t.wire)), " ", (record.d.before ? record.d.before + " " : "") + "→ " + record.d.after, " ", record.d.why || ""]);
    }));
  }

  /* One act of the person; what it changed is seen by the stream. */
  async function act(button, what, body) {
    return page.deed(button, async function () {
      const told = await page.call("POST", path(what), body);
      if (what === "do") page.tell(page.say("done"));
      await page.showPerson();
      return told;
    });
  }

  function code(label, value) {
    const place = page.at("code");
    page.fill(place, [label + " ", page.make("code", {}, value), " ", page.copier(value, label)]);
    place.hidden = false;
  }

  async function authorise(button, agreed) {
    const told = await act(button, "authorise", { biz: page.at("biz").value, decision: agreed ? "agree" : "refuse" });
    if (told) code(page.say(agreed ? "phone.code" : "phone.refused.code"), told.auth_code);
  }

  async function show(button) {
    const told = await act(button, "show-code", {});
    if (told) code(page.say("phone.shown"), told.ec_code);
  }

  async function notice(button) {
    const told = await act(button, "notices", { kind: page.at("notice-kind").value });
    if (!told) return;
    const said = told.answers.map(function (answer) {
      return (answer.status || "—") + " " + page.say(answer.accepted ? "notice.accepted" : "notice.refused") + (answer.why ? " (" + answer.why + ")" : "");
    });
    const place = page.at("notice-answer");
    place.textContent = said.join("; ") || page.say("notice.later");
    place.hidden = false;
  }

  function fault() {
    return page.catalogue.faults.filter(function (one) { return one.name === page.at("fault").value; })[0];
  }

  function showFault() {
    const one = fault(), forms = one.transports;
    page.at("fault-about").textContent = one.about;
    page.options(page.at("fault-interface"), [[ANY, page.say("fault.any")]].concat(page.catalogue.interfaces.filter(function (row) {
      return !forms.length || forms.indexOf(row.form) >= 0;
    }).map(function (row) { return [row.number, row.number + " " + row.name]; })));
    page.clear("fault-with", Object.keys(one["with"]).map(function (name) {
      const param = one["with"][name];
      return page.make("label", { class: "pick", title: param.about }, [
        name + " ", page.make("input", { type: "number", min: param.low, max: param.high, value: param["default"], "data-param": name }),
      ]);
    }));
  }

  async function arm(event) {
    event.preventDefault();
    const given = {};
    Array.prototype.forEach.call(document.querySelectorAll("[data-param]"), function (input) {
      given[input.getAttribute("data-param")] = Number(input.value);
    });
    const told = await act(page.at("arm"), "faults", {
      name: fault().name, interface: page.at("fault-interface").value, times: Number(page.at("fault-times").value), "with": given,
    });
    if (told) page.tell(page.say("fault.armed", told.fault));
  }

  async function advance(event) {
    event.preventDefault();
    const told = await act(page.at("advance"), "advance", { ms: Number(page.at("minutes").value) * 60000 });
    if (told) page.tell(page.say("time.fired", told.fired.length));
  }

  page.changes = {};

  /* A record came: what it says of an order is remembered, and the chosen person is looked at again. */
  page.moved = function (record) {
    if (record.kind === "world" && record.d && record.d.after !== undefined && page.catalogue && page.state(record.d.after, true)) {
      const key = record.run + "/" + record.d.key;
      const list = page.changes[key] = page.changes[key] || [];
      if (!list.some(function (known) { return known.seq === record.seq; })) list.push(record);
    }
    const one = page.person();
    if (record.person && record.run === run() && record.institution === page.institution() && !persons.some(function (known) { return known.person === record.person; })) {
      clearTimeout(page.listing); // somebody whom another window or command has made
      page.listing = setTimeout(function () { page.deed(null, function () { return page.loadPersons(one ? one.person : undefined); }); }, ALWAYS_FRESH_MS);
    }
    if (!one || record.run !== one.run || record.person !== one.person || record.kind !== "world") return;
    clearTimeout(page.looking);
    page.looking = setTimeout(function () { page.deed(null, function () { return page.showPerson(); }); }, ALWAYS_FRESH_MS);
  };

  page.startPeople = function () {
    const catalogue = page.catalogue;
    page.options(page.at("notice-kind"), catalogue.notices.map(function (one) { return [one.kind, one.about]; }));
    page.options(page.at("fault"), catalogue.faults.map(function (one) { return [one.name, one.name]; }));
    showFault();
    page.at("fault").addEventListener("change", showFault);
    page.at("fault-form").addEventListener("submit", arm);
    page.at("time-form").addEventListener("submit", advance);
    page.at("make-form").addEventListener("submit", function (event) { event.preventDefault(); make(); });
    page.at("run").addEventListener("change", function () { page.deed(null, function () { return page.loadPersons(); }); });
    page.at("person").addEventListener("change", function () { page.drawn(); page.deed(null, function () { return page.showPerson(); }); });
    page.at("agree").addEventListener("click", function (event) { authorise(event.target, true); });
    page.at("refuse").addEventListener("click", function (event) { authorise(event.target, false); });
    page.at("show-code").addEventListener("click", function (event) { show(event.target); });
    page.at("send-notice").addEventListener("click", function (event) { notice(event.target); });
    Array.prototype.forEach.call(document.querySelectorAll("[data-do]"), function (button) {
      button.addEventListener("click", function () { act(button, "do", { do: button.getAttribute("data-do") }); });
    });
  };
})(Liantiao);
