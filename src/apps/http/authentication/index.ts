// authentication: lets in who is known. Start with `authentication.ts`, then `basic.ts`.

import type { Definition } from "../../../engine/index.js";
import { authentication } from "./authentication.js";
import { httpBasic } from "./basic.js";
import { argon2id, bcrypt } from "./hashes.js";

export { authentication, httpBasic };

/** The handler, and what stands in it. */
export const authenticationModules: readonly Definition<never>[] = [
  authentication,
  httpBasic,
  bcrypt,
  argon2id,
] as readonly Definition<never>[];
