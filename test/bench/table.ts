// The table for people. `ratio` says how many times better Graft is than the figure before it.

import { type Figure, type Row, ratioOf, reached, type Unit } from "./figures.js";

const HEAD = ["work", "Caddy", "Graft", "ratio", "to reach", ""];

/** Rows as a Markdown table. */
export function printTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => width(line[column]))));
  const [head = "", ...rest] = lines.map((line) => printLine(line, widths));
  const rule = `|${widths.map((wide) => "-".repeat(wide + 2)).join("|")}|`;
  return [head, rule, ...rest].join("\n");
}

function cellsOf(row: Row): string[] {
  const { work, peer, against, graft, unit } = row;
  const ratio = ratioOf(row);
  const compared = peer === undefined ? "–" : printValue(peer.median, unit);
  return [
    work,
    against === undefined ? compared : `${compared} (${against})`,
    printFigure(graft, unit),
    ratio === undefined ? "–" : `${round(ratio)}×`,
    aimOf(row),
    { true: "ok", false: "short", undefined: "" }[String(reached(row))] ?? "",
  ];
}

function aimOf({ limit, reach, unit, better }: Row): string {
  if (limit !== undefined) return `${better === "less" ? "≤" : "≥"} ${printValue(limit, unit)}`;
  return reach === undefined ? "" : `≥ ${round(reach)}×`;
}

function printFigure({ median, p99, samples }: Figure, unit: Unit): string {
  const value = printValue(median, unit);
  return unit === "ms" && samples >= 100 ? `${value} (p99 ${round(p99)})` : value;
}

function printValue(value: number, unit: Unit): string {
  return unit === "count" ? round(value) : `${round(value)} ${unit}`;
}

/** Three digits say enough. */
function round(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

function printLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = widths.map((wide, column) => (cells[column] ?? "").padEnd(wide));
  return `| ${padded.join(" | ")} |`;
}

function width(text = ""): number {
  return text.length;
}
