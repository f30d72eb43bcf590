// Reading a config: from a file or from standard input, in whatever format it is.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Adapted, MAX_BYTES, ParseError, printLine, type Warning } from "../document/index.js";
import { CommandError } from "./failure.js";
import { formatOf } from "./formats.js";
import type { ConfigOptions } from "./help.js";
import { Imports } from "./imports.js";

/** The text of a config, as it was read. */
export interface Source {
  /** Its file name as it was given; `-` is standard input. */
  readonly file: string;
  readonly bytes: Buffer;
  /** Of its bytes, to see whether the file is another one later. */
  readonly hash: string;
}

/** A config that was read and understood. */
export interface Config extends Source {
  readonly adapted: Adapted;
  readonly imports: Imports;
}

/** The file that is used when none is named. */
const USUAL_FILE = "Caddyfile";

/** The file that the options name, or the usual one if it is there. */
export function configFileOf({ config, adapter }: ConfigOptions): string | undefined {
  if (config !== undefined) return config;
  if (adapter !== undefined) {
    throw new CommandError(
      "--adapter says how to read a config, but there is none",
      "add --config",
    );
  }
  return existsSync(USUAL_FILE) ? USUAL_FILE : undefined;
}

/**
 * Read the config that the options name. Undefined when they name none and none is there. `session`
 * stands for a file that will be read again (see `AdaptOptions`).
 */
export async function readConfig(
  options: ConfigOptions,
  session?: object,
): Promise<Config | undefined> {
  const file = configFileOf(options);
  if (file === undefined) return undefined;
  return adaptSource(await readSource(file), options.adapter, new Imports(), session);
}

/** Read the config that the options name, which must be there. */
export async function requireConfig(options: ConfigOptions): Promise<Config> {
  const config = await readConfig(options);
  if (config === undefined) throw new CommandError("no config was named", "add --config <file>");
  return config;
}

/** Read a file, or standard input. */
export async function readSource(file: string): Promise<Source> {
  const bytes = await readBytes(file);
  return { file, bytes, hash: createHash("sha256").update(bytes).digest("base64url") };
}

/** Understand a config. Throws `ParseError` with file, line and column. */
export function adaptSource(
  source: Source,
  adapter: string | undefined,
  imports: Imports = new Imports(),
  session?: object,
): Config {
  const { file, bytes } = source;
  const { readFile, glob } = imports;
  const format = formatOf(file, adapter);
  const name = file === "-" ? "(stdin)" : file;
  const text = decode(bytes, name);
  try {
    const world = { file: name, env: process.env, readFile, glob };
    const adapted = format.adapt(text, session === undefined ? world : { ...world, session });
    return { ...source, adapted, imports };
  } catch (error) {
    throw adapter === undefined && format.name === "json" ? suspectFormat(error, file) : error;
  }
}

/** A warning as a line. */
export function describeWarning({ directive, message, ...where }: Warning): string {
  const place = printLine(where);
  const about = directive === undefined ? "" : `${directive}: `;
  return `${place === "" ? "" : `${place}: `}${about}${message}`;
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return file === "-" ? await readStandardInput() : await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the config could not be read: ${why}`);
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The text of bytes. Throws `ParseError` when they are too many, or not UTF-8. */
export function decode(bytes: Buffer, file: string): string {
  if (bytes.length > MAX_BYTES) throw new ParseError(`is larger than ${MAX_BYTES} bytes`, { file });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ParseError("is not UTF-8", { file });
  }
}

/** What was taken for JSON because nothing said otherwise may be something else. */
function suspectFormat(error: unknown, file: string): unknown {
  if (!(error instanceof ParseError) || file.toLowerCase().endsWith(".json")) return error;
  return new CommandError(error.message, "name its format with --adapter if it is not JSON");
}
