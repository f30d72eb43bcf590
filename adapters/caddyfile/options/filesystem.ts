// filesystem <name> <module> …

import { defineOption } from "../define.js";
import { omitEmpty } from "../json.js";

/** Gives a file system a name, for sites whose files are not on the disk; several add up. */
export const filesystem = defineOption("filesystem", (line, { apps = {} }) => {
  const name = line.expectArgument("a name").text;
  const fileSystem = line.inlineModule("caddy.fs", "backend");
  const known = apps[APP]?.filesystems;
  const filesystems = [
    ...(Array.isArray(known) ? known : []),
    line.mark(omitEmpty({ name, file_system: fileSystem })),
  ];
  return { apps: { ...apps, [APP]: line.mark({ filesystems }) } };
});

const APP = "caddy.filesystems";
