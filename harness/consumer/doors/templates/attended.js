// Ticks off what arrives, and fetches the page anew when something else is to be done. Nothing needs it.
"use strict";
const body = document.body;
async function look() {
  const seen = await (await fetch("/arrived")).json();
  if (seen.stage !== body.dataset.stage) {
    location.reload();
    return;
  }
  const list = document.getElementById("arrived");
  const html = seen.html.trim();
  if (list && list.dataset.html !== html) {
    list.innerHTML = list.dataset.html = html;
  }
  setTimeout(look, 2000);
}
setTimeout(look, 2000);
