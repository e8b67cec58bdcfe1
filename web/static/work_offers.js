// What is offered is told at once: in the title, to a screen reader, and with a sound for who wants one. The countdown runs on
// between two looks at the server, by its clock. On pages of work, where the sound is chosen, and on all others.

const desk = document.getElementById("desk");
const live = document.getElementById("offer-live");
const sound = document.getElementById("offer-sound");
const SOUND = "sambung-offer-sound";
const title = document.title;
const known = new Set();
let audio = null;

const wanted = () => localStorage.getItem(SOUND) !== null;

if (sound) sound.checked = wanted();
sound?.addEventListener("change", () => {
  if (sound.checked) { localStorage.setItem(SOUND, "yes"); ring(); } else localStorage.removeItem(SOUND);
});

// Two short notes. Browsers allow it once somebody has pressed or clicked something on the page.
function ring() {
  audio ??= new AudioContext();
  for (const [at, pitch] of [[0, 660], [0.25, 880]]) {
    const [note, loudness] = [audio.createOscillator(), audio.createGain()];
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.15, audio.currentTime + at);
    loudness.gain.linearRampToValueAtTime(0, audio.currentTime + at + 0.2);
    note.connect(loudness).connect(audio.destination);
    note.start(audio.currentTime + at);
    note.stop(audio.currentTime + at + 0.2);
  }
}

function look() {
  const offers = [...desk.querySelectorAll("[data-offer]")];
  const fresh = offers.filter((one) => !known.has(one.dataset.offer));
  for (const one of fresh) known.add(one.dataset.offer);
  if (fresh.length) {
    live.textContent = fresh.map((one) => one.dataset.told).join(". ");
    if (wanted()) ring();
  }
  if (!offers.length) live.textContent = "";
  document.title = offers.length ? `(${offers.length}) ${live.dataset.title} · ${title}` : title;
  for (const left of desk.querySelectorAll("[data-until]")) left.ahead = Date.parse(left.dataset.now) - Date.now();
}

function tick() {
  for (const left of desk.querySelectorAll("[data-until]")) {
    left.textContent = Math.max(0, Math.round((Date.parse(left.dataset.until) - Date.now() - (left.ahead ?? 0)) / 1000));
  }
}

desk.addEventListener("refreshed", () => { look(); tick(); });
setInterval(tick, 1000);
look();
