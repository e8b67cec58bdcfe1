// What one telephone lets its holder hear: one thing after the other, cut off as on the line.

const SPOKEN = new Set(["say", "play", "carrier", "beep", "tone", "ringback"]);
const LEFT_SECONDS = 0.7; // what has more than this to go when the next thing comes was interrupted on the line

export class Ear {
  // started(item, seconds): this item is heard from now on, for so long. ended(): all is heard.
  constructor(started, ended) {
    this.on = true;
    this._started = started;
    this._ended = ended;
    this._waiting = [];
    this._playing = null;
    this._audio = new Audio();
    this._audio.addEventListener("playing", () => this._begun());
    this._audio.addEventListener("ended", () => this._next());
    this._audio.addEventListener("error", () => this._next());
    this._ring = new Audio("/phone/tones/ring.wav");
    this._ring.loop = true;
  }

  get playing() { return this._playing !== null; }

  hear(sid, item, kind) {
    if (!this.on || !SPOKEN.has(kind)) return;
    this._waiting.push({ sid, item });
    const left = this._audio.duration - this._audio.currentTime;
    if (!this._playing || (this._playing.told && left > LEFT_SECONDS)) this._next();
  }

  // A key: silence at once. Was nobody listening to keys, `goOn` takes the sound up where it was.
  hold() { this._audio.pause(); }

  goOn() { if (this._playing) this._play(); }

  stop() {
    this._waiting = [];
    this._playing = null;
    this._audio.pause();
  }

  ring(rings) {
    if (rings && this.on) this._ring.play().catch(() => {}); // a page that nobody has touched may not sound
    else this._ring.pause();
  }

  _next() {
    this._audio.pause();
    this._playing = this._waiting.shift() ?? null;
    if (!this._playing) { this._ended(); return; }
    this._audio.src = `/phone/calls/${this._playing.sid}/sounds/${this._playing.item}.wav`;
    this._play();
  }

  _play() {
    const playing = this._playing;
    this._audio.play().catch((fault) => {
      // Interrupted by the next thing, or forbidden: then the page is silent and the line goes on at its own pace.
      if (fault.name === "NotAllowedError" && playing === this._playing) this.stop();
    });
  }

  _begun() {
    if (!this._playing) return;
    this._playing.told = true;
    this._started(this._playing.item, this._audio.duration - this._audio.currentTime);
  }
}
