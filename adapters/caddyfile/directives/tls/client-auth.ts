// client_auth {
//     mode                   request|require|verify_if_given|require_and_verify
//     trust_pool             <pool> ...
//     verifier               <verifier> ...
//     trusted_leaf_cert      <base64_der>
//     trusted_leaf_cert_file <pem_file>
//     trusted_ca_cert        <base64_der>    (deprecated)
//     trusted_ca_cert_file   <pem_file>      (deprecated)
// }

import type { FieldReader } from "../../fields.js";
import type { Line } from "../../line.js";
import { defineSections, type ListReader, readSections } from "../../sections.js";
import { readCertificates } from "../../tls/pem.js";

/** Whether clients have to show certificates, and which are trusted; what is not said is empty. */
export const clientAuth: FieldReader = (line) => {
  line.ignoreArguments();
  const lines = line.block();
  const { roots, ...fields } = readSections(lines, LINES, { refuse });
  refuseTwoPools(lines);
  const inline = roots === undefined ? {} : { provider: "inline", trusted_ca_certs: roots };
  return { ca: inline, mode: "", trusted_leaf_certs: [], verifiers: [], ...fields };
};

const LINES = defineSections({
  "": {
    mode: (line) => ({ mode: line.expectArgument("a mode").text }),
    trust_pool: (line) => ({ ca: line.inlineModule("tls.ca_pool.source", "provider") }),
    trusted_ca_cert: deprecated(certificate("roots")),
    trusted_ca_cert_file: deprecated(certificateFile("roots")),
    trusted_leaf_cert: certificate("trusted_leaf_certs"),
    trusted_leaf_cert_file: certificateFile("trusted_leaf_certs"),
    verifier: {
      field: "verifiers",
      items: (line) => [line.inlineModule("tls.client_auth.verifier", "verifier")],
    },
  },
});

function certificate(field: string): ListReader {
  return { field, items: (line) => [line.expectArgument("a certificate").text] };
}

function certificateFile(field: string): ListReader {
  return {
    field,
    items: (line) => readCertificates(line.expectArgument("a PEM file"), line.scope.run.readFile),
  };
}

function deprecated({ field, items }: ListReader): ListReader {
  return {
    field,
    items: (line) => {
      line.warn(`The '${line.directive}' field is deprecated. Use the 'trust_pool' field instead.`);
      return items(line);
    },
  };
}

/** Authorities are trusted in the new way or in the old one. */
function refuseTwoPools(lines: readonly Line[]): void {
  const pool = lines.findIndex(({ directive }) => directive === "trust_pool");
  const root = lines.findIndex(({ directive }) => directive.startsWith("trusted_ca_cert"));
  if (pool === -1 || root === -1) return;
  lines[Math.max(pool, root)]?.name.fail(
    "cannot specify both 'trust_pool' and 'trusted_ca_cert' or 'trusted_ca_cert_file'",
  );
}

function refuse(line: Line): never {
  return line.name.fail(`unknown subdirective for client_auth: ${line.directive}`);
}
