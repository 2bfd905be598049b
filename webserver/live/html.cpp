#include "webserver/live/assets.h"

namespace webserver {

std::string_view live_html()
{
    return R"HTML(<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>live</title>
<link rel="stylesheet" href="/-/live/style.css">
<script src="/-/live/script.js" defer></script>

<header>
  <h1>live</h1>
  <p id="state" role="status">connecting</p>
  <dl>
    <div><dt>connections open</dt><dd id="open">0</dd></div>
    <div><dt>requests a second</dt><dd id="rate">0</dd></div>
    <div><dt>requests in all</dt><dd id="total">0</dd></div>
  </dl>
  <p class="buttons">
    <button id="pause" aria-pressed="false">Pause</button>
    <button id="clear">Clear</button>
  </p>
</header>

<main>
  <section id="chart" aria-labelledby="chart-name">
    <h2 id="chart-name"><span>client</span><span>server</span></h2>
    <ol id="rows"></ol>
    <p id="waiting">Nothing has happened yet. Ask this server for something: <code id="try"></code></p>
    <p id="missed" hidden></p>
  </section>
  <section id="wire" aria-labelledby="wire-name">
    <h2 id="wire-name">On the wire</h2>
    <p id="whose">The newest request and its answer. Choose another to keep it here.</p>
    <pre id="asked" tabindex="0" aria-label="The request's head"></pre>
    <pre id="answered" tabindex="0" aria-label="The answer's head"></pre>
  </section>
</main>
</html>
)HTML";
}

} // namespace webserver
