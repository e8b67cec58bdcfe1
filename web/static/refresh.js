// Keeps pieces of a page fresh:
//   <section data-refresh="/work/list" data-every="5">…</section>
// asks that address every 5 seconds and puts the answer in, unless it is the same (ETag, 304). It rests while the page is
// hidden, leaves a piece alone in which somebody is typing or whose menu is open, and keeps the focus where it was.
// After each change the piece gets an event "refreshed".

let active = false; // has a person done something since we asked last? The server ends sessions of pages left alone.
for (const kind of ["pointerdown", "keydown", "pointermove"]) {
  addEventListener(kind, () => { active = true; }, { passive: true });
}

const busy = (piece) => {
  const focused = document.activeElement;
  return piece.contains(focused) && focused.matches("input, textarea, select, [contenteditable]");
};

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
  const focused = piece.contains(document.activeElement) ? document.activeElement.id : "";
  piece.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
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
