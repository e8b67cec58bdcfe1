// One day of the map is reached by Tab, the others from there by the arrow keys; what a day is stands above the map while it has the focus.
const map = document.querySelector("[data-months]");
const told = document.querySelector("[data-told]");

if (map) {
  const days = [...map.querySelectorAll("tbody th a")];
  const chosen = Math.max(0, days.findIndex((day) => day.getAttribute("aria-current")));
  days.forEach((day, place) => { day.tabIndex = place === chosen ? 0 : -1; });
  const steps = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 7, ArrowLeft: -7, PageDown: 30, PageUp: -30, Home: -days.length, End: days.length };

  map.addEventListener("keydown", (event) => {
    const from = days.indexOf(event.target.closest("a"));
    if (from < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const to = Math.min(days.length - 1, Math.max(0, from + steps[event.key]));
    days[from].tabIndex = -1;
    days[to].tabIndex = 0;
    days[to].focus();
  });
  for (const kind of ["focusin", "mouseover"]) {
    map.addEventListener(kind, (event) => {
      const link = event.target.closest("tr")?.querySelector("th a .visually-hidden");
      if (link) told.textContent = link.textContent;
    });
  }
}
