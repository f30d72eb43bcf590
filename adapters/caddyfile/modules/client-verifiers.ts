// How certificates of clients are checked beyond the authority that issued them: `verifier <name> …`;
// and where the certificates come from that are trusted by themselves.

import { defineModule } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";

const LOADERS = "tls.leaf_cert_loader";

// leaf <loader> <arguments...>
// leaf {
//     <loader> ...
// }
const leaf = defineModule("tls.client_auth.verifier.leaf", (line) => {
  if (line.count > 1) return { leaf_certs_loaders: [line.inlineModule(LOADERS, "loader")] };
  line.expectEndOfLine();
  const loaders = line.block().map((inner) => {
    const { name, config } = inner.asModule(LOADERS);
    return inner.mark({ loader: name, ...config });
  });
  return omitEmpty({ leaf_certs_loaders: loaders });
});

// file   <pem_files...>
// folder <folders...>
// pem    <certificates...>
const loaders = [
  ["file", "files"],
  ["folder", "folders"],
  ["pem", "certificates"],
].map(([name, field = ""]) => defineModule(`${LOADERS}.${name}`, loaded(field)));

function loaded(field: string) {
  return (line: Line) => omitEmpty({ [field]: line.remainingTexts() });
}

/** All standard verifiers and loaders. */
export const clientVerifiers: readonly ModuleSyntax[] = [leaf, ...loaders];
