#include "webserver/live/assets.h"

namespace webserver {

std::string_view live_style()
{
    return R"CSS(/* For a projector: large type, high contrast, nothing that needs scrolling. */
:root {
  color-scheme: light dark;
  --paper: #fbfcfb; --ink: #13201a; --quiet: #44524b; --line: #b4c3bb;
  --good: #00663c; --moved: #0b4f9e; --fault: #8a4b00; --failed: #b3141f;
  --own-light: 30%;
  --board: #12241c; --chalk: #eef5f1; --chalk-quiet: #b6c8be; --chalk-asked: #9fd0ff; --chalk-answered: #83e6b3;
  font: clamp(1rem, 0.5rem + 0.9vw, 2.25rem)/1.4 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0b110e; --ink: #f0f6f2; --quiet: #b4c3bb; --line: #40554b;
    --good: #6fdba4; --moved: #8ec5ff; --fault: #ffbf66; --failed: #ff9a94;
    --own-light: 80%;
    --board: #15251e;
  }
}
* { box-sizing: border-box; margin: 0 }
[hidden] { display: none !important }
html, body { height: 100% }
body {
  display: grid; grid-template-rows: auto minmax(0, 1fr); gap: 0.75rem;
  padding: 0.75rem 1.25rem 1rem; background: var(--paper); color: var(--ink);
}
code, pre, ol { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }

header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem }
h1 { font-size: 1.9rem; line-height: 1; letter-spacing: -0.02em }
#state { display: flex; align-items: center; gap: 0.5rem; color: var(--quiet) }
#state::before { content: ""; width: 0.8em; height: 0.8em; border-radius: 50%; border: 0.15em solid var(--quiet) }
[data-state="watching"] #state::before { background: var(--good); border-color: var(--good) }
[data-state="away"] #state { color: var(--failed); font-weight: 700 }
dl { display: flex; gap: 1.75rem; margin-left: auto }
dl div { display: flex; flex-direction: column-reverse; text-align: right }
dt { font-size: 0.7rem; line-height: 1.1; color: var(--quiet) }
dd { font-size: 1.6rem; line-height: 1.1; font-weight: 700; font-variant-numeric: tabular-nums }
.buttons { display: flex; gap: 0.5rem }
button { font: inherit; color: inherit; cursor: pointer }
.buttons button {
  font-size: 0.8rem; padding: 0.3rem 0.9rem; background: none; border: 2px solid var(--line); border-radius: 0.4rem;
}
.buttons button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink) }
:focus-visible { outline: 3px solid var(--moved); outline-offset: 2px }

main { display: grid; grid-template-columns: minmax(0, 1.45fr) minmax(0, 1fr); gap: 1.25rem; min-height: 0 }
h2 { font-size: 0.8rem; font-weight: 700; color: var(--quiet) }
#chart { display: flex; flex-direction: column; min-height: 0; position: relative }
#chart h2 { display: flex; justify-content: space-between; padding-bottom: 0.3rem }
#rows {
  flex: 1; display: flex; flex-direction: column; justify-content: flex-end; min-height: 0; overflow: hidden;
  list-style: none; padding: 0.5rem 0; font-size: 0.85rem; background:
    linear-gradient(var(--line), var(--line)) 11.2rem 0 / 3px 100% no-repeat,
    linear-gradient(var(--line), var(--line)) 100% 0 / 3px 100% no-repeat;
}
#rows li { flex: none; display: grid; grid-template-columns: 11.2rem minmax(0, 1fr); align-items: center; min-height: 1.9rem }
.client {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 0 0.6rem 0 0.5rem;
  border-left: 0.35rem solid var(--own); color: var(--own); font-weight: 600; font-size: 0.95em;
}
li { --own: hsl(var(--hue) 85% var(--own-light)) }

/* An arrow across the lane: its shaft is drawn on both sides of the label. */
.arrow { display: flex; align-items: center; gap: 0.6rem; padding: 0 0.35rem; min-width: 0; color: var(--ink) }
.arrow::before, .arrow::after { content: ""; flex: 1 1 1rem; min-width: 1rem; height: 0.16rem; background: currentColor }
.request .arrow::after, .answer .arrow::before { min-width: 1.6rem; height: 0.8rem }
.request .arrow::after { clip-path: polygon(0 40%, calc(100% - 0.8rem) 40%, calc(100% - 0.8rem) 0, 100% 50%, calc(100% - 0.8rem) 100%, calc(100% - 0.8rem) 60%, 0 60%) }
.answer .arrow::before { clip-path: polygon(100% 40%, 0.8rem 40%, 0.8rem 0, 0 50%, 0.8rem 100%, 0.8rem 60%, 100% 60%) }
.arrow button {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: none; border: 0; padding: 0.1rem 0.3rem;
  font-weight: 600; border-radius: 0.3rem;
}
.arrow button:hover { text-decoration: underline }
.chosen .arrow button { background: var(--ink); color: var(--paper) }
.s2 { color: var(--good) } .s3 { color: var(--moved) } .s4 { color: var(--fault) } .s5 { color: var(--failed) }
.note { padding-left: 0.9rem; color: var(--quiet); font-family: system-ui, sans-serif; font-size: 0.9em; overflow: hidden; white-space: nowrap }

#waiting { position: absolute; inset: 40% 1rem auto 12.5rem; color: var(--quiet) }
#waiting code { color: var(--ink); font-weight: 600; overflow-wrap: anywhere }
#missed { position: absolute; inset: -0.1rem 5rem auto 11.8rem; text-align: center; padding: 0.05rem 0.7rem; font-size: 0.75rem; font-weight: 600; color: var(--paper); background: var(--fault); border-radius: 0.3rem }

#wire { display: flex; flex-direction: column; gap: 0.5rem; min-height: 0; padding: 0.8rem 1.1rem; background: var(--board); color: var(--chalk); border-radius: 0.5rem }
#wire h2, #whose { color: var(--chalk-quiet) }
#whose { font-size: 0.75rem }
pre { overflow: hidden auto; min-height: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.82rem; line-height: 1.4 }
pre:empty { display: none }
pre::first-line { font-weight: 700 }
#asked { flex: 0 1 auto; color: var(--chalk-asked) }
#answered { flex: 0 1 auto; color: var(--chalk-answered); border-top: 1px solid #fff3; padding-top: 0.5rem }

@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: arrive 160ms ease-out }
  @keyframes arrive { from { opacity: 0; transform: translateY(0.6rem) } }
}
@media (max-width: 50rem) {
  main { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1.5fr) minmax(0, 1fr) }
  dl { margin-left: 0 }
}
)CSS";
}

} // namespace webserver
