// Where state stands on this machine: the XDG directories, or what the system has in their place.

import { homedir } from "node:os";
import { join } from "node:path";

/** The directory of the journal and of `autosave.json`. */
export function configDirectory(): string {
  return directory("XDG_CONFIG_HOME", {
    win32: process.env.APPDATA,
    darwin: join(home(), "Library", "Application Support"),
    other: join(home(), ".config"),
  });
}

/** The directory of what modules keep, such as certificates. */
export function dataDirectory(): string {
  return directory("XDG_DATA_HOME", {
    win32: process.env.LOCALAPPDATA,
    darwin: join(home(), "Library", "Application Support"),
    other: join(home(), ".local", "share"),
  });
}

interface Places {
  readonly win32: string | undefined;
  readonly darwin: string;
  readonly other: string;
}

function directory(variable: string, places: Places): string {
  const { platform } = process;
  const usual = platform === "win32" || platform === "darwin" ? places[platform] : places.other;
  return join(process.env[variable] || usual || home(), "graft");
}

/** Without a home, as in some containers, state stands in the working directory. */
function home(): string {
  try {
    return homedir() || ".";
  } catch {
    return ".";
  }
}
