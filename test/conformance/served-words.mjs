// How the cases of both servers are written down.

export const say = (body, rest = {}) => ({ handler: "static_response", body, ...rest });
export const when = (match, ...handle) => ({ match: [match], handle });
export const at = (...paths) => paths.map((path) => ({ path }));
export const accepting = (...fields) =>
  fields.map((field) => ({ headers: { "Accept-Encoding": field } }));
export const hosts = (...names) => names.map((name) => ({ headers: { Host: name } }));
