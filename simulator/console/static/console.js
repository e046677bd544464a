// The live log and the copy buttons. All that was received is put in as text, never as HTML.
"use strict";

const KEPT = 200;
const table = document.getElementById("exchanges");
const state = document.getElementById("log-state");
const pause = document.getElementById("pause");
let last = table.dataset.last;
let events = null;

function cell(row, text, tag) {
  const made = row.insertCell();
  const inside = tag ? made.appendChild(document.createElement(tag)) : made;
  inside.textContent = text;
  return inside;
}

function add(line) {
  const rows = table.tBodies[0];
  const row = rows.insertRow(0);
  for (const text of [line.at, line.asker, line.asked]) cell(row, text);
  cell(row, line.what, "a").href = table.dataset.exchange + line.number;
  const request = `${line.method} ${line.path}`;
  cell(row, request.length > 170 ? request.slice(0, 170) + "…" : request, "code");
  for (const text of [line.status, line.clause]) cell(row, text);
  while (rows.rows.length > KEPT) rows.deleteRow(-1);
}

function follow() {
  events = new EventSource(`${table.dataset.events}?after=${last}`);
  events.onopen = () => { state.textContent = "Following."; };
  events.onmessage = (event) => { last = event.lastEventId; add(JSON.parse(event.data)); };
  events.onerror = () => {
    const gone = events.readyState === EventSource.CLOSED;
    state.textContent = gone
      ? "Not following: the simulator has ended, or eight windows follow already. Load the page again."
      : "The simulator does not answer; trying again.";
  };
}

pause.hidden = false;
pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") === "true";
  pause.setAttribute("aria-pressed", String(!paused));
  if (paused) return follow();
  events.close();
  state.textContent = "Paused.";
});
// A page that is left gives its place up at once.
window.addEventListener("pagehide", () => events.close());
follow();

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = `Copied: ${button.dataset.copy}`;
    } catch {
      said.textContent = "The browser does not allow copying here: select the address instead.";
    }
  });
}
