#include "proxy/status/status.h"

namespace proxy {

std::string_view status_page()
{
    return R"html(<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>proxy</title>
<style>
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; --line: #8883;
        --hit: #2a9d5c; --miss: #3b7dd8; --stale: #d9922e; --error: #c94f4f; --tunnel: #8a63c9; --other: #888 }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap }
header span { opacity: .7 }
#numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1.5rem 0 }
#numbers div { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem }
#numbers b { display: block; white-space: nowrap; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.bar { display: flex; height: 1.6rem; border-radius: .4rem; overflow: hidden; background: var(--line) }
.bar div { transition: width .5s; min-width: 0 }
#legend { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin-top: .5rem }
#legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem }
table { border-collapse: collapse; width: 100%; font-size: .95rem }
th { text-align: left } tr { border-bottom: 1px solid var(--line) }
td, th { padding: .2rem .8rem .2rem 0; white-space: nowrap }
td.url { white-space: normal; overflow-wrap: anywhere; width: 100% }
td.number { text-align: right; font-variant-numeric: tabular-nums }
code { background: var(--line); padding: .1rem .4rem; border-radius: .3rem }
</style>
<header><h1>proxy</h1><span id="state">asking …</span></header>
<div id="numbers"></div>
<h2>What became of the requests</h2>
<div class="bar" id="verdicts"></div><div id="legend"></div>
<h2>In the cache</h2>
<div class="bar" id="filling"></div><div id="cache"></div>
<section id="requests" hidden><h2>The latest requests</h2>
<table><thead><tr><th>client<th>method<th>target<th>status<th>size<th>time<th>verdict</thead><tbody id="latest"></tbody></table>
</section>
<h2>Use it</h2>
<p>In the browser's proxy settings, give <code id="pac"></code> as the URL for automatic configuration.
The numbers on this page are at <a href="/status.json">/status.json</a>, too.</p>
<script>
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
        (status.cache.trouble ? ", and nothing more is stored: " + status.cache.trouble : "");
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
async function look() {
    try {
        show(await (await fetch("/status.json", {cache: "no-store"})).json());
    } catch (error) {
        at("state").textContent = "it does not answer";
    }
    setTimeout(look, 1000);
}
at("pac").textContent = location.origin + "/proxy.pac";
look();
</script>
</html>
)html";
}

} // namespace proxy
