// Offering a config to a running server, and telling what it said in terms of the file.

import { type Adapted, ConfigError, type Issue, locate, parsePath } from "../document/index.js";
import { adminAddressOf, postToAdmin } from "./admin-client.js";
import { describeWarning, requireConfig } from "./config-file.js";
import { CommandError, complain } from "./failure.js";
import type { ReloadFlags } from "./reload.js";

/** Load the config that the flags name into the running server. */
export async function offer(flags: ReloadFlags): Promise<void> {
  const { adapted } = await requireConfig(flags);
  complain(adapted.warnings.map((warning) => `warning: ${describeWarning(warning)}`));
  const address = adminAddressOf(flags.address, adapted.document);
  const { status, text } = await postToAdmin(address, {
    path: "/load",
    headers: {
      "Content-Type": "application/json",
      ...(flags.force ? { "Cache-Control": "must-revalidate" } : {}),
    },
    body: JSON.stringify(adapted.document),
  });
  if (status >= 400) throw refusal(status, text, adapted);
}

/** One fault in the answer of a server. */
interface Fault {
  readonly error: string;
  readonly path?: string;
}

/** Faults at paths of the document are faults in lines of the file. */
function refusal(status: number, text: string, adapted: Adapted): Error {
  const answer = faultIn(text);
  if (answer === undefined) return new CommandError(`the server answered ${status}: ${text}`);
  const issues = (answer.errors ?? [answer]).flatMap((fault) => issueOf(fault, adapted));
  return issues.length > 0 ? new ConfigError(issues) : new CommandError(answer.error);
}

function faultIn(text: string): (Fault & { readonly errors?: readonly Fault[] }) | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const isFault = typeof answer === "object" && answer !== null && "error" in answer;
    return isFault ? (answer as Fault) : undefined;
  } catch {
    return undefined; // another server than ours may answer in plain text
  }
}

/** The server's sentence begins with the path already. */
function issueOf({ error, path }: Fault, adapted: Adapted): Issue[] {
  if (path === undefined) return [];
  const message = error.startsWith(`${path}: `) ? error.slice(path.length + 2) : error;
  return [locate({ path: parsePath(path), message }, adapted)];
}
