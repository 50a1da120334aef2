// What all reports have: a filter, keys to move among cells, and the details of a cell.
// The script of a report, which stands before, defines details(cell, data, element): the content of
// the dialog for a cell, an array of nodes made with element(name, text, look).
"use strict";
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const filter = document.getElementById("filter");
  const dialog = document.getElementById("details");
  const grids = [...document.querySelectorAll("table.grid")];
  const rows = grids.flatMap(grid => [...grid.querySelectorAll("tr[id]")]);

  function element(name, text = "", look = "") {
    const made = document.createElement(name);
    made.textContent = text;
    if (look) made.className = look;
    return made;
  }

  // ---- addresses: #?text=…&only=… is a filter, #ROW/COLUMN a cell, any other an anchor

  const columnOf = cell => cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
  const addressOf = cell => "#" + cell.parentNode.id + "/" + columnOf(cell);

  function cellAt(address) {
    const slash = address.lastIndexOf("/");
    const row = slash < 0 ? null : document.getElementById(address.slice(1, slash));
    return row && [...row.cells].find(cell => isCell(cell) && addressOf(cell) === address);
  }

  function address() {
    try {
      return decodeURIComponent(location.hash);
    } catch {
      return location.hash;
    }
  }

  function follow() {
    if (location.hash.startsWith("#?")) {
      const wanted = new URLSearchParams(location.hash.slice(2));
      filter.text.value = wanted.get("text") || "";
      if (filter.group) filter.group.value = wanted.get("group") || "";
      for (const box of boxes()) box.checked = wanted.getAll("only").includes(box.value);
      apply();
    } else {
      const cell = cellAt(address());
      if (cell) open(cell);
    }
  }

  function remember() {
    const wanted = [...new FormData(filter)].filter(([, value]) => value !== "");
    // which is no hashchange, so that nothing is read back
    history.replaceState(null, "", "#?" + new URLSearchParams(wanted));
  }

  // ---- the filter

  const boxes = () => [...filter.querySelectorAll("[name=only]")];

  function apply() {
    const text = filter.text.value.trim().toLowerCase();
    const group = filter.group ? filter.group.value : "";
    const only = boxes().filter(box => box.checked).map(box => box.value);
    let shown = 0;
    for (const row of rows) {
      const chosen = [...row.cells].filter(cell => only.some(look => has(cell, look)));
      for (const cell of row.cells) cell.classList.toggle("chosen", chosen.includes(cell));
      row.hidden = !(row.id + " " + row.textContent).toLowerCase().includes(text)
        || (only.length > 0 && chosen.length === 0)
        || (group !== "" && row.parentNode.dataset.group !== group);
      shown += row.hidden ? 0 : 1;
    }
    for (const grid of grids) {
      for (const body of grid.tBodies) body.hidden = [...body.rows].every(row => row.hidden || !row.id);
      grid.classList.toggle("only", only.length > 0);
      grid.closest("section").hidden = [...grid.tBodies].every(body => body.hidden);
    }
    filter.querySelector("output").textContent = shown + " of " + rows.length + " rows";
  }

  // a cell with several outcomes names all of them; its look is the worst
  function has(cell, look) {
    return cell.classList.contains(look) || (data.outcomes || []).some(outcome =>
      outcome.look === look && isCell(cell) && cell.textContent.includes(outcome.code));
  }

  // ---- cells

  const isCell = element => element !== null && element.tagName === "TD" && element.textContent !== "";

  function open(cell) {
    const link = element("a", "Link to this cell");
    link.href = addressOf(cell);
    dialog.lastElementChild.replaceChildren(...details(cell, data, element), link);
    if (!dialog.open) dialog.showModal();
    focus(cell.closest("table"), cell);
  }

  // one cell of each table can be reached by Tab, the others from there by arrows
  function focus(grid, cell) {
    grid.querySelectorAll("td[tabindex]").forEach(other => other.tabIndex = -1);
    cell.tabIndex = 0;
    cell.setAttribute("aria-label", columnOf(cell) + ": " + cell.textContent);
  }

  const shownRows = grid => [...grid.querySelectorAll("tr[id]")].filter(row => row.offsetParent !== null);

  function neighbour(cell, key) {
    const steps = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0],
      Home: [0, -Infinity], End: [0, Infinity]};
    const step = steps[key];
    if (!step) return null;
    if (step[0] !== 0) {
      const rows = shownRows(cell.closest("table"));
      for (let i = rows.indexOf(cell.parentNode) + step[0]; rows[i]; i += step[0]) {
        if (isCell(rows[i].cells[cell.cellIndex])) return rows[i].cells[cell.cellIndex];
      }
      return cell;
    }
    const cells = [...cell.parentNode.cells].filter(isCell);
    return cells[Math.max(0, Math.min(cells.length - 1, cells.indexOf(cell) + step[1]))];
  }

  for (const grid of grids) {
    const first = [...grid.querySelectorAll("tr[id] > td")].find(isCell);
    if (first) first.tabIndex = 0;
    grid.addEventListener("click", event => {
      const cell = event.target.closest("td");
      if (isCell(cell)) open(cell);
    });
    grid.addEventListener("keydown", event => {
      const cell = event.target;
      if (!isCell(cell)) return;
      if (event.key === "Enter" || event.key === " ") {
        open(cell);
      } else {
        const next = neighbour(cell, event.key);
        if (!next) return;
        focus(grid, next);
        next.focus();
      }
      event.preventDefault();
    });
  }

  // a click beside the dialog closes it; so does Escape
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    if (cellAt(address())) remember();
  });

  filter.hidden = false;
  filter.addEventListener("input", () => { remember(); apply(); });
  // the fields are empty only after the event
  filter.addEventListener("reset", () => setTimeout(() => { remember(); apply(); }));
  filter.addEventListener("submit", event => event.preventDefault());
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar",
    getComputedStyle(filter).position === "sticky" ? filter.offsetHeight + "px" : "0px")).observe(filter);
  addEventListener("hashchange", follow);
  apply();
  follow();
}
