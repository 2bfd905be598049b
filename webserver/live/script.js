"use strict";
// The server's events are kept in short lists. The page is redrawn at most once a frame.

const most_rows = 60;
const element = (id) => document.getElementById(id);
const events = [];            // the newest at the end, at most most_rows
const pending = new Map();    // by client: its last request, until the response arrives
const seen = { open: 0, total: 0, missed: 0, marks: [] };
let shown = null;             // {client, request, response} shown under "On the wire"
let is_pinned = false;        // the user chose it
let is_paused = false;
let is_due = false;
let own_client = "";
let next_key = 0;

function draw_soon() {
  if (is_due) return;
  is_due = true;
  requestAnimationFrame(() => { is_due = false; draw(); });
}

function keep(event) {
  event.key = next_key++;
  events.push(event);
  if (events.length > most_rows) events.shift();
  draw_soon();
}

function first_line(head) { return head.split("\n", 1)[0]; }

function size_text(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  while (bytes >= 1000 && power + 1 < units.length) { bytes /= 1000; ++power; }
  return (power && bytes < 100 ? bytes.toFixed(1) : Math.round(bytes)) + " " + units[power];
}

// Clients get colours that are far apart, by the golden angle.
const hues = new Map();
function hue_of(client) {
  if (!hues.has(client)) {
    if (hues.size > 500) hues.clear();
    hues.set(client, Math.round(150 + hues.size * 137.508) % 360);
  }
  return hues.get(client);
}

function choose(exchange) {
  is_pinned = shown !== exchange || !is_pinned;
  shown = exchange;
  draw_soon();
}

function arrow(text, status, exchange) {
  const lane = document.createElement("span");
  lane.className = "arrow" + (status ? " s" + status[0] : "");
  const label = document.createElement("button");
  label.textContent = text;
  label.title = text;
  label.addEventListener("click", () => choose(exchange));
  lane.append(label);
  return lane;
}

function note(text) {
  const lane = document.createElement("span");
  lane.className = "note";
  lane.textContent = text;
  return lane;
}

function lane_of(event) {
  const line = first_line(event.head ?? "");
  switch (event.kind) {
    case "connect": return note("opens a connection");
    case "close": return note("the connection is closed");
    case "request": return arrow(line.replace(/ HTTP\/1\.\d$/, ""), "", event.exchange);
    default: {
      const status = line.slice(line.indexOf(" ") + 1);
      return arrow(status + (event.size ? " · " + size_text(event.size) : ""), status, event.exchange);
    }
  }
}

function row_of(event) {
  const row = document.createElement("li");
  row.className = event.kind;
  row.dataset.key = event.key;
  row.style.setProperty("--hue", hue_of(event.client));
  const client = document.createElement("span");
  client.className = "client";
  client.textContent = event.client === own_client ? "this page" : event.client;
  client.title = event.client;
  row.append(client, lane_of(event));
  row.exchange = event.exchange;
  return row;
}

function draw_rows() {
  const rows = element("rows");
  const oldest = events.length ? events[0].key : next_key;
  while (rows.firstChild && Number(rows.firstChild.dataset.key) < oldest) rows.firstChild.remove();
  const last = rows.lastChild ? Number(rows.lastChild.dataset.key) : -1;
  const fresh = events.filter((event) => event.key > last).map(row_of);
  const is_calm = fresh.length <= 8; // many rows at once are not animated
  for (const row of fresh) row.classList.toggle("fresh", is_calm);
  rows.append(...fresh);
  for (const row of rows.children)
    row.classList.toggle("chosen", is_pinned && shown !== null && row.exchange === shown);
}

function draw() {
  element("open").textContent = seen.open.toLocaleString("en");
  element("total").textContent = seen.total.toLocaleString("en");
  element("missed").hidden = seen.missed === 0;
  element("missed").textContent = seen.missed.toLocaleString("en") + " events missed: they came too fast";
  if (is_paused) return;
  element("waiting").hidden = events.length > 0;
  draw_rows();
  element("request").textContent = shown?.request ?? "";
  element("response").textContent = shown?.response ?? "";
  element("chosen").textContent = !shown ? "The newest request and its response. Choose another to keep it here."
    : (is_pinned ? "Kept: " : "Newest: ") + shown.client;
  if (shown) document.title = first_line(shown.request) + " – live";
}

// The rate of the last second, with the requests whose events were missed.
function draw_rate() {
  const now = performance.now();
  seen.marks.push([now, seen.total]);
  while (seen.marks.length > 1 && now - seen.marks[0][0] > 1100) seen.marks.shift();
  const [then, before] = seen.marks[0];
  const rate = now > then ? (seen.total - before) * 1000 / (now - then) : 0;
  element("rate").textContent = Math.round(rate).toLocaleString("en");
}

function set_state(state, text) {
  document.documentElement.dataset.state = state;
  element("state").textContent = text;
}

const handlers = {
  hello(data) {
    own_client = data.client;
    seen.open = data.open;
    seen.first = undefined;
    set_state("watching", "watching " + location.host);
    draw_soon();
  },
  connect(data) { seen.open = data.open; keep(data); },
  close(data) { seen.open = data.open; pending.delete(data.client); keep(data); },
  request(data) {
    seen.first ??= data.number - 1 - seen.total;
    seen.total = data.number - seen.first;
    data.exchange = { client: data.client, request: data.head, response: "" };
    if (pending.size > 500) pending.clear(); // the events of their responses were missed
    pending.set(data.client, data.exchange);
    if (!is_pinned) shown = data.exchange;
    keep(data);
  },
  answer(data) {
    data.exchange = pending.get(data.client) ?? { client: data.client, request: "", response: "" };
    data.exchange.response = data.head;
    pending.delete(data.client);
    keep(data);
  },
  missed(data) { seen.missed += data.count; draw_soon(); },
};

function watch() {
  const source = new EventSource("/-/live/events");
  source.addEventListener("error", () => {
    const is_over = source.readyState === EventSource.CLOSED;
    set_state("away", is_over ? "disconnected: reload this page" : "the server does not answer");
    seen.open = 0;
    pending.clear();
    draw_soon();
  });
  for (const [kind, handle] of Object.entries(handlers))
    source.addEventListener(kind, (message) => handle({ kind, ...JSON.parse(message.data) }));
}

function pause() {
  is_paused = !is_paused;
  element("pause").setAttribute("aria-pressed", is_paused);
  draw_soon();
}

function clear() {
  events.length = 0;
  Object.assign(seen, { total: 0, missed: 0, first: undefined, marks: [] });
  shown = null;
  is_pinned = false;
  document.title = "live";
  draw_soon();
}

element("try").textContent = "curl " + location.origin + "/";
element("pause").addEventListener("click", pause);
element("clear").addEventListener("click", clear);
document.addEventListener("keydown", (key) => {
  if (key.key === " " && key.target === document.body) { key.preventDefault(); pause(); }
});
setInterval(draw_rate, 250);
watch();
