// What is typed is kept while it is typed, and measured by the code that sends it; a canned answer goes into the text.

const words = JSON.parse(document.getElementById("work-words").textContent);

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

async function post(address, values, token) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRF-Token": token }, body: new URLSearchParams(values) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function later(seconds, work) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(work, seconds * 1000); };
}

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const form = area.form;
  const token = form.elements.csrf.value;
  const size = form.querySelector("[data-size]");
  const kept = form.querySelector("[data-kept]");
  const measure = async () => {
    try {
      const told = await (await post("/work/measure", { text: area.value }, token)).json();
      size.textContent = fill(words[told.fits ? "work.count" : "work.count_long"], told);
      size.classList.toggle("over", !told.fits);
    } catch { size.textContent = ""; }
  };
  const keep = async () => {
    try {
      await post("/work/drafts", { subject: area.dataset.draft, body: area.value }, token);
      kept.textContent = words["work.kept"];
    } catch { kept.textContent = words["work.not_kept"]; }
  };
  const measureSoon = later(0.25, measure);
  const keepSoon = later(0.8, keep);
  const typed = () => { kept.textContent = ""; measureSoon(); keepSoon(); };
  area.addEventListener("input", typed);
  if (area.value !== area.defaultValue) typed();  // before this script was here
  else if (area.value) measure();
}

for (const select of document.querySelectorAll("select[data-into]")) {
  select.addEventListener("change", () => {
    const area = document.getElementById(select.dataset.into);
    if (!select.value) return;
    area.value = area.value.trim() ? `${area.value.trimEnd()} ${select.value}` : select.value;
    select.value = "";
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
