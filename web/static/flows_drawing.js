// The drawn flow on a page: larger and smaller, and steps found by their names.

const place = document.querySelector("[data-drawing]");
const tools = document.querySelector(".drawing-tools");
const words = JSON.parse(document.getElementById("words").textContent);
const [SMALLEST, LARGEST, FACTOR] = [0.1, 4, 1.25];

let drawing = null;
let scale = 1;
let natural = { width: 0, height: 0 };

function zoom(to) {
  const [x, y] = [(place.scrollLeft + place.clientWidth / 2) / scale, (place.scrollTop + place.clientHeight / 2) / scale];
  scale = Math.min(LARGEST, Math.max(SMALLEST, to));
  drawing.setAttribute("width", natural.width * scale);
  drawing.setAttribute("height", natural.height * scale);
  place.scrollTo(x * scale - place.clientWidth / 2, y * scale - place.clientHeight / 2);
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  const found = new Set();
  for (const box of drawing.querySelectorAll(".step")) {
    // A box holds its name and its words.
    const match = wanted !== "" && `${box.dataset.step} ${box.textContent}`.toLowerCase().includes(wanted);
    box.classList.toggle("match", match);
    box.classList.toggle("apart", wanted !== "" && !match);
    if (match) found.add(box.dataset.step);
  }
  for (const way of drawing.querySelectorAll(".way")) {
    way.classList.toggle("apart", wanted !== "" && !(found.has(way.dataset.from) || found.has(way.dataset.to)));
  }
  document.getElementById("matches").textContent = wanted ? words["flows.found"].replace("{n}", found.size) : "";
  drawing.querySelector(".match")?.scrollIntoView({ block: "nearest", inline: "center" });
}

async function show() {
  const answer = await fetch(place.dataset.drawing);
  if (!answer.ok) return;
  const svg = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  drawing = document.importNode(svg, true);
  const box = drawing.viewBox.baseVal;
  natural = { width: box.width || parseFloat(drawing.getAttribute("width")), height: box.height || parseFloat(drawing.getAttribute("height")) };
  if (!drawing.hasAttribute("viewBox")) drawing.setAttribute("viewBox", `0 0 ${natural.width} ${natural.height}`);
  place.replaceChildren(drawing);
  zoom(1);
  place.scrollTo(0, 0);
  tools.hidden = false;
}

tools.addEventListener("click", (event) => {
  const how = event.target.dataset?.zoom;
  if (!how || !drawing) return;
  if (how === "whole") zoom(Math.min(place.clientWidth / natural.width, 1));
  else zoom(how === "in" ? scale * FACTOR : scale / FACTOR);
});
document.getElementById("find").addEventListener("input", (event) => drawing && find(event.target.value));

// All findings take a walk through the whole flow; the page is there before it.
async function tell() {
  const found = document.querySelector("[data-findings]");
  const say = (text) => { const told = document.createElement("p"); told.textContent = text; found.replaceChildren(told); };
  if (!found.querySelector("li")) say(words["flows.checking"]);
  try {
    const answer = await fetch(found.dataset.findings);
    if (!answer.ok) throw new Error(String(answer.status));
    found.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  } catch {
    say(words["flows.check_failed"]);
  }
}

show();
tell();
