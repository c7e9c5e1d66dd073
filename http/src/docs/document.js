// The OpenAPI document as this page needs it: references followed, operations in groups.

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

/** What is shown: the document, where calls go, and the operations in their groups. */
const api = { document: {}, base: "", groups: [], operations: new Map() };

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value) => (Array.isArray(value) ? value : []);
const entries = (value) => (isObject(value) ? Object.entries(value) : []);

/** Follows references within the document. A circle of them, or one that leads nowhere, gives `{}`. */
function resolve(value) {
  for (let hops = 0; hops < 32; hops += 1) {
    if (!isObject(value) || typeof value.$ref !== "string") return value;
    value = at(value.$ref);
  }
  return {};
}

function at(reference) {
  if (!reference.startsWith("#")) return {};
  let found = api.document;
  for (const step of reference.slice(1).split("/").slice(1)) {
    const name = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return {};
    found = found[name];
  }
  return found;
}

/** The last part of a reference, which is a component's name. */
function referenceName(value) {
  return isObject(value) && typeof value.$ref === "string" ? decoded(value.$ref.split("/").pop()) : null;
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Reads a document. Parts that are not as OpenAPI has them are left out. */
function read(document) {
  if (!isObject(document)) throw new Error("it is not an object");
  api.document = document;
  api.base = baseOf(document);
  const groups = new Map();
  const group = (name, about) => {
    if (!groups.has(name)) groups.set(name, { name, about, operations: [] });
    return groups.get(name);
  };
  for (const tag of list(document.tags)) if (isObject(tag)) group(String(tag.name), tag.description);
  for (const [path, found] of entries(document.paths)) {
    const item = resolve(found);
    if (!path.startsWith("/")) continue;
    for (const method of METHODS) {
      if (!isObject(item?.[method])) continue;
      const operation = operationOf(path, method, item);
      api.operations.set(operation.slug, operation);
      group(operation.tag).operations.push(operation);
    }
  }
  api.groups = [...groups.values()].filter((one) => one.operations.length > 0);
}

/** The path of the first server. Calls go to where this page came from; the browser would refuse all else. */
function baseOf(described) {
  const server = list(described.servers)[0]?.url;
  return new URL(typeof server === "string" ? server : "/", location.origin).pathname.replace(/\/$/, "");
}

function operationOf(path, method, item) {
  const { summary, description, tags, requestBody, responses, deprecated } = item[method];
  const parameters = new Map();
  // An operation's own parameter takes the place of its path's.
  for (const found of [...list(item.parameters), ...list(item[method].parameters)]) {
    const parameter = resolve(found);
    if (typeof parameter?.name === "string") parameters.set(`${parameter.in} ${parameter.name}`, parameter);
  }
  const moved = [item[method], item].find((one) => list(one.servers).length > 0);
  return {
    base: moved === undefined ? api.base : baseOf(moved),
    slug: slugOf(method, path),
    method,
    path,
    summary: String(summary ?? path),
    description,
    deprecated: deprecated === true,
    tag: String(list(tags)[0] ?? "Other"),
    parameters: [...parameters.values()],
    body: resolve(requestBody),
    responses: entries(responses).map(([status, response]) => [status, resolve(response)]),
  };
}

/** What stands after the # of an operation's address: `get-products-key`. */
function slugOf(method, path) {
  const words = decoded(path).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  let slug = `${method}-${words}`;
  for (let number = 2; api.operations.has(slug); number += 1) slug = `${method}-${words}-${number}`;
  return slug;
}

/** The media type that is shown first, and what the document says of it. */
function preferredContent(content) {
  const all = entries(content);
  return all.find(([type]) => /[/+]json\b/.test(type)) ?? all[0] ?? null;
}
