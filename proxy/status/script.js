"use strict";
const at = id => document.getElementById(id);
function make(name, text, className) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
}
function size(bytes) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    for (; bytes >= 1000 && unit < 4; ++unit) bytes /= 1000;
    return (unit ? bytes.toFixed(1) : bytes) + " " + units[unit];
}
function duration(milliseconds) {
    const seconds = Math.floor(milliseconds / 1000);
    if (seconds < 60) return seconds + " s";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min";
    return Math.floor(seconds / 3600) + " h " + Math.floor(seconds % 3600 / 60) + " min";
}
function kind(verdict) {
    for (const name of ["hit", "tunnel", "stale", "error", "miss"])
        if (verdict.includes(name)) return name;
    return "other";
}
const colour = verdict => "var(--" + kind(verdict) + ")";
function show(status) {
    const verdicts = Object.entries(status.verdicts).sort((a, b) => b[1].requests - a[1].requests);
    const hits = verdicts.filter(([name]) => kind(name) == "hit");
    const sum = (list, what) => list.reduce((total, entry) => total + entry[1][what], 0);
    const rate = status.requests ? Math.round(100 * sum(hits, "requests") / status.requests) + " %" : "–";
    at("numbers").replaceChildren(...[
        ["requests", status.requests], ["clients now", status.clients], ["tunnels now", status.tunnels],
        ["from the cache", rate], ["bytes saved", size(sum(hits, "bytes"))], ["to clients", size(status.bytes)],
    ].map(([name, value]) => {
        const box = make("div");
        box.append(make("b", value), name);
        return box;
    }));
    at("verdicts").replaceChildren(...verdicts.map(([name, count]) => {
        const part = make("div");
        part.style.width = 100 * count.requests / status.requests + "%";
        part.style.background = colour(name);
        part.title = name;
        return part;
    }));
    at("legend").replaceChildren(...verdicts.map(([name, count]) => {
        const entry = make("span"), mark = make("i");
        mark.style.background = colour(name);
        entry.append(mark, name + " " + count.requests);
        return entry;
    }));
    const filled = make("div");
    filled.style.width = 100 * status.cache.bytes / (status.cache.capacity || 1) + "%";
    filled.style.background = "var(--hit)";
    at("filling").replaceChildren(filled);
    at("cache").textContent = status.cache.entries + " entries, " + size(status.cache.bytes) + " of " +
        size(status.cache.capacity) +
        (status.cache.trouble ? "; responses are not stored: " + status.cache.trouble : "");
    at("requests").hidden = status.latest.length == 0;
    at("latest").replaceChildren(...status.latest.map(event => {
        const row = make("tr"), verdict = make("td", event.verdict);
        verdict.style.color = colour(event.verdict);
        row.append(make("td", event.client), make("td", event.method), make("td", event.target, "url"),
            make("td", event.status), make("td", size(event.bytes), "number"),
            make("td", event.time + " ms", "number"), verdict);
        return row;
    }));
    at("state").textContent = "up for " + duration(status.uptime);
}
async function refresh() {
    try {
        show(await (await fetch("/status.json", {cache: "no-store"})).json());
    } catch (error) {
        at("state").textContent = "the proxy does not respond";
    }
    setTimeout(look, 1000);
}
at("pac").textContent = location.origin + "/proxy.pac";
refresh();
