// A recording of the list is played where it stands; without this script its link opens the sound.
const player = new Audio();
let playing = null;

function still() {
  playing?.removeAttribute("aria-pressed");
  playing = null;
}

player.addEventListener("ended", still);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-play]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const again = link === playing;
  player.pause();
  still();
  if (again) return;
  playing = link;
  link.setAttribute("aria-pressed", "true");
  player.src = link.href;
  player.play();
});
