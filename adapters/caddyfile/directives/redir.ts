// redir [<matcher>] <to> [permanent | temporary | html | <status>]

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import type { Token } from "../syntax/token.js";
import { statusOf } from "./answer.js";

/** Sends the client elsewhere. */
export const redir = defineDirective("redir", (line) => {
  const match = line.matcher();
  const to = line.expectArgument("where to").text;
  const status = line.argument();
  line.ignoreArguments();
  const answer = status?.text === "html" ? pageTo(to) : redirection(to, status);
  return { match, handle: { handler: "static_response", ...answer } };
});

function redirection(to: string, token: Token | undefined): JsonObject {
  const status = token === undefined ? 302 : readStatus(token);
  return { status_code: status, headers: { Location: [to] } };
}

/** A status that browsers follow, or 401, whose `Location` scripts may read. */
function readStatus(token: Token): number | string {
  const { text } = token;
  if (text === "permanent") return 301;
  if (text === "temporary" || text === "") return 302;
  if (text.startsWith("{")) return text;
  const status = statusOf(text);
  if (typeof status !== "number") {
    token.fail(`Not a supported redir code type or not valid integer: '${text}'`);
  }
  if ((status < 300 || status > 399) && status !== 401) {
    token.fail(`Redir code not in the 3xx range or 401: '${status}'`);
  }
  return status;
}

/** A page that browsers leave at once; other clients are not redirected. */
function pageTo(to: string): JsonObject {
  const safe = to.replace(/[&<>'"]/g, (character) => `&${ENTITIES[character]};`);
  const body = `<!DOCTYPE html>
<html>
	<head>
		<title>Redirecting...</title>
		<script>window.location.replace("${safe}");</script>
		<meta http-equiv="refresh" content="0; URL='${safe}'">
	</head>
	<body>Redirecting to <a href="${safe}">${safe}</a>...</body>
</html>
`;
  return { status_code: 200, headers: { "Content-Type": ["text/html; charset=utf-8"] }, body };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  "'": "#39",
  '"': "#34",
};
