// The details of a client in a situation: what became of the guest and what the client said.
"use strict";
function details(cell, data, element) {
  const client = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
  const row = data.cells[cell.parentNode.id][client];
  const list = element("dl", "", "facts");
  const facts = {
    "Guest": row.guest,
    "The client says": row.reported,
    "Wrong": row.trouble,
    "Source / destination": row.statuses,
    "Exit code": row.exitCode,
    "Last line": row.said,
    "Client": row.millis.toLocaleString("en") + " ms",
  };
  for (const [name, value] of Object.entries(facts)) {
    if (value === "" || value === null) continue;
    const fact = element("div");
    fact.append(element("dt", name), element("dd", value));
    list.append(fact);
  }
  return [
    element("h2", client + " in " + row.situation + " as " + row.version),
    element("p", data.situations[row.situation] + "."),
    list,
    element("pre", "scripts/clients run --situation " + row.situation + " -- COMMAND"),
  ];
}
