// Where loggers write to: `output <writer> …`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import {
  duration,
  type FieldReader,
  type FieldTable,
  flag,
  integer,
  readFields,
  text,
} from "../fields.js";
import { omitEmpty } from "../json.js";
import type { ModuleSyntax } from "../line.js";
import type { Token } from "../syntax/token.js";
import { toBytes, toDuration } from "../values.js";

// file <path> {
//     mode     <mode>
//     dir_mode <mode>|inherit|from_file
//     roll_disabled
//     roll_size     <size>
//     roll_keep     <count>
//     roll_keep_for <duration>
//     roll_interval <duration>
//     roll_minutes  <minutes...>
//     roll_at       <times...>
//     roll_local_time
//     roll_uncompressed
//     roll_compression   none|gzip|zstd
//     backup_time_format <layout>
// }
const file = defineModule("caddy.logging.writers.file", (line) => {
  const filename = line.expectArgument("a path").text;
  line.expectEndOfLine();
  return omitEmpty({ filename, ...readFields(line, FILE, quotedRefusal) }, ["roll", "roll_gzip"]);
});

const FILE: FieldTable = {
  mode: (line) => ({ mode: modeOf(line.expectArgument("a mode")) }),
  dir_mode: (line) => ({ dir_mode: dirModeOf(line.expectArgument("a mode")) }),
  roll_disabled: flag("roll", false),
  roll_size: (line) => ({ roll_size_mb: Math.ceil(toBytes(line.expectArgument()) / MIB) }),
  roll_keep: integer("roll_keep", "roll_keep number"),
  roll_keep_for: (line) => ({ roll_keep_days: daysOf(line.expectArgument("a duration")) }),
  roll_interval: duration("roll_interval", "roll_interval duration"),
  roll_minutes: list("roll_minutes", (part) => part.toInteger("roll_minutes number")),
  roll_at: list("roll_at", (part) => part.text),
  roll_local_time: flag("roll_local_time"),
  roll_uncompressed: flag("roll_gzip", false),
  roll_compression: (line) => ({ roll_compression: compressionOf(line.expectArgument()) }),
  backup_time_format: text("backup_time_format"),
};

const MIB = 1024 ** 2;
const DAY_NS = 86_400e9;

/** A file's mode with four octal digits; empty for 0, which means that none is set. */
function modeOf(token: Token): string {
  const digits = octal(token, "mode");
  return digits === "0" ? "" : digits.padStart(4, "0");
}

/** The mode of directories is handed on as it is written. */
function dirModeOf(token: Token): string {
  const mode = token.text.trim();
  if (!/^(?:inherit|from_file)$/i.test(mode)) octal(token.withText(mode), "dir_mode");
  return mode;
}

function octal(token: Token, name: string): string {
  const mode = /^[0-7]*$/.test(token.text) ? Number.parseInt(`0${token.text}`, 8) : Number.NaN;
  if (mode < 2 ** 32) return mode.toString(8);
  return token.fail(
    `parsing ${name}: invalid mode '${token.text}'`,
    'write "0640", in octal digits',
  );
}

function daysOf(token: Token): number {
  const kept = toDuration(token, "roll_keep_for duration");
  if (kept < 0) token.fail(`negative roll_keep_for duration: ${token.text}`);
  return Math.ceil(kept / DAY_NS);
}

function compressionOf(token: Token): string {
  const compression = token.text.trim().toLowerCase();
  if (/^(?:none|gzip|zstd)$/.test(compression)) return compression;
  return token.fail("parsing roll_compression: must be 'none', 'gzip' or 'zstd'");
}

/** A field of values with commas or spaces between them. */
function list(key: string, read: (part: Token) => string | number): FieldReader {
  return (line) => ({
    [key]: line.expectRemaining().flatMap((token) =>
      token.text.split(",").map((part) => {
        const trimmed = part.trim();
        if (trimmed === "") token.fail(`parsing ${key}: empty value`);
        return read(token.withText(trimmed));
      }),
    ),
  });
}

// net <address> {
//     dial_timeout <duration>
//     soft_start
// }
const net = defineModule("caddy.logging.writers.net", (line) => {
  const address = line.expectArgument("an address").text;
  line.expectEndOfLine();
  return omitEmpty({ address, ...readFields(line, NET, quotedRefusal) });
});

const NET: FieldTable = {
  dial_timeout: duration("dial_timeout"),
  soft_start: flag("soft_start"),
};

const quotedRefusal = (name: string) => `unrecognized subdirective '${name}'`;

// stdout
const stdout = defineModule("caddy.logging.writers.stdout", nothing);

// stderr
const stderr = defineModule("caddy.logging.writers.stderr", nothing);

// discard
const discard = defineModule("caddy.logging.writers.discard", nothing);

function nothing(): JsonObject {
  return {};
}

/** The writers of logs. */
export const logWriters: readonly ModuleSyntax[] = [discard, file, net, stderr, stdout];
