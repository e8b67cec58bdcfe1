// A microphone that speaks as telephones do: 8,000 samples a second, 16 bit, one channel, as a WAV.

const RATE = 8000;
const LOUD = 0.015; // of full scale, root mean square: above it somebody speaks
const LOOK_MILLISECONDS = 100;

// Asks for the microphone, listens until stop(), and gives the WAV. One at a time.
export class Microphone {
  constructor() { this._stream = null; }

  get running() { return this._stream !== null; }

  // heard(level, seconds since something was loud, seconds since the beginning), ten times a second. With levelled: false nobody
  // turns the microphone up or down: what is recorded for others to hear is levelled afterwards.
  async start(heard, { levelled = true } = {}) {
    if (!navigator.mediaDevices) throw new Error("no microphone here");
    const wishes = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: levelled };
    this._stream = await navigator.mediaDevices.getUserMedia({ audio: wishes });
    this._parts = [];
    this._recorder = new MediaRecorder(this._stream);
    this._recorder.addEventListener("dataavailable", (event) => this._parts.push(event.data));
    this._listen(heard);
    this._recorder.start();
  }

  async stop() {
    const stopped = new Promise((done) => this._recorder.addEventListener("stop", done, { once: true }));
    this._recorder.stop();
    await stopped;
    this._release();
    const packed = await new Blob(this._parts).arrayBuffer();
    // A context of 8,000 Hz: decoding into it resamples, with the browser's own filter.
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(packed);
    return wav(sound.getChannelData(0));
  }

  discard() {
    if (!this.running) return;
    if (this._recorder?.state === "recording") this._recorder.stop();
    this._release();
  }

  _listen(heard) {
    this._context = new AudioContext();
    const meter = this._context.createAnalyser();
    this._context.createMediaStreamSource(this._stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    const begun = performance.now();
    let loud = begun;
    this._timer = setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      const now = performance.now();
      if (level > LOUD) loud = now;
      heard(level, (now - loud) / 1000, (now - begun) / 1000);
    }, LOOK_MILLISECONDS);
  }

  _release() {
    clearInterval(this._timer);
    for (const track of this._stream?.getTracks() ?? []) track.stop();
    this._context?.close();
    this._stream = this._context = null;
  }
}

// Floats of -1 to 1 as a WAV file.
export function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((one, n) => view.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, one)) * 32767, true));
  return view.buffer;
}
