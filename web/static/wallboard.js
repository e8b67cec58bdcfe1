// Times of the wallboard run on while nothing else changes: <time data-since="…"> shows how long ago that was, by the clock
// of the house (data-now), not by that of this machine.

const board = document.getElementById("board");
const ahead = Date.parse(board.dataset.now) - Date.now();
const clock = document.getElementById("clock");
const two = (number) => String(number).padStart(2, "0");

function howLong(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function tick() {
  const now = Date.now() + ahead;
  for (const time of board.querySelectorAll("time[data-since]")) {
    time.textContent = howLong((now - Date.parse(time.dataset.since)) / 1000);
  }
  if (clock) {
    const mark = document.documentElement.lang === "en" ? ":" : ".";
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit" }).formatToParts(now);
    clock.textContent = parts.filter((part) => part.type !== "literal").map((part) => part.value).join(mark);
  }
}

board.addEventListener("refreshed", tick);
setInterval(tick, 1000);
tick();
