// The diagram grows while it is looked at. The server draws it: what it sends is its own page, with everything escaped.
"use strict";

const drawing = document.getElementById("drawing");
const state = document.getElementById("story-state");
let waiting = false;

async function draw() {
  waiting = false;
  const answer = await fetch(drawing.dataset.drawing);
  if (answer.ok) drawing.innerHTML = await answer.text();
}

const events = new EventSource(`${drawing.dataset.events}?after=${drawing.dataset.last}`);
events.onopen = () => { state.textContent = "Following."; };
events.onmessage = () => {
  // Of many exchanges at once one drawing is enough.
  if (waiting) return;
  waiting = true;
  setTimeout(draw, 150);
};
events.onerror = () => { state.textContent = "Not following: load the page again."; };
// A page that is left gives its place up at once.
window.addEventListener("pagehide", () => events.close());
