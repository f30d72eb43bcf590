// TLS where it needs more than a Caddyfile and its document: DNS providers, which only plug-ins
// bring, names and who vouches for them, files, and places.

import { describe, expect, it } from "@jest/globals";
import { createCaddyfile, defineModule } from "../../../adapters/caddyfile/index.js";
import { isPublic, qualifiesForCertificate } from "../../../adapters/caddyfile/tls/subjects.js";
import { coversOf } from "../../../adapters/caddyfile/tls/wildcards.js";
import { childOf, type Json, type Path } from "../../../src/document/index.js";
import { refusalOf } from "./support.js";

/** A DNS provider as plug-ins bring them. */
const zone = defineModule("dns.providers.zone", (line) => ({ token: line.expectArgument().text }));
const caddyfile = createCaddyfile({ modules: [zone] });

function at(text: string, ...path: Path): Json | undefined {
  const { document } = caddyfile.adapt(text, {});
  return path.reduce<Json | undefined>(
    (value, step) => (value === undefined ? undefined : childOf(value, step)),
    document,
  );
}

function issuersOf(text: string): Json | undefined {
  return at(text, "apps", "tls", "automation", "policies", "0", "issuers");
}

const provider = (token: string) => ({ name: "zone", token });

describe("the DNS challenge", () => {
  it("has the provider that the site names", () => {
    const text = `example.com {
	tls {
		dns zone TOKEN
		propagation_delay 10s
		propagation_timeout -1
		resolvers 9.9.9.9
		dns_ttl 1h
		dns_challenge_override_domain example.net
	}
}`;
    const dns = {
      provider: provider("TOKEN"),
      propagation_delay: 10e9,
      propagation_timeout: -1,
      resolvers: ["9.9.9.9"],
      ttl: 3600e9,
      override_domain: "example.net",
    };
    expect(issuersOf(text)).toEqual([{ module: "acme", challenges: { dns } }]);
  });

  it("has the provider of `acme_dns`, and its own before that", () => {
    const text = `{
	acme_dns zone GLOBAL
	tls_resolvers 9.9.9.9
	http_port 8080
}
example.com {
	tls {
		dns zone OWN
	}
}
example.org {
	tls {
		dns_ttl 1h
	}
}`;
    const policies = at(text, "apps", "tls", "automation", "policies");
    const resolvers = ["9.9.9.9"];
    const own = { provider: provider("OWN"), resolvers };
    const global = { provider: provider("GLOBAL"), resolvers };
    expect(policies).toEqual([
      { subjects: ["example.com"], issuers: [{ module: "acme", challenges: { dns: own } }] },
      {
        subjects: ["example.org"],
        issuers: [{ module: "acme", challenges: { dns: { ttl: 3600e9, ...global } } }],
      },
      { issuers: [{ module: "acme", challenges: { dns: global } }] },
    ]);
  });

  it("is turned on by `acme_dns` alone where the `dns` option names the provider", () => {
    const text = "{\n\tacme_dns\n\tdns zone TOKEN\n}\nexample.com {\n}";
    expect(issuersOf(text)).toEqual([{ module: "acme", challenges: { dns: {} } }]);
    expect(at(text, "apps", "tls", "dns")).toEqual(provider("TOKEN"));
  });

  it("needs no provider of its own where the `dns` option names one", () => {
    const text = "{\n\tdns zone TOKEN\n}\nexample.com {\n\ttls {\n\t\tdns\n\t}\n}";
    expect(issuersOf(text)).toEqual([{ module: "acme", challenges: { dns: {} } }]);
  });

  it("is put over the issuers of the global options", () => {
    const text = `{
	cert_issuer acme {
		trusted_roots a.pem
		dns zone GLOBAL
		dns_ttl 1h
	}
	cert_issuer internal
}
example.com {
	tls {
		ca_root b.pem
		dns zone OWN
	}
}`;
    const dns = { provider: provider("OWN"), ttl: 3600e9 };
    expect(issuersOf(text)).toEqual([
      { module: "acme", trusted_roots_pem_files: ["a.pem", "b.pem"], challenges: { dns } },
    ]);
  });

  it("is how ZeroSSL checks names, too", () => {
    const text =
      "example.com {\n\ttls {\n\t\tissuer zerossl KEY {\n\t\t\tdns zone TOKEN\n\t\t}\n\t}\n}";
    expect(issuersOf(text)).toEqual([
      { module: "zerossl", api_key: "KEY", cname_validation: { provider: provider("TOKEN") } },
    ]);
  });
});

describe("encrypted names", () => {
  it("are published by a DNS provider", () => {
    const text = "{\n\tech public.example.com {\n\t\tdns zone TOKEN\n\t}\n}";
    expect(at(text, "apps", "tls", "encrypted_client_hello")).toEqual({
      configs: [{ public_name: "public.example.com" }],
      publication: [
        {
          configs: ["public.example.com"],
          publishers: { dns: { provider: provider("TOKEN") } },
        },
      ],
    });
  });
});

describe("a name", () => {
  it.each([
    ["example.com", true],
    ["*.example.com", true],
    ["*.*.example.com", false],
    ["1.1.1.1", false],
    ["192.168.0.1", false],
    ["::1", false],
    ["2001:db8::1", false],
    ["localhost", false],
    ["a.localhost", false],
    ["printer.local", false],
    ["db.internal", false],
    ["router.home.arpa", false],
    ["local", true],
  ])("%s is vouched for by public authorities: %s", (name, expected) => {
    expect(isPublic(name, false)).toBe(expected);
  });

  it("of several wildcards is vouched for on demand", () => {
    expect(isPublic("*.*.example.com", true)).toBe(true);
  });

  it.each([
    ["*", true],
    ["*.com", true],
    ["a.*.com", false],
    [".example.com", false],
    ["example.com.", false],
    ["{env.NAME}", false],
    ["a b", false],
  ])("%s can stand in a certificate: %s", (name, expected) => {
    expect(qualifiesForCertificate(name)).toBe(expected);
  });

  it("is covered by wildcards from the left on", () => {
    expect(coversOf("A.b.com")).toEqual(["a.b.com", "*.b.com", "*.*.com", "*.*.*"]);
    expect(coversOf("*.b.com")).toEqual(["*.b.com", "*.*.com", "*.*.*"]);
  });
});

describe("what `tls` gives", () => {
  const text = "example.com {\n\ttls {\n\t\tissuer acme\n\t\talpn h2\n\t}\n}\n";

  it("remembers its line", () => {
    const { placeOf } = caddyfile.adapt(text, { file: "Caddyfile" });
    const policies = ["apps", "tls", "automation", "policies"];
    expect(placeOf?.([...policies, "0", "subjects"])).toMatchObject({ line: 2, column: 2 });
    expect(placeOf?.([...policies, "0", "issuers", "0"])).toMatchObject({ line: 3 });
    const connection = ["apps", "http", "servers", "srv0", "tls_connection_policies", "0"];
    expect(placeOf?.([...connection, "alpn"])).toMatchObject({ line: 2 });
  });

  it("is refused when it needs a file where none may be read", () => {
    const legacy =
      "example.com {\n\ttls {\n\t\tclient_auth {\n\t\t\ttrusted_leaf_cert_file a.pem\n\t\t}\n\t}\n}\n";
    const refusal = refusalOf(() => caddyfile.adapt(legacy, {}));
    expect(refusal.reason).toContain("reading files is not allowed here: a.pem");
    expect(refusal.place).toMatchObject({ line: 4, column: 27 });
  });
});
