// The drawn service of a telephone, with the step it is at marked.

const drawings = new Map(); // service/version -> a promise of its drawing

async function fetched(path) {
  const answer = await fetch(`/phone/drawings/${path}.svg`);
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
}

export class Drawing {
  constructor(place) {
    this._place = place; // the element that scrolls
    this._path = "";
    this._step = "";
  }

  async show(where) {
    const path = `${encodeURIComponent(where.service)}/${encodeURIComponent(where.version)}`;
    if (path === this._path && where.step === this._step) return;
    const other = path !== this._path;
    [this._path, this._step] = [path, where.step];
    if (!drawings.has(path)) drawings.set(path, fetched(path));
    try {
      const drawn = await drawings.get(path);
      if (this._path !== path) return;
      if (other) this._place.replaceChildren(document.importNode(drawn, true));
      this.mark();
    } catch {
      drawings.delete(path);
      this._path = "";
    }
  }

  // Marks the step and brings it into sight: also when the piece of the page has just been opened.
  mark() {
    for (const old of this._place.querySelectorAll(".here")) {
      old.classList.remove("here");
      old.removeAttribute("aria-current");
    }
    const box = this._place.querySelector(`[data-step="${CSS.escape(this._step)}"]`);
    if (!box) return;
    box.classList.add("here");
    box.setAttribute("aria-current", "step");
    const [inner, outer] = [box.getBoundingClientRect(), this._place.getBoundingClientRect()];
    this._place.scrollBy({
      left: inner.left - outer.left - (outer.width - inner.width) / 2,
      top: inner.top - outer.top - (outer.height - inner.height) / 2,
    });
  }
}
