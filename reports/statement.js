"use strict";
(() => {
  // Everything is in the page without this script: it hides what does not hold the words that are looked for.
  const field = document.getElementById("search");
  const count = document.getElementById("found");
  const entries = [...document.querySelectorAll("#each-requirement > details")];
  const texts = entries.map((entry) => (entry.dataset.role + " " + entry.textContent).toLowerCase());
  const opened = [];

  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    entries.forEach((entry, place) => {
      const holds = words.every((word) => texts[place].includes(word));
      entry.classList.toggle("not-found", !holds);
      found += holds;
    });
    count.textContent = words.length ? found + " of " + entries.length + " requirements" : "";
  };

  // A link to one of them is followed also where it is hidden, by the search or by its verdict.
  const arrive = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name && document.getElementById(name);
    const entry = target && target.closest("details");
    if (!entry) return;
    if (entry.classList.contains("not-found")) {
      field.value = "";
      search();
    }
    const box = document.getElementById("show-" + entry.dataset.verdict);
    if (box) box.checked = true;
    entry.open = true;
    target.scrollIntoView();
  };

  // What is folded up is printed too.
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((one) => { one.open = true; opened.push(one); });
  });
  addEventListener("afterprint", () => opened.splice(0).forEach((one) => { one.open = false; }));

  field.addEventListener("input", search);
  addEventListener("hashchange", arrive);
  document.getElementById("searching").hidden = false;
  arrive();
})();
