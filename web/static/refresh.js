// Keeps pieces of a page fresh:
//   <section data-refresh="/work/list" data-every="5">…</section>
// asks that address every 5 seconds and puts the answer in, unless it is the same (ETag, 304). It rests while the page is
// hidden, leaves a piece alone in which somebody is typing, and keeps the focus where it was and open what was opened.
// After each change the piece gets an event "refreshed".

let active = false; // has a person done something since we asked last? The server ends sessions of pages left alone.
for (const kind of ["pointerdown", "keydown", "pointermove"]) {
  addEventListener(kind, () => { active = true; }, { passive: true });
}

const busy = (piece) => {
  const focused = document.activeElement;
  return piece.contains(focused) && focused.matches("input, textarea, select, [contenteditable]");
};

// What can be opened, by its place among those that say the same.
function foldable(piece) {
  const found = new Map();
  for (const summary of piece.querySelectorAll("details > summary")) {
    const said = summary.textContent.trim();
    let place = 0;
    while (found.has(`${said} ${place}`)) place += 1;
    found.set(`${said} ${place}`, summary);
  }
  return found;
}

function replace(piece, text) {
  const focused = piece.contains(document.activeElement) ? document.activeElement : null;
  const before = [...foldable(piece)];
  const open = before.filter(([, summary]) => summary.parentElement.open).map(([name]) => name);
  const pressed = before.find(([, summary]) => summary === focused)?.[0];
  piece.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  const after = foldable(piece);
  for (const name of open) if (after.has(name)) after.get(name).parentElement.open = true;
  (focused?.id ? document.getElementById(focused.id) : after.get(pressed))?.focus({ preventScroll: true });
}

async function refresh(piece, kept) {
  const headers = { "X-Refresh": active ? "person" : "idle" };
  active = false;
  if (kept.tag) headers["If-None-Match"] = kept.tag;
  const answer = await fetch(piece.dataset.refresh, { headers, cache: "no-store" });
  if (answer.status === 304) return;
  if (answer.status === 403) { location.reload(); return; } // signed out meanwhile: the page says so
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  kept.tag = answer.headers.get("ETag");
  if (text === kept.text || busy(piece)) { if (text !== kept.text) kept.tag = null; return; }
  kept.text = text;
  replace(piece, text);
  piece.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
}

// Asks for a piece at once and from then on; gives a function that asks now, for after an action.
export function keepFresh(piece) {
  const kept = { tag: null, text: null };
  const every = 1000 * (Number(piece.dataset.every) || 5);
  let timer = 0;
  let failures = 0;
  const once = async () => {
    clearTimeout(timer);
    if (!document.hidden && piece.isConnected) {
      try {
        await refresh(piece, kept);
        failures = 0;
        piece.removeAttribute("data-stale");
      } catch {
        failures += 1; // the network or the server: the piece shows that it is old, and asks less often
        piece.setAttribute("data-stale", "");
      }
    }
    if (piece.isConnected) timer = setTimeout(once, Math.min(every * 2 ** failures, 60000));
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) once(); });
  timer = setTimeout(once, every);
  return once;
}

for (const piece of document.querySelectorAll("[data-refresh]")) keepFresh(piece);
