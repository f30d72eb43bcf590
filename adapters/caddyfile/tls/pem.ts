// Certificates in PEM files, as the texts that the document has.

import type { Token } from "../syntax/token.js";

const BEGIN = "-----BEGIN ";
const DASHES = "-----";

/** Read the certificates of a PEM file, each as base64 of its DER. Refuses a file without any. */
export function readCertificates(
  file: Token,
  readFile: ((path: string) => string) | undefined,
): readonly string[] {
  const path = file.text;
  if (readFile === undefined) return file.fail(`reading files is not allowed here: ${path}`);
  const blocks = blocksOf(textOf(file, readFile));
  if (blocks.length === 0 || blocks.some(({ type }) => type !== "CERTIFICATE")) {
    file.fail(`no CERTIFICATE pem block found in ${path}`);
  }
  return blocks.map(({ content }) => content);
}

function textOf(file: Token, readFile: (path: string) => string): string {
  try {
    return readFile(file.text);
  } catch (cause) {
    const { code, message } = cause as { readonly code?: string; readonly message?: string };
    const why = code === "ENOENT" ? "no such file or directory" : (message ?? String(cause));
    return file.fail(`open ${file.text}: ${why}`);
  }
}

function blocksOf(text: string): readonly { readonly type: string; readonly content: string }[] {
  const blocks: { type: string; content: string }[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; ) {
    const typeEnd = text.indexOf(DASHES, at + BEGIN.length);
    if (typeEnd === -1) break;
    const type = text.slice(at + BEGIN.length, typeEnd);
    const end = text.indexOf(`-----END ${type}${DASHES}`, typeEnd);
    if (end === -1) break;
    const lines = text.slice(typeEnd + DASHES.length, end).split(/\r?\n/);
    const content = lines.filter((line) => !line.includes(":")).join("");
    blocks.push({ type, content: content.replace(/\s+/g, "") });
    at = text.indexOf(BEGIN, end);
  }
  return blocks;
}
