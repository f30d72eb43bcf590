// Which of its own files a site must not serve: those it is configured by.

import { matchesGlob } from "../glob.js";

/** The patterns of files that are hidden, and behind them the configuring files that none covers. */
export function filesToHide(hide: readonly string[], files: readonly string[]): readonly string[] {
  const all = [...hide];
  for (const path of files) {
    if (all.some((pattern) => isHidden(path, pattern))) continue;
    // A name without a slash would hide all files of that name, wherever they are.
    all.push(path.includes("/") ? path : `./${path}`);
  }
  return all;
}

/** Without a slash, a pattern is for each part of a path; otherwise for the path or a folder. */
function isHidden(path: string, pattern: string): boolean {
  if (!pattern.includes("/")) return path.split("/").some((part) => matchesGlob(pattern, part));
  return path.startsWith(`${pattern}/`) || matchesGlob(pattern, path);
}
