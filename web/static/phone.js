// The telephone page: several telephones side by side, their news, and the keyboard. What a telephone has heard is numbered and
// kept in this tab: loading the page anew goes on where it was, and an answer that is lost loses nothing.

import { Card } from "./phone_card.js";
import { Refused, ask, word } from "./phone_console.js";

const BUSY_MILLISECONDS = 350;
const IDLE_MILLISECONDS = 1200;
const HIDDEN_MILLISECONDS = 5000; // far below the 90 seconds after which a telephone that nobody looks at hangs up

const place = document.getElementById("phones");
const add = document.getElementById("add-phone");
const names = new Map([...document.querySelectorAll("#known-numbers option")].map((one) => [one.value, one.textContent]));
const storage = `phones of ${place.dataset.who}`;
const cards = [];
let last = null; // the telephone that was used last: keys go to it
let timer = 0;
let asking = false;

function keep() {
  sessionStorage.setItem(storage, JSON.stringify(cards.map((card) => card.keep())));
}

function put(kept) {
  const card = new Card(kept, { changed: (one) => { if (cards.includes(one)) keep(); }, idle: soon, removed: remove });
  cards.push(card);
  place.append(card.section);
  card.section.addEventListener("focusin", () => { last = card; });
  last ??= card;
  keep();
  return card;
}

async function remove(card) {
  await card.hangUp();
  cards.splice(cards.indexOf(card), 1);
  card.section.remove();
  if (last === card) last = cards[0] ?? null;
  keep();
  add.elements.number.focus();
}

const fresh = (number, to) => ({ number, to, name: names.get(number) ?? word("caller") });

// -- news

async function news() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  const asked = cards.map((card) => card.held());
  const those = [...cards];
  try {
    if (those.length) {
      const { phones, error } = await ask(`news?${asked.map((one) => `phone=${encodeURIComponent(one.text)}`).join("&")}`);
      if (error) throw new Refused(error);
      phones.forEach((one, n) => { if (cards.includes(those[n])) those[n].news(one, asked[n]); });
      if (lost) for (const card of cards) card.fault();
      lost = false;
    }
  } catch (refused) {
    lost = true;
    for (const card of cards) card.fault(refused.message);
  }
  asking = false;
  const pause = cards.some((card) => card.busy) ? BUSY_MILLISECONDS : IDLE_MILLISECONDS;
  timer = setTimeout(news, document.hidden ? HIDDEN_MILLISECONDS : pause);
}

let lost = false;
let hurried = false;

// Ask sooner: something was done or has been heard to its end.
function soon() {
  if (hurried) return;
  hurried = true;
  setTimeout(() => { hurried = false; news(); }, 60);
}

// -- adding, and the keyboard

function hold(given) {
  const number = given.replace(/[\s().-]/g, "");
  const fault = document.getElementById("add-fault");
  fault.textContent = "";
  if (!/^\+?[0-9]{2,15}$/.test(number)) fault.textContent = word("error_number_wrong");
  else if (cards.length >= Number(place.dataset.most)) fault.textContent = word("error_most", { count: cards.length });
  else {
    const there = cards.find((card) => card.number === number);
    (there ?? put(fresh(number, place.dataset.to))).section.focus();
    add.reset();
    soon();
  }
}

add.addEventListener("submit", (event) => { event.preventDefault(); hold(add.elements.number.value); });
add.addEventListener("click", (event) => {
  const button = event.target.closest("[data-number]");
  if (button) hold(button.dataset.number);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });

addEventListener("keydown", (event) => {
  const inside = cards.find((card) => card.section.contains(event.target));
  const card = inside ?? last;
  if (!card || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, textarea, select")) return;
  if (event.key === "Escape") card.hangUp();
  else if (/^[0-9*#]$/.test(event.key)) card.press(event.key);
  else if (event.key === "Enter" && !event.target.closest("button, summary, a")) card.answer();
  else return;
  event.preventDefault();
});

const before = JSON.parse(sessionStorage.getItem(storage) ?? "[]");
const chosen = new URLSearchParams(location.search).get("dial");
for (const kept of before.length ? before : [fresh(place.dataset.caller, place.dataset.to)]) {
  put(chosen && !kept.sid ? { ...kept, to: chosen } : kept);
}
news();
