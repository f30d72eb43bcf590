// What a directive, an option or a module reads: a line and its block, and what can be seen from
// there. A line knows the words of its adapter, and each word reads lines, so both stand here.

import type { Json, JsonObject } from "../../src/document/index.js";
import type { Budget } from "./budget.js";
import type { Contribution, MatcherSet } from "./contribution.js";
import type { Counter } from "./counter.js";
import type { FilesOfBlocks } from "./files.js";
import type { GlobalOptions } from "./options/global-options.js";
import type { Marks } from "./source-map.js";
import { Dispenser } from "./syntax/dispenser.js";
import type { Token } from "./syntax/token.js";
import type { Warnings } from "./syntax/warnings.js";

/** A module that was read: its name in its namespace, and its fields. */
export interface NamedModule {
  readonly name: string;
  readonly config: JsonObject;
}

/** One line of a Caddyfile with its block, in its scope. */
export class Line extends Dispenser {
  constructor(
    tokens: readonly Token[],
    readonly scope: Scope,
    start = 0,
    end = tokens.length,
    depth = 0,
  ) {
    super(tokens, start, end, depth);
  }

  /** Take the matcher if one comes next: `*` (all requests: undefined), `/path` or `@name`. */
  matcher(): MatcherSet | undefined {
    const token = this.peek();
    if (token === undefined || !isMatcher(token)) return undefined;
    this.skip();
    if (token.text === "*") return undefined;
    if (token.text.startsWith("/")) return { path: [token.text] };
    const set = this.scope.matchers.get(token.text);
    if (set === undefined) return token.fail(`unrecognized matcher name: ${token.text}`);
    this.scope.run.budget.use(set, token);
    return set;
  }

  /** Take the rest of the line and its block as a module of the namespace. */
  module(namespace: string): NamedModule {
    return this.expectLine("the name of a module").asModule(namespace);
  }

  /** Read the line as a module of the namespace: its first word is the module's name. */
  asModule(namespace: string): NamedModule {
    const name = this.directive;
    const syntax = this.scope.run.vocabulary.modules.get(`${namespace}.${name}`);
    if (syntax === undefined) {
      this.name.fail(
        `getting module named '${namespace}.${name}': module not registered: ${namespace}.${name}`,
      );
    }
    const config = this.mark(syntax.read(this));
    this.expectEnd();
    return { name, config };
  }

  /** As `module`, as one object that has the module's name under `key`. */
  inlineModule(namespace: string, key: string): JsonObject {
    const { name, config } = this.module(namespace);
    return this.mark({ [key]: name, ...config });
  }

  /** Remember for error messages that `made` came from a token, by default the line's name. */
  mark<T extends object>(made: T, token: Token = this.name): T {
    return this.scope.run.marks.mark(made, token);
  }

  /** Say something about the line without refusing it. */
  warn(message: string, token: Token = this.name): void {
    this.scope.run.warnings.add(token, this.directive, message);
  }

  /** Take arguments that mean nothing, and say so. Caddy passes over them. */
  ignoreArguments(): void {
    const [first, ...more] = this.remaining();
    if (first === undefined) return;
    const rest = more.length === 0 ? "is" : `and what follows (${more.length}) are`;
    this.warn(`'${first.text}' ${rest} ignored`, first);
  }

  /** The same tokens seen from another scope. Nothing of them counts as taken. */
  in(scope: Scope): Line {
    return new Line(this.tokens, scope, this.start, this.end, this.depth);
  }

  protected override at(start: number, end: number, depth: number): this {
    return new Line(this.tokens, this.scope, start, end, depth) as this;
  }
}

/** Whether a token stands for a matcher where a directive may begin with one. */
export function isMatcher({ text }: Token): boolean {
  return text === "*" || text.startsWith("/") || text.startsWith("@");
}

/** What one run of the adapter shares. */
export interface Run {
  readonly vocabulary: Vocabulary;
  readonly options: GlobalOptions;
  readonly warnings: Warnings;
  readonly marks: Marks;
  readonly budget: Budget;
  /** Numbers for the access logs that nobody named. */
  readonly accessLogs: Counter;
  /** Tells the files that sites are written in. */
  readonly files: FilesOfBlocks;
  /** Tags of certificates that were loaded from files, by the files. */
  readonly certificateTags: Map<string, string>;
  /** Read a file that a directive needs now; absent where that is not allowed. */
  readonly readFile?: (path: string) => string;
}

/** What a line can see from where it stands. */
export interface Scope {
  readonly run: Run;
  /** The named matchers, with their `@`. */
  readonly matchers: ReadonlyMap<string, MatcherSet>;
  /** Numbers for groups of routes. */
  readonly groups: Counter;
  /** The files that the site or named route is written in, sorted. */
  readonly files: readonly string[];
  /** The named routes that were invoked from here, and where. */
  readonly invoked: Map<string, Token>;
}

/** The words of an adapter. */
export interface Vocabulary {
  readonly directives: ReadonlyMap<string, Directive>;
  readonly options: ReadonlyMap<string, GlobalOption>;
  readonly matchers: ReadonlyMap<string, Matcher>;
  /** By their whole IDs. */
  readonly modules: ReadonlyMap<string, ModuleSyntax>;
  /** Directives whose routes have a place among the others, in their order. */
  readonly order: readonly string[];
}

/** Where a directive's routes stand beside those of a standard directive. */
export type Position = { readonly before: string } | { readonly after: string };

/** A directive of a site: its name, and how its line and block are read. */
export interface Directive {
  readonly name: string;
  /** Without it, a third party's directive works in `route` blocks and by the `order` option. */
  readonly position?: Position;
  readonly read: (line: Line) => Contribution | readonly Contribution[];
}

/** A global option. What it returns is merged into the options read before it. */
export interface GlobalOption {
  readonly name: string;
  readonly read: (line: Line, before: GlobalOptions) => Partial<GlobalOptions>;
}

/** A request matcher. */
export interface Matcher {
  readonly name: string;
  /**
   * Read all lines of one set that name this matcher: several add up. `set` is the name of the
   * `@set` they stand in, without its `@`.
   */
  readonly read: (lines: readonly [Line, ...Line[]], set: string) => Json;
}

/** How the fields of a module are written: a log writer, a transport, a DNS provider … */
export interface ModuleSyntax {
  /** Its whole ID, as `caddy.logging.writers.file`. */
  readonly id: string;
  /** The line begins with the module's name. */
  readonly read: (line: Line) => JsonObject;
}
