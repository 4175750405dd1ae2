(function () {
  "use strict";
  var doc = document, all = function (q, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(q)); };
  doc.documentElement.classList.add("on");

  function reveal() {
    var target = location.hash.length > 1 && doc.getElementById(location.hash.slice(1));
    for (var node = target; node; node = node.parentElement) { if (node.tagName === "DETAILS") { node.open = true; } }
    if (target) { target.scrollIntoView(); }
  }
  addEventListener("hashchange", reveal);
  doc.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) { reveal(); }
  });
  reveal();

  var only = doc.getElementById("only"), links = all("#grid .c a");
  function tabStop() {
    var open = links.filter(function (link) { return !link.closest("tr").hidden; });
    var stop = open.filter(function (link) { return link.tabIndex === 0; })[0] || open[0];
    links.forEach(function (link) { link.tabIndex = link === stop ? 0 : -1; });
  }
  links.forEach(function (link) { link.tabIndex = -1; });
  tabStop();
  if (only) {
    only.addEventListener("change", function () {
      all("#grid tr[data-v]").forEach(function (row) { row.hidden = only.checked && /^(pass|n\/a)$/.test(row.dataset.v); });
      all("#grid .band").forEach(function (band) { band.hidden = !all("tr[data-v]:not([hidden])", band.parentElement).length; });
      tabStop();
    });
  }

  var grid = doc.getElementById("grid");
  if (grid) {
    grid.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      var cell = event.target.closest && event.target.closest("td.c");
      if (!step || !cell) { return; }
      event.preventDefault();
      var rows = all("tr[data-v]", grid).filter(function (row) { return !row.hidden; });
      var row = rows.indexOf(cell.parentElement), column = cell.cellIndex, next = null;
      function nearest(best, link) {
        return best && Math.abs(best.closest("td").cellIndex - column) <= Math.abs(link.closest("td").cellIndex - column) ? best : link;
      }
      while (!next) {
        row += step[0]; column += step[1];
        if (!rows[row] || !rows[row].cells[column]) { return; }
        next = step[0] ? all(".c a", rows[row]).reduce(nearest, null) : rows[row].cells[column].querySelector("td.c a");
      }
      event.target.tabIndex = -1; next.tabIndex = 0; next.focus();
    });
  }

  var rows = all("#case-table tbody tr"), picks = all(".pick"), text = doc.getElementById("case-text");
  var group = doc.getElementById("case-group"), shown = doc.getElementById("case-shown"), wanted = "";
  function filter() {
    var words = text.value.trim().toLowerCase(), count = 0;
    rows.forEach(function (row) {
      var keep = (!wanted || row.dataset.v === wanted) && (!group.value || row.dataset.g === group.value) &&
        (!words || row.textContent.toLowerCase().indexOf(words) >= 0);
      row.hidden = !keep;
      count += keep ? 1 : 0;
    });
    shown.textContent = shown.dataset.text.replace("{n}", count);
  }
  if (text) {
    picks.forEach(function (button) {
      button.addEventListener("click", function () {
        wanted = button.dataset.v;
        picks.forEach(function (one) { one.setAttribute("aria-pressed", String(one === button)); });
        filter();
      });
    });
    text.addEventListener("input", filter);
    group.addEventListener("change", filter);
    filter();
  }

  all(".copy").forEach(function (button) {
    button.addEventListener("click", function () {
      var code = button.parentElement.querySelector("code"), said = button.textContent;
      function say(word) { button.textContent = word; setTimeout(function () { button.textContent = said; }, 1500); }
      function done() { say(button.dataset.done); }
      function byHand() {
        var range = doc.createRange(); range.selectNodeContents(code);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        if (doc.execCommand("copy")) { done(); } else { say(button.dataset.hand); }
      }
      if (navigator.clipboard) { navigator.clipboard.writeText(code.textContent).then(done, byHand); } else { byHand(); }
    });
  });

  var findings = all(".finding");
  doc.addEventListener("keydown", function (event) {
    if (!/^[jk]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) { return; }
    var tops = findings.map(function (one) { return one.getBoundingClientRect().top; });
    var next = event.key === "j" ? tops.findIndex(function (top) { return top > 20; }) :
      tops.reduce(function (best, top, at) { return top < -4 ? at : best; }, -1);
    if (next >= 0) { findings[next].scrollIntoView(); findings[next].focus({ preventScroll: true }); }
  });

  function every(open) { all(".flow").forEach(function (one) { one.open = open; }); }
  var openAll = doc.getElementById("open-all"), closeAll = doc.getElementById("close-all");
  if (openAll) { openAll.addEventListener("click", function () { every(true); }); closeAll.addEventListener("click", function () { every(false); }); }
  var unfolded = [];
  addEventListener("beforeprint", function () {
    unfolded = all(".cases details:not([open])");
    unfolded.forEach(function (one) { one.open = true; });
  });
  addEventListener("afterprint", function () { unfolded.forEach(function (one) { one.open = false; }); });

  if (window.IntersectionObserver) {
    var marks = {};
    all("nav li a").forEach(function (link) { marks[link.getAttribute("href").slice(1)] = link; });
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { Object.keys(marks).forEach(function (id) { marks[id].classList.toggle("here", id === entry.target.id); }); }
      });
    }, { rootMargin: "-10% 0px -80% 0px" });
    all("main > section").forEach(function (one) { seen.observe(one); });
  }
})();
