// Words seek in the sound, the line that is heard is marked, and a sound as it was comes after a reason, without leaving the page.

for (const section of document.querySelectorAll("[data-recording]")) {
  const lines = [...section.querySelectorAll(".transcript li")];
  let audio = section.querySelector("audio");

  const follow = () => {
    const at = audio.currentTime;
    let now = null;
    for (const line of lines) if (Number(line.querySelector("[data-at]").dataset.at) <= at + 0.05) now = line;
    for (const line of lines) line.classList.toggle("now", line === now && !audio.paused);
  };
  const listen = () => { for (const kind of ["timeupdate", "pause", "seeked"]) audio.addEventListener(kind, follow); };
  if (audio) listen();

  section.addEventListener("click", (event) => {
    const place = event.target.closest("[data-at]");
    if (!place || !audio) return;
    audio.currentTime = Math.max(0, Number(place.dataset.at) - 0.2);
    audio.play().catch(() => {}); // a browser may refuse to begin by itself; the place is set
  });

  const form = section.querySelector("form[data-hear]");
  form?.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("data-words")) return; // words open on a page of their own
    event.preventDefault();
    const fault = form.querySelector("[data-fault]");
    fault.hidden = true;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) {
      fault.textContent = await answer.text();
      fault.hidden = false;
      return;
    }
    const sound = URL.createObjectURL(await answer.blob());
    if (!audio) {
      audio = document.createElement("audio");
      audio.controls = true;
      audio.setAttribute("aria-label", section.querySelector("h2").textContent.trim());
      section.querySelector("h2").after(audio);
      listen();
    }
    audio.src = sound;
    audio.play().catch(() => {});
  });
}
