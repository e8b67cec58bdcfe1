// A take: spoken into the microphone or chosen as a file, examined by the house, heard as callers would, and then kept by the form.
import { Microphone } from "./phone_microphone.js";

const form = document.getElementById("take");
const words = JSON.parse(document.getElementById("words-of-script").textContent);
const told = (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[`prompts.${key}`]);

if (form) start();

function start() {
  const [speak, stop, meter, spoken, file, checked, keep] =
    ["speak", "stop", "loudness", "spoken", "sound", "checked", "keep"].map((id) => document.getElementById(id));
  const microphone = new Microphone();
  let asked = 0;
  let address = "";
  form.querySelector(".microphone").hidden = !navigator.mediaDevices;

  const recording = (runs) => {
    speak.hidden = runs;
    stop.hidden = !runs;
    keep.disabled = runs;
    (runs ? stop : speak).focus();
  };

  speak.addEventListener("click", async () => {
    try {
      await microphone.start((level, _silence, seconds) => {
        meter.value = level;
        spoken.textContent = `${seconds.toFixed(1)} s`;
      }, { levelled: false });
      recording(true);
    } catch {
      checked.textContent = told("no_microphone");
    }
  });

  stop.addEventListener("click", async () => {
    const sound = await microphone.stop();
    recording(false);
    const held = new DataTransfer();
    held.items.add(new File([sound], "microphone.wav", { type: "audio/wav" }));
    file.files = held.files;
    check();
  });

  file.addEventListener("change", check);

  async function check() {
    const mine = ++asked;
    if (!file.files.length) { checked.replaceChildren(); return; }
    checked.textContent = told("checking");
    let answer;
    try {
      const got = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
      answer = got.ok ? await got.json() : { fault: told("no_answer") };
    } catch {
      answer = { fault: told("no_answer") };
    }
    if (mine === asked) show(answer);
  }

  function show(answer) {
    const parts = [line(answer.fault ?? told(answer.flaws.length ? "bad" : "good"), answer.detail)];
    if (!answer.fault) {
      const faults = document.createElement("ul");
      faults.append(...answer.flaws.map((flaw) => line(flaw.told, flaw.detail, "li")));
      const player = document.createElement("audio");
      player.controls = true;
      player.setAttribute("aria-label", told("preview"));
      URL.revokeObjectURL(address);
      address = URL.createObjectURL(new Blob([Uint8Array.from(atob(answer.sound), (one) => one.charCodeAt(0))], { type: "audio/wav" }));
      player.src = address;
      parts.push(line(told("measured", { seconds: answer.seconds, level: answer.level })), ...(answer.flaws.length ? [faults] : []), player);
    }
    checked.replaceChildren(...parts);
  }
}

function line(text, detail = "", kind = "p") {
  const made = document.createElement(kind);
  made.textContent = `${text} `;
  if (detail) {
    const small = document.createElement("small");
    small.lang = "en";
    small.textContent = detail;
    made.append(small);
  }
  return made;
}
