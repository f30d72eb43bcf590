// basic_auth [<matcher>] [<hash algorithm> [<realm>]] {
//     <username> <hashed password>
// }

import type { JsonObject } from "../../../src/document/index.js";
import type { HandlerContribution } from "../contribution.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** Lets in who knows a password. */
export const basicAuth = defineDirective("basic_auth", readBasicAuth);

/** The former name of `basic_auth`. */
export const basicauth = defineDirective("basicauth", (line) => {
  line.warn("the 'basicauth' directive is deprecated, please use 'basic_auth' instead!");
  return readBasicAuth(line);
});

const ALGORITHMS = ["bcrypt", "argon2id"];

function readBasicAuth(line: Line): HandlerContribution {
  const match = line.matcher();
  const hash = line.argument();
  const algorithm = hash?.text ?? "bcrypt";
  if (!ALGORITHMS.includes(algorithm)) hash?.fail(`unrecognized hash algorithm: ${algorithm}`);
  const realm = line.argument()?.text;
  const accounts = line.block().map(readAccount);
  const provider = {
    ...omitEmpty({ accounts, realm }),
    hash: { algorithm },
    hash_cache: {},
  };
  return { match, handle: { handler: "authentication", providers: { http_basic: provider } } };
}

function readAccount(line: Line): JsonObject {
  const username = line.directive;
  const password = line.argument()?.text ?? "";
  if (username === "" || password === "") {
    line.name.fail("username and password cannot be empty or missing");
  }
  line.expectEnd();
  return line.mark({ username, password });
}
