// What the tests ask of a page. One expression: an object of functions, evaluated afresh for each question.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = selector => document.querySelector(selector);
  const seen = element => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) &&
    element.getClientRects().length > 0;

  // Colours as [r, g, b, a]; the browser itself reads every notation.
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colour = said => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = said; brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(at => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const luminance = rgb => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const part = rgb[at] / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ratio = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  // Every colour that may lie behind an element: of a gradient each of its stops.
  const behind = element => {
    if (!element) { return [[255, 255, 255, 1]]; }
    const style = getComputedStyle(element), below = behind(element.parentElement);
    const stops = style.backgroundImage.includes("gradient") ? style.backgroundImage.match(/(rgb|color)a?\([^)]*\)/g) : [];
    return [style.backgroundColor, ...stops].map(colour).filter(c => c[3] > 0)
      .reduce((out, c, at) => (at ? out : []).concat(below.map(b => over(c, b))), below);
  };
  const opacity = element => element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;

  return {
    // Where to click an element, after scrolling to it as a person would.
    place(selector) {
      const element = one(selector);
      if (!element) { return { problem: "no such element" }; }
      element.scrollIntoView({ block: "center", inline: "nearest" });
      const box = element.getClientRects()[0];
      if (!box) { return { problem: "is not laid out" }; }
      const x = box.left + box.width / 2, y = box.top + box.height / 2, hit = document.elementFromPoint(x, y);
      if (!hit || !(element.contains(hit) || hit.contains(element))) {
        return { problem: `something else is at ${x},${y}: ${hit && hit.outerHTML.slice(0, 120)}` };
      }
      const meant = element.contains(hit) ? element : hit;
      window.missedClick = false;
      document.addEventListener("click", event => { window.missedClick = !meant.contains(event.target) && !event.target.closest(selector); }, { capture: true, once: true });
      return { x, y };
    },
    // The words, verdict class and worst contrast of every visible text inside the elements.
    contrasts(selector) {
      return all(selector).filter(seen).flatMap(element => {
        const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), out = [];
        while (words.nextNode()) {
          const text = words.currentNode.data.trim(), holder = words.currentNode.parentElement;
          if (!text || holder.closest(".vh")) { continue; }
          const ink = colour(getComputedStyle(holder).color);
          ink[3] *= opacity(holder);
          out.push({ text, of: element.className, ratio: Math.min(...behind(holder).map(b => ratio(over(ink, b), b))) });
        }
        return out;
      });
    },
    // The colours behind an element, as one text.
    ground(selector) { return JSON.stringify(behind(one(selector)).map(c => c.slice(0, 3).map(Math.round))); },
    // Verdict-coloured elements with what they say.
    coloured() {
      return all("[class*='v-']").filter(element => !element.closest("[aria-hidden=true]")).map(element => ({
        verdicts: [...element.classList].filter(name => name.startsWith("v-")).map(name => name.slice(2)),
        text: element.textContent.trim(), name: (element.querySelector("[aria-label]") || element).getAttribute("aria-label"),
        grounds: JSON.stringify(behind(element)), kind: element.className,
      }));
    },
    focus() {
      const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
      const row = element.closest("tr");
      return {
        tag: element.tagName, id: element.id, href: element.getAttribute("href"), row: row && row.rowIndex,
        column: element.closest("td") && element.closest("td").cellIndex, section: (element.closest("section") || {}).id,
        shown: element.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
        covered: !element.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)),
        ring: ratio(colour(style.outlineColor), behind(element.parentElement)[0]),
      };
    },
    // Box of each part of an element relative to the viewport, and whether text is cut off inside it.
    parts(selector, names) {
      const root = one(selector);
      return Object.fromEntries(names.map(name => {
        const element = name === ":self" ? root : root.querySelector(name);
        if (!element) { return [name, null]; }
        const box = element.getBoundingClientRect();
        const cut = [element, ...all("*", element)].some(each =>
          /auto|scroll|hidden/.test(getComputedStyle(each).overflowY) && each.scrollHeight > each.clientHeight + 1 && !each.closest(".vh"));
        return [name, { top: box.top, bottom: box.bottom, height: box.height, text: element.innerText.trim(), cut }];
      }));
    },
    // Visible table rows below a header: verdict and text.
    rows(selector) { return all(selector).filter(seen).map(row => ({ verdict: row.dataset.v, group: row.dataset.g, text: row.textContent })); },
    // What sticks out of the page to the right.
    wide() {
      const limit = document.documentElement.clientWidth, page = document.documentElement.scrollWidth, out = [];
      for (const element of page > limit || innerWidth > screen.width ? all("body *") : []) {
        const box = element.getBoundingClientRect();
        if (box.width && box.right > screen.width + 0.5 && seen(element) && !element.closest(".scroll, .vh, .skip")) {
          out.push(`${element.tagName}.${element.className} ${Math.round(box.right)} ${element.textContent.trim().slice(0, 60)}`);
        }
      }
      return { page, viewport: innerWidth, out: out.slice(0, 8) };
    },
    // Texts a reader or a screen reader meets that match the pattern, with where they are.
    words(pattern, except) {
      const wanted = new RegExp(pattern, "u"), out = [];
      const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const holder = walk.currentNode.parentElement;
        if (!holder.closest(`script, style, ${except}`) && wanted.test(walk.currentNode.data)) {
          out.push(`${holder.tagName}.${holder.className} ${walk.currentNode.data.trim().slice(0, 80)}`);
        }
      }
      for (const element of all("*")) {
        for (const name of ["aria-label", "title", "placeholder", "alt", "data-text", "data-done", "data-hand", "value"]) {
          const said = element.getAttribute(name);
          if (said && wanted.test(said)) { out.push(`${element.tagName}[${name}] ${said.slice(0, 80)}`); }
        }
        for (const side of ["::before", "::after"]) {
          const said = getComputedStyle(element, side).content;
          if (wanted.test(said)) { out.push(`${element.tagName}${side} ${said}`); }
        }
      }
      return out;
    },
    // Everything folded that the reader of this medium does not get: its section, and what it is; not what lies inside.
    folded() {
      return all("details").filter(each => !each.parentElement.closest("details:not([open])") || seen(each.parentElement))
        .filter(each => [...each.children].some(child => child.tagName !== "SUMMARY" && !seen(child)))
        .map(each => ({ section: each.closest("section").id, of: each.className, summary: seen(each.querySelector("summary")) }));
    },
    // Visible boxes whose text is cut off and cannot be scrolled to on paper.
    clipped() {
      return all("main *").filter(each => seen(each) && !each.closest(".vh") && each.scrollHeight > each.clientHeight + 2 &&
        each.clientHeight > 0 && getComputedStyle(each).overflowY !== "visible" && getComputedStyle(each).display !== "inline")
        .map(each => ({ section: each.closest("section").id, of: each.className, text: each.textContent.trim().slice(0, 60) }));
    },
    visible(selector) { return all(selector).filter(seen).map(each => each.innerText.trim()); },
    // Traces of markup that came out of data.
    foreign() {
      const known = new Set(["HTML", "HEAD", "META", "TITLE", "STYLE", "SCRIPT", "BODY"]);
      return {
        elements: all("img, iframe, object, embed, form, video, audio, svg, link, base, [src], [srcdoc], [style*=url]").map(e => e.outerHTML.slice(0, 120)),
        handlers: all("*").filter(e => e.getAttributeNames().some(name => /^on/i.test(name))).map(e => e.outerHTML.slice(0, 120)),
        scripts: all("script").length, heads: [...document.head.children].filter(e => !known.has(e.tagName)).map(e => e.tagName),
        links: all("a").map(a => a.getAttribute("href")).filter(href => !/^#[A-Za-z0-9_.-]+$/.test(href)),
        turned: all("body *").filter(e => getComputedStyle(e).direction !== "ltr").length,
        hidden: /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/.test(document.documentElement.textContent), ran: window.pwned,
      };
    },
  };
})()
