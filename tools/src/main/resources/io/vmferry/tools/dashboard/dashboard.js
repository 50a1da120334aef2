// Draws the panels of the Grafana dashboard /dashboard.json from the Prometheus behind /api/v1.
"use strict";

const UNITS = {
  binBps: value => scaled(value, 1024, ["B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"]),
  bytes: value => scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]),
  s: value => value === 0 ? "0 s"
      : value < 1e-3 ? `${digits(value * 1e6)} µs` : value < 1 ? `${digits(value * 1e3)} ms` : `${digits(value)} s`,
  ops: value => scaled(value, 1000, ["/s", "k/s", "M/s", "G/s"]),
  percentunit: value => `${digits(value * 100)} %`,
  short: value => scaled(value, 1000, ["", "k", "M", "G"]),
};

const PANELS = {
  "timeseries": drawLines,
  "state-timeline": drawStates,
  "bargauge": drawGauges,
  "table": drawTable,
};

// What a state means, by the words of a legend; the first that fits counts.
const MEANINGS = [
  [/wrong|lost|failed|two|unknown/, "#d64545"],
  [/paused|recover|cancel|unproved|not-checked|unchecked/, "#e08a1e"],
  [/completed|proved|runs the guest|here|destination/, "#2f9e5b"],
  [/device|postcopy|switchover/, "#8a63d2"],
  [/active|setup|wait|source/, "#2f7fd1"],
];
const COLOURS = ["#2f7fd1", "#e08a1e", "#2f9e5b", "#8a63d2", "#d64545", "#1fa3a3", "#b8860b", "#c2559d", "#5c6f82", "#7a9a01"];
const BINARY_STEPS = Array.from({ length: 50 }, (_, i) => 2 ** i);
const OTHER_SECONDS = 15;
const MOST_POINTS = 600;

const chosen = { range: 900, refresh: 5, variables: {} };
let dashboard;
let busy = false;
let again = false;
let timer;

function digits(value) {
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 });
}

function scaled(value, base, names) {
  let step = 0;
  while (Math.abs(value) >= base && step < names.length - 1) {
    value /= base;
    step++;
  }
  return `${digits(value)} ${names[step]}`.trim();
}

function unit(panel) {
  return UNITS[panel.fieldConfig.defaults.unit ?? "short"];
}

// What the dashboard says of one line in place of the panel's own unit and axis.
function override(panel, name) {
  const found = panel.fieldConfig.overrides.filter(one => new RegExp(one.matcher.options).test(name))
      .flatMap(one => one.properties);
  return Object.fromEntries(found.map(({ id, value }) => [id, value]));
}

function element(name, parent, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  parent?.append(made);
  return made;
}

// ---- questions to Prometheus

async function ask(path, parameters) {
  const reply = await fetch(`api/v1/${path}?${new URLSearchParams(parameters)}`);
  const text = await reply.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(text || `Prometheus replied ${reply.status}`);
  }
  if (json.status !== "success") throw new Error(json.error ?? text);
  return json.data;
}

// A query with the variables of the dashboard filled in.
function query(text, seconds) {
  let filled = text;
  for (const [name, values] of Object.entries(chosen.variables)) {
    const pattern = values.size === 0 ? ".*"
        : [...values].map(value => value.replace(/[.*+?^${}()|[\]\\]/g, "\\\\$&")).join("|");
    filled = filled.replaceAll(`$${name}`, pattern);
  }
  return filled.replaceAll("$__rate_interval", `${seconds}s`);
}

// How often Prometheus reads the nodes: from what it has of the last minute.
async function scrapeSeconds() {
  const found = await ask("query", { query: "max(count_over_time(up[1m]))" });
  const count = Number(found.result[0]?.value[1] ?? 0);
  return count > 1 ? Math.max(1, Math.round(60 / count)) : OTHER_SECONDS;
}

async function time() {
  const scrape = await scrapeSeconds();
  const step = Math.max(scrape, Math.ceil(chosen.range / MOST_POINTS));
  // whole steps, so that what was drawn does not move between two refreshes
  const end = Math.floor(Date.now() / 1000 / step) * step;
  return { step, end, start: end - chosen.range, rate: Math.max(step + scrape, 4 * scrape) };
}

function legend(target, labels) {
  return (target.legendFormat ?? "").replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? "")
      || Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(" ");
}

// All series of a panel over a time: name, and a value or null at each step.
async function series(panel, at) {
  const steps = Math.round((at.end - at.start) / at.step) + 1;
  const all = await Promise.all(panel.targets.map(async target => {
    const found = await ask("query_range",
        { query: query(target.expr, at.rate), start: at.start, end: at.end, step: at.step });
    return found.result.map(one => {
      const values = new Array(steps).fill(null);
      for (const [when, value] of one.values) {
        const number = Number(value);
        values[Math.round((when - at.start) / at.step)] = Number.isFinite(number) ? number : null;
      }
      return { name: legend(target, one.metric), values };
    });
  }));
  return all.flat().filter(one => one.values.some(value => value !== null));
}

// ---- panels

async function drawLines(panel, body, at) {
  const lines = await series(panel, at);
  if (nothing(lines, body)) return;
  const custom = panel.fieldConfig.defaults.custom ?? {};
  const stacked = custom.stacking?.mode === "normal";
  const times = lines[0].values.map((_, i) => at.start + i * at.step);
  const drawn = stacked ? stack(lines) : lines.map(line => line.values);
  const form = [document.documentElement.clientWidth, matchMedia("(prefers-color-scheme: dark)").matches,
    ...lines.map(line => line.name)].join("\n");
  if (body.chart && body.form === form) {
    body.lines = lines;
    body.chart.setData([times, ...drawn]);
    return;
  }
  body.form = form;
  body.lines = lines;
  const old = body.chart;
  body.replaceChildren();
  old?.destroy();
  const chart = new uPlot(chartOptions(panel, lines, body), [times, ...drawn], body);
  body.chart = chart;
  // the legend has its height only when it has been laid out below the chart
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const below = chart.root.querySelector(".u-legend").offsetHeight;
    chart.setSize({ width: chart.width, height: Math.max(90, body.clientHeight - below - 4) });
  }));
}

// What uPlot draws the lines of a panel by; their values are read from body.lines, which later ones replace.
function chartOptions(panel, lines, body) {
  const custom = panel.fieldConfig.defaults.custom ?? {};
  const name = panel.fieldConfig.defaults.unit ?? "short";
  const own = lines.map(line => override(panel, line.name));
  const right = own.find(one => one["custom.axisPlacement"] === "right")?.unit;
  const powersOnly = custom.scaleDistribution?.type === "log";
  const style = getComputedStyle(document.documentElement);
  const axis = { stroke: style.getPropertyValue("--quiet"), grid: { stroke: style.getPropertyValue("--line"), width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(120, body.clientWidth - 2),
    height: 100,
    padding: [null, right ? null : 30, null, null],
    cursor: { sync: { key: "all" } },
    scales: { x: { time: true }, y: powersOnly ? { distr: 3, log: 10 } : { range: fromZero }, right: { range: fromZero } },
    axes: [
      { ...axis, space: 75, size: 30, values: (_, splits) => splits.map(clock) },
      { ...axis, ...valueAxis(name, powersOnly, axis.grid) },
      ...right ? [{ ...axis, ...valueAxis(right, false, { show: false }), scale: "right", side: 1 }] : [],
    ],
    series: [{ label: "Time", value: (_, when) => when === null ? "now" : clock(when) }, ...lines.map((line, i) => ({
      label: line.name,
      scale: own[i]["custom.axisPlacement"] === "right" ? "right" : "y",
      stroke: COLOURS[i % COLOURS.length],
      width: 1.5,
      fill: custom.fillOpacity ? COLOURS[i % COLOURS.length] + "40" : undefined,
      points: { show: false },
      value: (_, __, ___, index) => {
        const values = body.lines[i].values;
        const format = UNITS[own[i].unit ?? name];
        return index === null ? last(values, format) : values[index] === null ? "–" : format(values[index]);
      },
    }))],
  };
}

// Bytes have marks at powers of two, a logarithmic axis at powers of ten alone.
function valueAxis(unitName, powersOnly, grid) {
  const format = UNITS[unitName];
  const marks = (_, splits) => splits.map(value => powersOnly && Math.log10(value) % 1 !== 0 ? null : value);
  return {
    size: 76,
    values: (_, splits) => splits.map(value => value === null ? "" : format(value)),
    ...powersOnly ? { filter: marks, grid: { ...grid, filter: marks } } : { grid },
    ...unitName.startsWith("b") ? { incrs: BINARY_STEPS } : {},
  };
}

function fromZero(_, low, high) {
  return [Math.min(0, low), high > 0 ? high * 1.05 : 1];
}

function last(values, format) {
  const value = values.findLast(one => one !== null);
  return value === undefined ? "–" : format(value);
}

// Each line on top of those before.
function stack(lines) {
  const sum = new Array(lines[0].values.length).fill(0);
  return lines.map(line => line.values.map((value, i) => value === null ? null : (sum[i] += value)));
}

async function drawStates(panel, body, at) {
  const lanes = await series(panel, at);
  if (nothing(lanes, body)) return;
  const grid = document.createElement("div");
  grid.className = "timeline";
  for (const { name, values } of lanes.sort((a, b) => a.name.localeCompare(b.name))) {
    element("span", grid, name);
    const lane = element("div", grid, undefined, "lane");
    for (const [from, to] of spans(values)) {
      const bar = element("span", lane);
      bar.style.left = `${100 * from / values.length}%`;
      bar.style.width = `${100 * (to - from) / values.length}%`;
      bar.style.background = meaning(name);
      bar.title = `${name}: ${clock(at.start + from * at.step)} to ${clock(at.start + to * at.step)}`;
    }
  }
  element("span", grid);
  const axis = element("div", grid, undefined, "time");
  for (const part of [0, 1, 2, 3, 4]) element("span", axis, clock(at.start + part * chosen.range / 4));
  body.replaceChildren(grid);
}

function spans(values) {
  const found = [];
  let from = -1;
  values.concat(null).forEach((value, i) => {
    if (value !== null && from < 0) from = i;
    if (value === null && from >= 0) {
      found.push([from, i]);
      from = -1;
    }
  });
  return found;
}

function meaning(name) {
  return MEANINGS.find(([words]) => words.test(name))?.[1] ?? "#8090a0";
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en", { hour12: false });
}

async function drawGauges(panel, body, at) {
  const gauges = await series(panel, at);
  if (nothing(gauges, body)) return;
  const values = gauges.map(gauge => gauge.values.findLast(value => value !== null));
  const most = Math.max(...values, Number.MIN_VALUE);
  const grid = document.createElement("div");
  grid.className = "gauges";
  gauges.forEach((gauge, i) => {
    element("span", grid, gauge.name);
    const bar = element("span", element("div", grid, undefined, "bar"));
    bar.style.width = `${100 * values[i] / most}%`;
    bar.style.background = COLOURS[0];
    element("span", grid, unit(panel)(values[i]));
  });
  body.replaceChildren(grid);
}

async function drawTable(panel, body, at) {
  const found = (await Promise.all(panel.targets.map(target => ask("query", { query: query(target.expr, at.rate) }))))
      .flatMap(data => data.result);
  if (nothing(found, body)) return;
  const left = panel.transformations?.find(one => one.id === "organize")?.options.excludeByName ?? {};
  const columns = [...new Set(found.flatMap(row => Object.keys(row.metric)))].filter(name => !left[name]);
  const table = document.createElement("table");
  const head = element("tr", element("thead", table));
  columns.forEach(name => element("th", head, name).scope = "col");
  const rows = element("tbody", table);
  for (const row of found) {
    const line = element("tr", rows);
    columns.forEach(name => element("td", line, row.metric[name] ?? ""));
  }
  body.replaceChildren(table);
}

function nothing(found, body) {
  if (found.length > 0) return false;
  body.chart?.destroy();
  body.chart = undefined;
  body.replaceChildren();
  element("p", body, "Nothing in this time.", "empty");
  return true;
}

// ---- the page

function layOut() {
  const panels = document.getElementById("panels");
  for (const panel of dashboard.panels) {
    const section = element("section", panels);
    const { x, y, w, h } = panel.gridPos;
    section.style.gridColumn = `${x + 1} / span ${w}`;
    section.style.gridRow = `${y + 1} / span ${h}`;
    const heading = element("h2", section, panel.title);
    heading.id = `panel-${panel.id}`;
    section.setAttribute("aria-labelledby", heading.id);
    if (panel.description) element("p", section, panel.description, "description");
    panel.body = element("div", section, undefined, "body");
  }
}

// A menu of check boxes for each variable: none checked is all.
async function offerVariables() {
  for (const variable of dashboard.templating.list.filter(one => one.type === "query")) {
    const [, metric, label] = /label_values\((.*),\s*(\w+)\)/.exec(variable.query.query);
    const now = Date.now() / 1000;
    const found = await ask("series",
        { "match[]": query(metric, OTHER_SECONDS), start: now - chosen.range, end: now });
    const values = [...new Set(found.map(labels => labels[label]))].sort();
    const picked = chosen.variables[variable.name] ??= new Set();
    offer(variable, values, picked);
  }
}

function offer(variable, values, picked) {
  const id = `variable-${variable.name}`;
  const menu = document.getElementById(id) ?? element("details", document.getElementById("variables"));
  if (menu.offered === values.join("\n")) return;
  menu.offered = values.join("\n");
  menu.id = id;
  menu.replaceChildren();
  const summary = element("summary", menu);
  const tell = () => { summary.textContent = `${variable.label}: ${picked.size === 0 ? "all" : [...picked].join(", ")}`; };
  const list = element("fieldset", menu);
  for (const value of values) {
    const label = element("label", list);
    const box = element("input", label);
    box.type = "checkbox";
    box.checked = picked.has(value);
    label.append(` ${value}`);
    box.addEventListener("change", () => {
      if (box.checked) picked.add(value); else picked.delete(value);
      tell();
      draw();
    });
  }
  tell();
}

async function draw() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  const problems = new Set();
  try {
    await offerVariables();
    const at = await time();
    await Promise.all(dashboard.panels.map(panel =>
        PANELS[panel.type](panel, panel.body, at).catch(problem => problems.add(problem.message))));
  } catch (problem) {
    problems.add(problem.message);
  }
  busy = false;
  const shown = document.getElementById("problem");
  shown.hidden = problems.size === 0;
  shown.textContent = [...problems].join("\n");
  clearTimeout(timer);
  if (again) draw();
  else if (chosen.refresh > 0) timer = setTimeout(() => document.hidden ? undefined : draw(), chosen.refresh * 1000);
}

function choose(name) {
  const list = document.getElementById(name);
  const kept = new URLSearchParams(location.hash.slice(1)).get(name);
  if ([...list.options].some(option => option.value === kept)) chosen[name] = Number(kept);
  list.value = String(chosen[name]);
  list.addEventListener("change", () => {
    chosen[name] = Number(list.value);
    history.replaceState(null, "", `#${new URLSearchParams({ range: chosen.range, refresh: chosen.refresh })}`);
    draw();
  });
}

async function begin() {
  dashboard = await (await fetch("dashboard.json")).json();
  document.title = dashboard.title;
  document.getElementById("title").textContent = dashboard.title;
  layOut();
  choose("range");
  choose("refresh");
  document.addEventListener("visibilitychange", () => document.hidden || draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  window.addEventListener("resize", draw);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") document.querySelectorAll("details[open]").forEach(menu => { menu.open = false; });
  });
  await draw();
}

begin();
