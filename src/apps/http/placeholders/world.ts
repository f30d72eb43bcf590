// `env.*`, `system.*` and `time.*`: what a template knows without a request. All but the time is
// settled when the text is compiled.

import { arch, hostname, platform } from "node:os";
import { sep } from "node:path";
import type { Globals, Meaning } from "./read.js";

const OS_NAMES: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const ARCH_NAMES: Readonly<Record<string, string>> = {
  x64: "amd64",
  ia32: "386",
  ppc64: "ppc64le",
  mipsel: "mipsle",
};

/** How a moment (milliseconds since 1970) is written, by name. */
const TIMES: ReadonlyMap<string, (now: number) => string> = new Map([
  ["time.now", (now) => `${day(now)} ${clockTime(now)} ${offset(now)} ${zone(now)}`],
  ["time.now.http", (now) => new Date(now).toUTCString()],
  ["time.now.common_log", commonLog],
  ["time.now.year", (now) => String(new Date(now).getFullYear())],
  ["time.now.unix", (now) => String(Math.floor(now / 1000))],
  ["time.now.unix_ms", (now) => String(Math.floor(now))],
]);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What a name means that has nothing to do with the request. */
export function worldMeaning(name: string, { env, clock }: Globals): Meaning {
  if (name.startsWith("env.")) {
    const key = name.slice("env.".length);
    return (Object.hasOwn(env, key) ? env[key] : undefined) ?? "";
  }
  if (name.startsWith("system.")) return systemFact(name.slice("system.".length));
  const write = TIMES.get(name);
  return write && (() => write(clock.now()));
}

function systemFact(name: string): string | undefined {
  if (name === "hostname") return hostname();
  if (name === "slash") return sep;
  if (name === "os") return OS_NAMES[platform()] ?? platform();
  if (name === "arch") return ARCH_NAMES[arch()] ?? arch();
  return name === "wd" ? process.cwd() : undefined;
}

function commonLog(now: number): string {
  const date = new Date(now);
  const month = MONTHS[date.getMonth()];
  const time = clockTime(now).slice(0, "hh:mm:ss".length);
  return `${two(date.getDate())}/${month}/${date.getFullYear()}:${time} ${offset(now)}`;
}

function day(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function clockTime(now: number): string {
  const date = new Date(now);
  const fraction = date.getMilliseconds() / 1000;
  const seconds = two(date.getSeconds()) + String(fraction).slice(1);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

/** The time zone's distance from UTC, `+0200`. */
function offset(now: number): string {
  const minutes = -new Date(now).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** The time zone's name; its offset stands for a name that is not known. */
function zone(now: number): string {
  const distance = offset(now);
  return distance === "+0000" ? "UTC" : distance;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
