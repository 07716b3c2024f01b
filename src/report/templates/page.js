
(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("nodes").textContent);
  var words = JSON.parse(document.getElementById("words").textContent);
  var panel = document.getElementById("panel");
  var body = document.getElementById("panel-body");
  var title = document.getElementById("panel-title");
  var opener = null;
  // Columns of nodes; what repeats is told once and named by its index.
  function nodeAt(index) {
    var of = told.nodes;
    return {
      address: told.texts[of.h[index]] + told.texts[of.t[index]], value: of.v[index], rule: told.texts[of.r[index]],
      note: told.texts[of.n[index]], from: told.lists[of.f[index]]
    };
  }
  var byAddress = null;
  function indexOf(address) {
    if (!byAddress) {
      byAddress = new Map();
      for (var index = told.nodes.h.length - 1; index >= 0; index -= 1) { byAddress.set(nodeAt(index).address, index); }
    }
    return byAddress.get(address);
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }
  function line(node, into) {
    if (node.value) { into.append(element("span", node.value.length > 32 ? "said" : "value", node.value), " "); }
    if (node.rule) { into.append(element("span", "rule", node.rule.replace(/-/g, " ")), " "); }
    if (node.note) { into.append(element("span", "said", node.note), " "); }
    into.append(element("code", "", node.address));
  }
  function branch(index, depth, above) {
    var node = nodeAt(index);
    var item = element("li");
    if (!node.from.length || above.indexOf(index) >= 0) { line(node, item); return item; }
    var details = element("details");
    var summary = element("summary");
    line(node, summary);
    details.append(summary);
    function fill() {
      if (details.dataset.full) { return; }
      details.dataset.full = "yes";
      var list = element("ul");
      node.from.forEach(function (child) { list.append(branch(child, depth + 1, above.concat(index))); });
      details.append(list);
    }
    details.addEventListener("toggle", function () { if (details.open) { fill(); } });
    if (depth < 2 && node.from.length < 12) { details.open = true; fill(); }
    item.append(details);
    return item;
  }
  function open(index, from) {
    if (opener) { opener.removeAttribute("aria-expanded"); }
    opener = from;
    if (from.matches(".n")) { from.setAttribute("aria-expanded", "true"); }
    body.textContent = "";
    var list = element("ul");
    list.append(branch(index, 0, []));
    body.append(list);
    panel.hidden = false;
    panel.scrollTop = 0;
    title.focus();
  }
  function close() {
    if (panel.hidden) { return; }
    panel.hidden = true;
    if (opener) {
      opener.removeAttribute("aria-expanded");
      if (opener.focus) { opener.focus(); }
    }
    opener = null;
  }
  document.addEventListener("click", function (event) {
    var number = event.target.closest(".n");
    if (number) { open(Number(number.dataset.n), number); return; }
    var mark = event.target.closest("figure [data-address]");
    var index = mark ? indexOf(mark.dataset.address) : undefined;
    if (index !== undefined) { open(index, mark); }
  });
  document.addEventListener("keydown", function (event) {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches("span.n")) {
      event.preventDefault();
      open(Number(event.target.dataset.n), event.target);
    }
  });
  document.getElementById("panel-close").addEventListener("click", close);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });

  function sortKey(cell) {
    var text = cell ? cell.textContent.trim().replace(/\u2212/g, "-") : "";
    var number = text.match(/^[<>=\s]*(-?[\d.]+(?:e-?\d+)?)/);
    return { text: text.toLowerCase(), number: number ? parseFloat(number[1]) : null };
  }
  function compare(a, b) {
    if (a.number !== null && b.number !== null && a.number !== b.number) { return a.number - b.number; }
    if ((a.number === null) !== (b.number === null)) { return a.number === null ? 1 : -1; }
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  }
  function sortable(table) {
    var rows = Array.from(table.tBodies[0] ? table.tBodies[0].rows : []);
    var heads = Array.from(table.tHead ? table.tHead.rows[0].cells : []);
    if (rows.length < 3) { return; }
    heads.forEach(function (head, column) {
      if (!head.textContent.trim()) { return; }
      var button = element("button", "sort");
      button.type = "button";
      if (head.querySelector(".n")) {
        button.setAttribute("aria-label", words.sort + " " + head.textContent.trim());
      } else {
        button.append.apply(button, Array.from(head.childNodes));
      }
      head.append(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.map(function (row, place) { return { row: row, place: place, key: sortKey(row.cells[column]) }; })
          .sort(function (a, b) { return (down ? -1 : 1) * compare(a.key, b.key) || a.place - b.place; })
          .forEach(function (entry) { table.tBodies[0].append(entry.row); });
      });
    });
    if (rows.length < 8) { return; }
    var label = element("label", "find", words.find + " ");
    var input = element("input");
    input.type = "search";
    label.append(input);
    table.parentElement.before(label);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase();
      rows.forEach(function (row) { row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0; });
    });
  }
  document.querySelectorAll("main table").forEach(sortable);
  if (window.matchMedia("(max-width: 63.99rem)").matches) { document.querySelector("#contents details").open = false; }
})();
