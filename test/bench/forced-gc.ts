/** Loaded into the measured process: what is garbage is not counted as memory in use. */
const everyMs = 1000;

setInterval(() => globalThis.gc?.(), everyMs).unref();
