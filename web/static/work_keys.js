// Keys for whoever works without a mouse. What has data-key="t" is done by pressing t; j and k go through what has data-item.
// Nothing happens while somebody types, with a modifier, or when the keys are switched off (WCAG 2.2, 2.1.4).

const words = JSON.parse(document.getElementById("work-words").textContent);
const dialog = document.getElementById("keys-help");
const on = document.getElementById("keys-on");
const OFF = "sambung-keys-off";

const usable = (element) => element.offsetParent !== null || element === document.activeElement;
const named = (element) => (element.labels?.[0]?.textContent || element.getAttribute("aria-label") || element.textContent).trim();

on.checked = localStorage.getItem(OFF) === null;
on.addEventListener("change", () => {
  if (on.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});

function help() {
  const list = document.getElementById("keys-list");
  const rows = [["?", words["work.keys_help"]], ["j", words["work.keys_next"]], ["k", words["work.keys_previous"]]];
  for (const element of document.querySelectorAll("[data-key]")) {
    if (usable(element)) rows.push([element.dataset.key, named(element)]);
  }
  const shown = new Map(rows.map(([key, word]) => [key, word]));
  list.replaceChildren(...[...shown].flatMap(([key, word]) => {
    const term = document.createElement("dt");
    const pressed = document.createElement("kbd");
    pressed.textContent = key;
    term.append(pressed);
    const meaning = document.createElement("dd");
    meaning.textContent = word;
    return [term, meaning];
  }));
  dialog.showModal();
}

function step(by) {
  const items = [...document.querySelectorAll("[data-item]")].filter(usable);
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  items[Math.min(Math.max(at + by, 0), items.length - 1)].focus();
}

function does(element) {
  if (element.matches("textarea, input, select")) element.focus();
  else if (element.matches("audio")) element.paused ? element.play() : element.pause();
  else if (element.matches("summary")) {
    element.parentElement.open = true;
    element.parentElement.querySelector("textarea, input:not([type=hidden]), select, button")?.focus();
  } else element.click();
}

document.getElementById("keys-show").addEventListener("click", help);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || dialog.open) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "?") { event.preventDefault(); help(); return; }
  if (!on.checked) return;
  if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); return; }
  const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key && usable(each));
  if (found) { event.preventDefault(); does(found); }
});
