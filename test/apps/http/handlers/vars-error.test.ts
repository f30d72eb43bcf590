import { describe, expect, it } from "@jest/globals";
import { error } from "../../../../src/apps/http/handlers/error.js";
import { vars } from "../../../../src/apps/http/handlers/vars.js";
import { alone } from "../../../support/alone.js";
import { ask, telling } from "./serving.js";

describe("vars", () => {
  it("sets variables, filling names and texts", async () => {
    const handler = alone(vars, {
      "is-{http.request.method}": "{http.request.uri.path}{nope}",
      list: ["{kept}"],
    });
    const tell = telling((exchange) => JSON.stringify([...exchange.vars]));
    const { body } = await ask([handler, tell], { path: "/a" });
    expect(JSON.parse(body)).toEqual([
      ["is-GET", "/a"],
      ["list", ["{kept}"]],
    ]);
  });

  it("names the user that access logs tell of", async () => {
    const handler = alone(vars, { "http.auth.user.id": "ann" });
    const tell = telling((exchange) => exchange.placeholders.get("http.auth.user.id") ?? "");
    expect(await ask([handler, tell])).toMatchObject({ body: "ann" });
  });
});

describe("error", () => {
  it("fails with a status and a message, 500 unless given", async () => {
    const given = alone(error, { status_code: "{http.request.uri.query.s}", error: "{nope}!" });
    expect(await ask([given], { path: "/?s=403" })).toMatchObject({ status: 403, body: "{nope}!" });
    expect(await ask([given], { path: "/?s=no" })).toMatchObject({ status: 500 });
    expect(await ask([alone(error, {})])).toMatchObject({ status: 500, body: "" });
  });

  it("refuses a status that is none", () => {
    expect(() => alone(error, { status_code: 7 })).toThrow("/status_code");
  });
});
