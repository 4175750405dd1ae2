"use strict";
/* The control API: the token, one call, and the stream of what happens. The token travels in a header only. */
(function (page) {
  const HEADER = "X-Liantiao-Control", KEPT = "liantiao.token";
  const AGAIN_MS = [500, 1000, 2000, 5000, 10000];

  page.token = function () {
    return sessionStorage.getItem(KEPT) || "";
  };

  page.keepToken = function (token) {
    if (token) sessionStorage.setItem(KEPT, token);
    else sessionStorage.removeItem(KEPT);
  };

  /* The token of the printed link `…/#token=…`; it leaves the address line at once. */
  page.takeToken = function () {
    const found = /[#&]token=([^&]+)/.exec(location.hash);
    if (!found) return;
    page.keepToken(decodeURIComponent(found[1]));
    history.replaceState(null, "", location.pathname);
  };

  function asked(path, query) {
    const all = Object.assign({ lang: page.language() }, query || {});
    return path + "?" + Object.keys(all).map(function (name) {
      return encodeURIComponent(name) + "=" + encodeURIComponent(all[name]);
    }).join("&");
  }

  page.Refused = function (status, message) {
    this.status = status;
    this.message = message;
  };

  /* The JSON answer of one call. Throws Refused with our sentence; 401 asks for the token again. */
  page.call = async function (method, path, body, query) {
    const headers = {};
    headers[HEADER] = page.token();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let got, value;
    try {
      got = await fetch(asked(path, query), {
        method: method, headers: headers, cache: "no-store",
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      value = await got.json();
    } catch (_gone) {
      throw new page.Refused(0, page.say("gone"));
    }
    if (got.status === 401) page.lock();
    if (!got.ok) throw new page.Refused(got.status, String((value && value.error) || got.status));
    return value;
  };

  /* Runs a deed of a button; what is refused is told on top of the page. */
  page.deed = async function (button, work) {
    if (button) button.disabled = true;
    try {
      return await work();
    } catch (refused) {
      if (!(refused instanceof page.Refused)) throw refused;
      page.tell(refused.message, true);
      return null;
    } finally {
      if (button) button.disabled = false;
    }
  };

  function events(text, told) {
    let place = "", name = "", data = "";
    text.split("\n").forEach(function (line) {
      if (line.indexOf("id: ") === 0) place = line.slice(4);
      if (line.indexOf("event: ") === 0) name = line.slice(7);
      if (line.indexOf("data: ") === 0) data += line.slice(6);
    });
    if (name && data) told(name, JSON.parse(data), place);
  }

  async function read(body, told) {
    const reader = body.getReader(), decoder = new TextDecoder("utf-8");
    let rest = "";
    for (;;) {
      const part = await reader.read();
      if (part.done) return;
      const pieces = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
      rest = pieces.pop();
      pieces.forEach(function (piece) { events(piece, told); });
      page.drawn();
    }
  }

  /* Follows the stream for as long as the page is open; goes on where it was after a break. */
  page.follow = async function (told, live) {
    let place = "", tries = 0;
    for (;;) {
      try {
        const headers = {};
        headers[HEADER] = page.token();
        const got = await fetch(asked("/control/events", { after: place }), { headers: headers, cache: "no-store" });
        if (got.status === 401) { page.lock(); return; }
        if (!got.ok) throw new page.Refused(got.status, (await got.json()).error);
        live(true);
        await read(got.body, function (name, data, id) {
          tries = 0;
          told(name, data, id.split(".")[0] !== place.split(".")[0] && place !== "");
          place = id;
        });
      } catch (refused) {
        if (refused instanceof page.Refused) page.tell(refused.message, true);
      }
      live(false);
      await new Promise(function (done) { setTimeout(done, AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]); });
      tries += 1;
    }
  };
})(Liantiao);
