// fs [<matcher>] <filesystem>

import { defineDirective } from "../define.js";

/** Says which of the file systems that the `filesystem` option names has the site's files. */
export const fs = defineDirective("fs", (line) => {
  const match = line.matcher();
  return { match, handle: { handler: "vars", fs: line.expectArgument("a file system").text } };
});
