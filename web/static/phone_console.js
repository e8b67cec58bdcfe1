// How the telephone page speaks to the console: words, requests, and what went wrong in words.

const words = JSON.parse(document.getElementById("words").textContent);
const token = document.getElementById("phones").dataset.token;

let active = false; // as in refresh.js: what a page asks for by itself keeps nobody signed in
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { active = true; }, { passive: true });

// The text of a word of phone.yaml, with values put in by name.
export const word = (key, values = {}) =>
  (words[`phone.${key}`] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

export const known = (key) => `phone.${key}` in words;

export class Refused extends Error {
  constructor(key) {
    super(word(known(`error_${key}`) ? `error_${key}` : "error_not_done"));
    this.key = key;
  }
}

// The JSON answer of an address under /phone. Raises Refused, whose message is for people.
export async function ask(path, { form = null, body = null, type = null } = {}) {
  const headers = { Accept: "application/json", "X-Refresh": active ? "person" : "idle" };
  active = false;
  const options = { headers, cache: "no-store" };
  if (form || body) {
    options.method = "POST";
    options.body = body ?? new URLSearchParams(form);
    headers["X-CSRF-Token"] = token;
    if (type) headers["Content-Type"] = type;
  }
  let answer;
  try {
    answer = await fetch(`/phone/${path}`, options);
  } catch {
    throw new Refused("lost");
  }
  const told = await answer.json().catch(() => null);
  if (answer.status === 403 || answer.redirected) throw new Refused("signed_out");
  if (!answer.ok || told === null) throw new Refused(told?.error ?? "not_done");
  return told;
}
