// The details of a cell of the matrix: what was injected where, and each result with its command.
"use strict";
function details(cell, data, element) {
  const row = cell.parentNode.id;
  const [way, course, side] = row.split("/");
  const action = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
  const point = cell.parentNode.cells[0].textContent;
  const name = point.split(/[(@ ]/)[0];
  const results = data.cells[row].filter(([, what]) => data.faults[what].split("(")[0] === action);

  const nodes = [
    element("h2", action + " at " + point),
    element("p", "Course " + course + ", " + side + ", " + way + ".", "about"),
    element("p", point + ": " + data.points[name] + "."),
    element("p", action + ": " + data.actions[action] + "."),
  ];
  const list = element("ul");
  for (const [ordinal, what, text, millis, seed = data.seed] of results) {
    const sentence = data.sentences[text];
    const fault = point + (ordinal > 1 ? "#" + ordinal : "") + ":" + data.faults[what];
    const outcome = data.outcomes.find(one => one.code === sentence.code);
    const item = element("li");
    item.append(
      element("b", outcome.code, "code " + outcome.look),
      " " + sentence.text.replace("%d", millis.toLocaleString("en")));
    const command = [course, side, fault, way === "real" ? "--real" : "--seed " + seed]
      .reduce((format, word) => format.replace("%s", () => word), data.command);
    item.append(element("pre", command));
    list.append(item);
  }
  nodes.push(list);
  return nodes;
}
