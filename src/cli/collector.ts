// The garbage collector of a server. A library leaves its host's alone; a process of our own may
// know better than the defaults.

import { setFlagsFromString } from "node:v8";

/**
 * Have memory be gone through beside the event loop. V8 does a part of that on the event loop itself,
 * in tasks of up to 20 ms that wait for nobody. Without them its own thread does it, and the loop
 * helps as far as it allocates.
 *
 * Have everything begin its life in the young generation. V8 learns that the parts of ten thousand
 * routes live long, and then makes what such code makes old from its birth: also the few parts of
 * each new version that live for a moment. Those keep whole versions of the document from being
 * collected until all memory is, and make each small collection three times as long (DECISIONS.md).
 */
export function tuneCollector(): void {
  setFlagsFromString("--no-incremental-marking-task");
  setFlagsFromString("--no-allocation-site-pretenuring");
}
