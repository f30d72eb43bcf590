// Makes the head of the client's answer out of the upstream's.

import { STATUS_CODES } from "node:http";
import type { Exchange } from "../exchange.js";
import { canonicalName, HeaderMap } from "../headers.js";
import type { ResponseHead } from "./head.js";
import { HOP_BY_HOP, nominatedBy } from "./hop.js";
import type { Answer } from "./reader.js";

/** Changes to an answer's fields on their way, if there are any. */
export type FieldRules = ((status: number, fields: HeaderMap) => void) | undefined;

/** Put the fields of an answer on the response to the client, beside those that are there. */
export function passFields(exchange: Exchange, answer: Answer, rules: FieldRules): void {
  const { headers } = exchange.response;
  // The upstream's own name is the one that counts; ours stands in Via.
  headers.delete("server");
  headers.add("Via", `1.${answer.minor} graft`);
  if (rules === undefined) addPassing(answer, headers);
  else {
    const fields = new HeaderMap();
    addPassing(answer, fields);
    rules(answer.status, fields);
    for (const [name, values] of fields.entries()) {
      for (const value of values) headers.add(name, value);
    }
  }
  // Node refuses to announce trailers where the body is not chunked.
  if (answer.trailer !== "" && answer.framing === "chunked" && canChunk(exchange, headers)) {
    headers.set("Trailer", answer.trailer);
  }
}

function canChunk({ request }: Exchange, headers: HeaderMap): boolean {
  return request.httpVersion !== "1.0" && !headers.has("content-length");
}

function addPassing(answer: Answer, headers: HeaderMap): void {
  const { fields, status } = answer;
  const nominated = nominatedBy(answer.connection);
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || (nominated.length > 0 && nominated.includes(lower))) continue;
    // There is no body whose length this could be (RFC 9110, 8.6).
    if (status === 204 && lower === "content-length") continue;
    headers.add(name, fields[i + 1] as string);
  }
}

/** Fields, and the value of Connection, which names those among them that end here. */
type Passing = Pick<Answer, "fields" | "connection">;

/** The fields that may stand at another body, as a flat list. */
export function passableFields({ fields, connection }: Passing): string[] {
  const nominated = nominatedBy(connection);
  const passing: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || nominated.includes(lower) || lower === "content-length") continue;
    passing.push(name, fields[i + 1] as string);
  }
  return passing;
}

/** The fields of an answer that switches protocols, as a flat list. */
export function upgradeFields(answer: Answer, protocol: string): string[] {
  return [...passableFields(answer), "Connection", "Upgrade", "Upgrade", protocol];
}

/** An interim answer as it goes to the client, as bytes in a string (RFC 9110, 15.2). */
export function interimHead({ status, fields }: ResponseHead): string {
  const isConnection = (i: number) => /^connection$/i.test(fields[i] as string);
  const connection = fields.filter((_, i) => i % 2 === 1 && isConnection(i - 1)).join(",");
  const passing = passableFields({ fields, connection });
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Interim"}\r\n`;
  for (let i = 0; i < passing.length; i += 2) {
    head += `${canonicalName(passing[i] as string)}: ${passing[i + 1]}\r\n`;
  }
  return `${head}\r\n`;
}
