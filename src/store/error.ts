// What goes wrong with a store, in words for whoever runs it.

import { types } from "node:util";
import { hasCode } from "../platform/index.js";

/** A store that could not do what it was asked to. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** A directory that nothing can be written to: for want of space, or of leave. */
export class StoreUnwritable extends StoreError {}

/** An intact record that this version cannot read. It is no damage, so nothing may be cut off. */
export class UnknownRecord extends StoreError {
  constructor(what: string) {
    super(
      `the journal holds ${what}, which this version does not know: it was written by a newer one; ` +
        "run that one, or use another directory",
    );
  }
}

const UNWRITABLE = ["EROFS", "ENOSPC", "EDQUOT", "EACCES", "EPERM"];

/** Why a directory could not be opened. What the system says does not always name the place. */
export function notOpened(directory: string, cause: unknown): unknown {
  if (!types.isNativeError(cause) || !("code" in cause)) return cause;
  const { message } = cause;
  return UNWRITABLE.some((code) => hasCode(cause, code))
    ? new StoreUnwritable(`${directory} could not be opened for writing: ${message}`, { cause })
    : new StoreError(`${directory} could not be opened: ${message}`, { cause });
}

/** For removing what need not be there. */
export function ignoreMissing(cause: unknown): void {
  if (!hasCode(cause, "ENOENT")) throw cause;
}

/** What an error says, whatever was thrown. */
export function messageOf(cause: unknown): string {
  return types.isNativeError(cause) ? cause.message : String(cause);
}
