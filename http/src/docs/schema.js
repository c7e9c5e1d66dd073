// Schemas: as a tree that opens, as a few words, and as an example.

/** A schema in a few words: `array of products`, `string or null`. */
function typeOf(schema) {
  const name = referenceName(schema);
  if (name !== null) return name;
  if (schema === true || schema === undefined) return "anything";
  if (!isObject(schema)) return "nothing";
  if (Object.hasOwn(schema, "const")) return JSON.stringify(schema.const);
  for (const [word, text] of [["oneOf", "one of"], ["anyOf", "any of"], ["allOf", "all of"]]) {
    const forms = list(schema[word]);
    if (forms.length > 0) return forms.length > 3 ? `${text} ${forms.length} forms` : forms.map(typeOf).join(text === "all of" ? " and " : " or ");
  }
  const types = [schema.type ?? (schema.properties ? "object" : schema.items ? "array" : "anything")].flat();
  return types.map((type) => (type === "array" && schema.items ? `array of ${typeOf(schema.items)}` : String(type))).join(" or ");
}

/** What a value has to keep to, each in a few words. */
function notesOf(schema) {
  if (!isObject(schema)) return [];
  const notes = [];
  const note = (key, words) => { if (schema[key] !== undefined) notes.push(words(schema[key])); };
  note("format", (format) => String(format));
  note("enum", (values) => `one of ${list(values).map((value) => JSON.stringify(value)).join(", ")}`);
  note("minimum", (least) => `≥ ${least}`);
  note("exclusiveMinimum", (least) => `> ${least}`);
  note("maximum", (most) => `≤ ${most}`);
  note("exclusiveMaximum", (most) => `< ${most}`);
  note("multipleOf", (step) => `in steps of ${step}`);
  note("minLength", (least) => `at least ${counted(least, "character")}`);
  note("maxLength", (most) => `at most ${counted(most, "character")}`);
  note("minItems", (least) => `at least ${counted(least, "item")}`);
  note("maxItems", (most) => `at most ${counted(most, "item")}`);
  if (!isLong(schema.pattern)) note("pattern", (pattern) => `matches ${pattern}`);
  note("default", (value) => `default ${JSON.stringify(value)}`);
  if (schema.readOnly === true) notes.push("read-only");
  if (schema.writeOnly === true) notes.push("write-only");
  if (schema.deprecated === true) notes.push("deprecated");
  return notes;
}

const isLong = (pattern) => typeof pattern === "string" && pattern.length > 40;

/** A long pattern is for programs; people may open it. */
function patternView(schema) {
  if (!isObject(schema) || !isLong(schema.pattern)) return null;
  return element("details", { class: "folded" }, element("summary", {}, "Pattern"), element("code", {}, schema.pattern));
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A schema with its fields; deeper ones are made when they are opened. */
function schemaView(schema) {
  const target = resolve(schema);
  const parts = partsOf(schema, new Set());
  const notes = notesOf(target).map((note) => element("span", { class: "note" }, note));
  const head = element("p", { class: "schema-head" }, element("span", { class: "type" }, typeOf(schema)), notes);
  return element("div", { class: "schema" }, head, isObject(target) ? prose(target.description, "about") : null, parts?.());
}

/** Makes what is inside a schema; `null` when there is nothing to open. */
function partsOf(schema, seen) {
  const name = isObject(schema) ? schema.$ref : undefined;
  const within = name === undefined ? seen : new Set(seen).add(name);
  const target = resolve(schema);
  if (!isObject(target)) return null;
  const forms = ["oneOf", "anyOf", "allOf"].flatMap((word) => list(target[word]));
  if (forms.length > 0) {
    return () => element("ul", { class: "fields" }, forms.map((form, index) => field(null, form, false, within, seen.size === 0 && index === 0)));
  }
  const properties = entries(target.properties);
  const required = new Set(list(target.required));
  const more = isObject(target.additionalProperties) ? target.additionalProperties : null;
  if (properties.length > 0 || more !== null) {
    return () => element("ul", { class: "fields" },
      properties.map(([property, inner]) => field(property, inner, required.has(property), within)),
      more && field("any other name", more, false, within));
  }
  return target.items === undefined ? null : partsOf(target.items, within);
}

function field(name, schema, required, seen, open = false) {
  const target = resolve(schema);
  const own = isObject(target) ? target : {};
  const again = isObject(schema) && seen.has(schema.$ref);
  const parts = again ? null : partsOf(schema, seen);
  const head = [
    name === null ? null : element("code", { class: "name" }, name),
    element("span", { class: "type" }, typeOf(schema)),
    required && element("span", { class: "note must" }, "required"),
    again && element("span", { class: "note" }, "as above"),
    notesOf(own).map((note) => element("span", { class: "note" }, note)),
  ];
  const about = [prose(own.description, "about"), patternView(own)];
  if (parts === null) return element("li", {}, element("div", { class: "field" }, head), about);
  return element("li", {}, folded({ open }, element("summary", { class: "field" }, head), parts), about);
}

/** So deep are examples; a schema within itself is left out. */
const EXAMPLE_DEPTH = 5;

/** A value that fits the schema, as well as can be told. */
function exampleOf(schema, outer = []) {
  const target = resolve(schema);
  if (!isObject(target) || outer.includes(target) || outer.length > EXAMPLE_DEPTH) return null;
  for (const given of [target.example, list(target.examples)[0], target.default, target.const, list(target.enum)[0]]) {
    if (given !== undefined) return given;
  }
  const within = [...outer, target];
  const form = ["oneOf", "anyOf", "allOf"].flatMap((word) => list(target[word]))[0];
  if (form !== undefined) return exampleOf(form, within);
  const type = [target.type].flat()[0];
  if (type === "object" || target.properties) {
    const writable = entries(target.properties).filter(([, inner]) => resolve(inner)?.readOnly !== true);
    return Object.fromEntries(writable.map(([name, inner]) => [name, exampleOf(inner, within)]));
  }
  if (type === "array") return target.items === undefined ? [] : [exampleOf(target.items, within)];
  return { string: "text", integer: 1, number: 1, boolean: true }[type] ?? null;
}
