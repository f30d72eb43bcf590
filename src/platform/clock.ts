// The real clock. Its timers never keep a process alive: whoever must not end before they fire
// waits for something else.

import type { Clock } from "../engine/index.js";

/** The longest delay that the runtime's timers hold; above it they fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  after,
  every(ms, run) {
    let cancel = after(ms, again);
    function again(): void {
      cancel = after(ms, again);
      run();
    }
    return () => cancel();
  },
};

function after(ms: number, run: () => void): () => void {
  if (ms <= LONGEST_MS) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  }
  let cancel = after(LONGEST_MS, () => {
    cancel = after(ms - LONGEST_MS, run);
  });
  return () => cancel();
}
