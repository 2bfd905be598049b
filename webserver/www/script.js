// Asks the server for the header lines of one file and shows its answer.
"use strict";

// Which header line goes into which cell of the table.
const cells = {
  "answer-type": "Content-Type",
  "answer-length": "Content-Length",
  "answer-modified": "Last-Modified",
  "answer-date": "Date",
  "answer-server": "Server",
};

function show(id, text) {
  document.getElementById(id).textContent = text;
}

async function ask() {
  const start = performance.now();
  let answer;
  try {
    // "no-store": always ask the server, never the browser's cache.
    answer = await fetch("/HelloWorld.html", { method: "HEAD", cache: "no-store" });
  } catch {
    for (const id in cells) show(id, "");
    show("answer-time", "");
    show("answer-status", "no answer: is the server still running?");
    return;
  }
  const time = performance.now() - start;

  show("answer-status", `${answer.status} ${answer.statusText}`.trim());
  for (const id in cells) {
    show(id, answer.headers.get(cells[id]) ?? "(not sent)");
  }
  show("answer-time", `${time.toFixed(1)} ms`);
}

function start() {
  document.getElementById("answer").hidden = false;
  document.getElementById("ask-again").addEventListener("click", ask);

  // The browser keeps its own record of how the page itself arrived.
  const [page] = performance.getEntriesByType("navigation");
  show("page-time", `${(page.responseEnd - page.requestStart).toFixed(1)} ms`);

  ask();
}

document.documentElement.dataset.script = "ran";
window.addEventListener("load", start);
