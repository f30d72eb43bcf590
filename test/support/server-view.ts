// A server as exchanges see it, for tests of what handles them without one.

import type { ServerView } from "../../src/apps/http/exchange.js";
import { Files } from "../../src/apps/http/fileserver/files.js";
import { silentLog } from "../../src/engine/index.js";
import { realClock } from "../../src/platform/index.js";

/** A server that trusts nobody. */
export const serverView: ServerView = {
  name: "test",
  log: silentLog,
  clientIp: ({ remoteIp }) => remoteIp,
  trustsPeer: () => false,
  filter: () => {},
  files: new Files(realClock),
};
