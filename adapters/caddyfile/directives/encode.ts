// encode [<matcher>] [<encoder...>] {
//     <encoder> …
//     minimum_length <bytes>
//     match <response matcher>
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { objectOf, omitEmpty } from "../json.js";
import { Line, type NamedModule } from "../line.js";
import { readResponseMatcher } from "../matchers/response-matcher.js";
import type { Token } from "../syntax/token.js";

/** Compresses responses. Encoders are preferred in the order in which they are named. */
export const encode = defineDirective("encode", (line) => {
  const match = line.matcher();
  const names = line.remaining();
  const { encoders, minimumLength, responses } = readBlock(line);
  const wanted = names.length + encoders.length > 0 ? names : standardEncoders(line);
  const all = [...encoders, ...wanted.map((name) => encoderOf(name, line))];
  const encodings = objectOf(all.map(({ name, config }) => [name, config]));
  const prefer = all.map(({ name }) => name);
  const fields = { encodings, prefer, minimum_length: minimumLength, match: responses };
  return { match, handle: omitEmpty({ handler: "encode", ...fields }, ["match"]) };
});

interface Block {
  readonly encoders: readonly NamedModule[];
  readonly minimumLength: number;
  readonly responses: JsonObject | undefined;
}

function readBlock(line: Line): Block {
  const encoders: NamedModule[] = [];
  let minimumLength = 0;
  let responses: JsonObject | undefined;
  for (const inner of line.block()) {
    if (inner.directive === "minimum_length") {
      minimumLength = inner.expectArgument("a number of bytes").toInteger("minimum_length");
    } else if (inner.directive === "match") {
      if (responses !== undefined) inner.name.fail("matcher is defined more than once: match");
      responses = readResponseMatcher(inner);
    } else encoders.push(inner.asModule("http.encoders"));
    inner.expectEnd();
  }
  return { encoders, minimumLength, responses };
}

function standardEncoders({ name }: Line): readonly Token[] {
  return [name.withText("zstd"), name.withText("gzip")];
}

/** An encoder of which only the name is given. */
function encoderOf(name: Token, { scope }: Line): NamedModule {
  const id = `http.encoders.${name.text}`;
  if (!scope.run.vocabulary.modules.has(id)) {
    name.fail(`finding encoder module '': module not registered: ${id}`);
  }
  return new Line([name], scope).asModule("http.encoders");
}
