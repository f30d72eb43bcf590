// Listen addresses in Caddy's syntax: `[network/][host]:port[-port]`, `unix//path|0660`, `fd/3`.

/** One address to bind. */
export type ListenAddress =
  | { readonly network: "tcp" | "tcp4" | "tcp6"; readonly host: string; readonly port: number }
  | { readonly network: "unix"; readonly path: string; readonly mode?: number }
  | { readonly network: "fd"; readonly fd: number };

/** How many ports one range may name. */
const MAX_RANGE = 65_535;

/** The addresses that a text names, one for each port of a range. Throws `Error` with what is wrong. */
export function parseListen(text: string, defaultPort?: number): ListenAddress[] {
  const slash = text.indexOf("/");
  const network = slash > 0 && !text.startsWith("[") ? text.slice(0, slash).toLowerCase() : "tcp";
  const rest = slash > 0 && !text.startsWith("[") ? text.slice(slash + 1) : text;
  if (network === "unix") return [unixAddress(rest)];
  if (network === "fd") return [fdAddress(rest)];
  if (network !== "tcp" && network !== "tcp4" && network !== "tcp6") {
    throw new Error(`network "${network}" is not one of tcp, tcp4, tcp6, unix, fd`);
  }
  const { host, ports } = splitHost(rest, defaultPort);
  const [low, high] = portRange(ports);
  if (high - low > MAX_RANGE) throw new Error("the port range is too large");
  if (low === high) return [{ network, host, port: low }];
  return Array.from({ length: high - low + 1 }, (_, i) => ({ network, host, port: low + i }));
}

/** An address as text, so that equal addresses have equal texts; the key of a listener. */
export function printListen(address: ListenAddress): string {
  if (address.network === "unix") return `unix/${address.path}`;
  if (address.network === "fd") return `fd/${address.fd}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.network}/${host}:${address.port}`;
}

/** As `printListen`, with the mode of a unix socket: what is to be bound anew when it changes. */
export function printBinding(address: ListenAddress): string {
  const text = printListen(address);
  if (address.network !== "unix" || address.mode === undefined) return text;
  return `${text}|${address.mode.toString(8).padStart(4, "0")}`;
}

function unixAddress(rest: string): ListenAddress {
  const bar = rest.lastIndexOf("|");
  const path = bar < 0 ? rest : rest.slice(0, bar);
  if (path === "") throw new Error("a unix address needs a path: unix//run/app.sock");
  if (bar < 0) return { network: "unix", path };
  const mode = rest.slice(bar + 1);
  if (!/^[0-7]{3,4}$/.test(mode)) throw new Error(`"${mode}" is not an octal file mode`);
  const bits = Number.parseInt(mode, 8);
  if ((bits & 0o200) === 0) throw new Error(`mode ${mode}: the owner must be able to write`);
  return { network: "unix", path, mode: bits };
}

function fdAddress(rest: string): ListenAddress {
  if (!/^\d+$/.test(rest)) throw new Error(`"${rest}" is not a file descriptor`);
  return { network: "fd", fd: Number(rest) };
}

function splitHost(text: string, defaultPort?: number): { host: string; ports: string } {
  const bracketed = text.startsWith("[") ? /^\[([^\]]*)\](?::(.*))?$/.exec(text) : null;
  const colon = text.lastIndexOf(":");
  const bare = text.indexOf(":") !== colon;
  const [host, ports] = bracketed
    ? [bracketed[1] as string, bracketed[2]]
    : bare || colon < 0
      ? [text, undefined]
      : [text.slice(0, colon), text.slice(colon + 1)];
  if (ports === undefined && defaultPort === undefined) {
    throw new Error(`"${text}" has no port: write "${bare ? `[${text}]` : text}:8080"`);
  }
  return { host, ports: ports ?? String(defaultPort) };
}

function portRange(text: string): [number, number] {
  const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const low = Number(range?.[1]);
  const high = Number(range?.[2] ?? range?.[1]);
  if (!range || low > 65_535 || high > 65_535) {
    throw new Error(`port must be 0 to 65535, found "${text}"`);
  }
  if (high < low) throw new Error(`the port range ${text} ends before it begins`);
  return [low, high];
}
