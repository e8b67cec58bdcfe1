// One telephone of the page: what it shows, and what its holder does with it.

import { Refused, ask, known, word } from "./phone_console.js";
import { Drawing } from "./phone_drawing.js";
import { Microphone } from "./phone_microphone.js";
import { Ear } from "./phone_sound.js";

const LINES = 200; // of what was heard and of the texts, that are shown and kept
const SILENCE_SECONDS = 4; // after which a message is over
const TELL_MILLISECONDS = 1000; // how often the line is told that somebody speaks
const KEPT = ["name", "number", "to", "sid", "heardSoFar", "after", "lines", "texts", "quiet"];

export class Card {
  // ``kept`` is what keep() gave before; changed(card) is called whenever that is another, idle(card) when there may be news.
  constructor(kept, { changed, idle, removed }) {
    Object.assign(this, { sid: "", heardSoFar: 0, after: 0, lines: [], texts: [], quiet: false }, kept);
    this._changed = () => changed(this);
    this._idle = () => idle(this);
    this._removed = () => removed(this);
    this._ringing = null;
    this._state = "none";
    this._now = -1;
    this._last = Promise.resolve();
    this._documentsOf = "";
    this._build();
  }

  keep() { return Object.fromEntries(KEPT.map((name) => [name, this[name]])); }

  get live() { return Boolean(this.sid) && this._state !== "ended" && this._state !== "none"; }

  get busy() { return this.live || this._ringing !== null; }

  // What the page asks for: see Held in web/pages/phone.py.
  held() { return { sid: this.sid, text: [this.number, this.sid, this.heardSoFar, this.after, this.to].join(",") }; }

  // -- what comes from the console

  news(news, asked) {
    for (const text of news.texts) this._received(text);
    this._show(news.place);
    if (asked.sid !== this.sid) return; // asked before we did something else
    if (news.call) this._apply(news.call);
    if (news.gone) this._over();
    this._rings(news.ringing);
  }

  fault(text = "") { this._of.fault.textContent = text; }

  _apply(call) {
    if (call.sid !== this.sid) return;
    for (const one of call.heard) {
      if (one.item !== this.heardSoFar) continue;
      this.heardSoFar += 1;
      this._line(one.kind === "say" ? "say" : "other", this._told(one), one.language);
      this._ear.hear(this.sid, one.item, one.kind);
    }
    if (call.now < this._now) return; // an older answer that came late
    this._now = call.now;
    this._call = call;
    this._become(call.state);
    this._changed();
  }

  _told(one) {
    return one.kind === "say" ? one.text : word(`heard_${known(`heard_${one.kind}`) ? one.kind : "tone"}`, { name: one.text });
  }

  _become(state) {
    if (state === this._state) return;
    const before = this._state;
    this._state = state;
    this._of.state.textContent = word(`state_${state}`);
    this._of.call.hidden = this.live;
    this._of.dial.querySelector("[data-do=hang_up]").hidden = !this.live;
    this._of.mic.hidden = state !== "recording";
    if (before === "recording" && !this._finishing) this._mic.discard();
    if (state === "recording" && Card.microphoneUsed) this.speak();
    if (state === "ended") {
      this._ear.stop();
      for (const alert of this._call?.alerts ?? []) this._line("alert", word("alert", { text: alert }));
    }
  }

  _over() {
    this._become("ended");
    this.fault(word("error_not_there"));
    this.sid = "";
    this._changed();
  }

  _rings(ringing) {
    const rings = ringing?.state === "ringing" ? ringing : null;
    if (ringing && !rings && !this.live) return this._take(ringing.sid); // answered before this page was loaded anew
    this._ringing = rings;
    this._of.ring.hidden = !rings;
    if (rings) this._of["ring-from"].textContent = rings.from;
    this._ear.ring(Boolean(rings));
    if (rings && !this.live) this._become("ringing");
    if (!rings && this._state === "ringing") this._become("none");
  }

  _take(sid) {
    Object.assign(this, { sid, heardSoFar: 0, _now: -1, _ringing: null });
    this._of.ring.hidden = true;
    this._ear.stop();
    this._ear.ring(false);
  }

  _show(place) {
    if (!place) return;
    this._place = place;
    this._of.step.textContent = place.step;
    this._of.leg.textContent = place.leg ? word(`leg_${place.leg}`) : place.service;
    if (this._of.where.open) this._drawing.show(place);
    if (this._of.twiml.open) this._documents();
  }

  async _documents() {
    const now = `${this.sid} ${this.heardSoFar} ${this._state}`;
    if (!this.sid || now === this._documentsOf) return;
    this._documentsOf = now;
    const { documents } = await ask(`calls/${this.sid}/twiml`).catch(() => ({ documents: [] }));
    this._of.documents.textContent = documents.map((one) => one.replaceAll("><", ">\n<")).reverse().join("\n\n");
  }

  // -- what its holder does

  async dial() {
    this.to = this._of.dial.elements.to.value.trim();
    await this._try(async () => {
      const call = await ask("calls", { form: { number: this.number, to: this.to, own_voice: this._voice } });
      this.lines = [];
      this._of.said.replaceChildren();
      this._take(call.sid);
      this._apply(call);
    }, { not_there: "number_unknown" });
    this.section.focus();
  }

  answer() {
    const ringing = this._ringing;
    if (!ringing) return Promise.resolve();
    this._take(ringing.sid);
    this.section.focus();
    return this.act("answer", { own_voice: this._voice });
  }

  decline() {
    if (!this._ringing) return Promise.resolve();
    const { sid } = this._ringing;
    this._ear.ring(false);
    return this._try(() => ask(`calls/${sid}/decline?known=0`, { form: { sid } }));
  }

  press(key) {
    if (!this.live) return;
    if (this._mic.running && key === "#") { this.finish("#"); return; }
    this._line("me", word("pressed", { keys: key }));
    this._ear.hold();
    this._try(async () => {
      const call = await this._ask("press", { keys: key });
      // No answer to the key and the same words go on: nobody was listening to keys.
      if (call.heard.length === 0 && call.state === "speaking") this._ear.goOn();
      else this._ear.stop();
      this._apply(call);
    });
  }

  hangUp() {
    if (this._mic.running) return this.finish("hangup");
    return this.live ? this.act("hang_up") : this.decline();
  }

  act(action, form = {}) {
    return this._try(async () => this._apply(await this._ask(action, form)));
  }

  // Listens to the microphone. What is said goes to the line when it is over; until then the line is told that somebody speaks.
  async speak() {
    if (this._mic.running || this._state !== "recording") return;
    this.act("speaking");
    let told = performance.now();
    try {
      await this._mic.start((level, silent, seconds) => {
        this._of.level.value = level;
        if (silent >= SILENCE_SECONDS || seconds >= (this._call?.longest || 60)) this.finish("");
        else if (performance.now() - told > TELL_MILLISECONDS) {
          told = performance.now();
          this.act("speaking");
        }
      });
      Card.microphoneUsed = true;
      this._speaking(true);
    } catch {
      this.fault(word("microphone_none"));
    }
  }

  async finish(endedBy) {
    if (!this._mic.running || this._finishing) return;
    this._finishing = true;
    try {
      const body = await this._mic.stop();
      const path = `calls/${this.sid}/recording?known=${this.heardSoFar}&ended_by=${encodeURIComponent(endedBy)}`;
      await this._try(async () => this._apply(await ask(path, { body, type: "audio/wav" })));
    } finally {
      this._finishing = false;
      this._speaking(false);
    }
  }

  write() {
    const { body } = this._of.write.elements;
    this.to = this._of.dial.elements.to.value.trim() || this.to;
    return this._try(async () => {
      const sent = await ask("texts", { form: { number: this.number, to: this.to, body: body.value } });
      body.value = "";
      this._text({ me: true, body: sent.body, other: sent.to, segments: sent.segments });
    }, { not_there: "number_unknown" });
  }

  get _voice() { return this.quiet ? "no" : "yes"; }

  _ask(action, form) { return ask(`calls/${this.sid}/${action}?known=${this.heardSoFar}`, { form: { ...form, action } }); }

  // One after the other, in the order in which they were wished for; what goes wrong is told.
  _try(doing, otherwise = {}) {
    this._last = this._last.then(doing).then(() => this.fault(), (refused) => {
      if (!(refused instanceof Refused)) throw refused;
      const other = otherwise[refused.key];
      this.fault(other ? word(`error_${other}`) : refused.message);
    });
    return this._last;
  }

  // -- what is shown

  _build() {
    this.section = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this._of = {};
    for (const one of this.section.querySelectorAll("[data-of]")) this._of[one.dataset.of] = one;
    this.section.setAttribute("aria-label", `${this.name} ${this.number}`);
    this._of.name.textContent = this.name;
    this._of.number.textContent = this.number;
    this._of.dial.elements.to.value = this.to;
    this._of.state.textContent = word("state_none");
    this._mic = new Microphone();
    this._drawing = new Drawing(this._of.drawing);
    this._ear = new Ear((item, seconds) => this.act("lasts", { item, seconds }), this._idle);
    this._sound(!this.quiet);
    const [lines, texts] = [this.lines, this.texts];
    this.lines = [];
    this.texts = [];
    for (const one of lines) this._line(one.kind, one.text, one.language);
    for (const one of texts) this._text(one);
    this._obey();
  }

  _obey() {
    const doing = {
      answer: () => this.answer(), decline: () => this.decline(), hang_up: () => this.hangUp(), speak: () => this.speak(),
      finish: () => this.finish("#"), sound: () => this._sound(this.quiet), remove: this._removed,
    };
    this.section.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.key) this.press(button.dataset.key);
      else if (button?.dataset.do) doing[button.dataset.do]();
    });
    const sent = (form, then) => form.addEventListener("submit", (event) => { event.preventDefault(); then(); });
    sent(this._of.dial, () => { if (!this.live) this.dial(); });
    sent(this._of.write, () => this.write());
    this._of.dial.elements.to.addEventListener("change", (event) => { this.to = event.target.value.trim(); this._changed(); });
    this._of.where.addEventListener("toggle", () => { if (this._place) { this._drawing.show(this._place); this._drawing.mark(); } });
    this._of.twiml.addEventListener("toggle", () => this._documents());
    this._of.texts.addEventListener("toggle", () => { this._of.unread.hidden = true; this._of.unread.textContent = "0"; });
  }

  _sound(on) {
    this.quiet = !on;
    this._ear.on = on;
    if (!on) this._ear.stop();
    this.section.querySelector("[data-do=sound]").setAttribute("aria-pressed", String(on));
    this._changed();
  }

  _speaking(on) {
    this.section.querySelector("[data-do=speak]").hidden = on;
    this.section.querySelector("[data-do=finish]").hidden = !on;
    this._of.level.value = 0;
  }

  _line(kind, text, language = "") {
    const line = document.createElement("p");
    line.className = kind;
    line.textContent = text;
    if (language) line.lang = language;
    this._add(this._of.said, line, this.lines, { kind, text, language });
  }

  _received(text) {
    if (text.position <= this.after) return;
    this.after = text.position;
    this._text({ me: false, body: text.body, other: text.from_, segments: text.segments });
    if (this._of.texts.open) return;
    this._of.unread.textContent = String(Number(this._of.unread.textContent) + 1);
    this._of.unread.hidden = false;
  }

  _text(text) {
    const line = document.createElement("p");
    line.className = text.me ? "me" : "other";
    const [head, body] = [document.createElement("small"), document.createElement("span")];
    const whom = word(text.me ? "text_to" : "text_from", text.me ? { to: text.other } : { from: text.other });
    head.textContent = `${whom}, ${word("text_segments", { count: text.segments })}`;
    body.textContent = text.body;
    line.append(head, body);
    this._add(this._of.chat, line, this.texts, text);
  }

  _add(list, line, keptIn, kept) {
    list.append(line);
    keptIn.push(kept);
    while (list.children.length > LINES) { list.firstElementChild.remove(); keptIn.shift(); }
    list.scrollTop = list.scrollHeight;
    this._changed();
  }
}

Card.microphoneUsed = false; // once it was allowed, a person need not press a button after every tone
