// The page of one operation: what it takes, what it answers, and a form that calls it.

/** Headers that a browser does not let a page set, or that come from elsewhere on this page. */
const NOT_OURS = ["accept-encoding", "authorization", "content-type", "cookie", "host", "origin"];

function operationView(operation) {
  const values = new Map();
  const body = bodyEditor(operation.body);
  const request = () => requestOf(operation, values, body.given());
  const trial = trialView(operation, request);
  const changed = () => trial.refresh();
  const form = element("form", {
    class: "operation",
    novalidate: true,
    oninput: changed,
    onsubmit: (event) => { event.preventDefault(); trial.send(); },
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); trial.send(); }
    },
  },
    element("div", { class: "inputs" }, parametersView(operation, values), body.view),
    trial.view,
    responsesView(operation));
  form.addEventListener("reset-body", changed);
  changed();
  return [headView(operation), form];
}

function headView({ base, method, path, tag, summary, description, deprecated }) {
  const parts = (base + path).split(/(\{[^{}]*\})/);
  return element("header", { class: "head" },
    element("p", { class: "crumb" }, tag),
    element("h1", { tabindex: "-1" }, summary, deprecated && element("span", { class: "note" }, "deprecated")),
    element("p", { class: "path" }, badge(method),
      element("code", {}, parts.map((part) => (part.startsWith("{") ? element("mark", {}, part) : part)))),
    prose(description));
}

function parametersView(operation, values) {
  const kinds = [["path", "In the path"], ["query", "In the query"], ["header", "Headers"], ["cookie", "Cookies"]];
  return kinds.map(([kind, title]) => {
    const parameters = operation.parameters.filter((one) => one.in === kind);
    if (parameters.length === 0) return null;
    return element("section", { class: "parameters" },
      element("h2", {}, title),
      parameters.map((one, index) => parameterView(one, `${kind}-${index}`, values)));
  });
}

function parameterView(parameter, id, values) {
  const schema = resolve(parameter.schema ?? preferredContent(parameter.content)?.[1]?.schema);
  const example = parameter.example ?? resolve(entries(parameter.examples)[0]?.[1])?.value ?? (isObject(schema) ? schema.example ?? list(schema.examples)[0] : undefined);
  const required = parameter.required === true || parameter.in === "path";
  const sent = parameter.in !== "cookie" && !(parameter.in === "header" && NOT_OURS.includes(parameter.name.toLowerCase()));
  const about = `${id}-about`;
  const input = sent && inputOf(parameter, schema, { id, about, example, required }, values);
  return element("div", { class: "parameter" },
    element("div", { class: "field" },
      element(sent ? "label" : "span", { class: "name", for: sent && id }, parameter.name),
      element("span", { class: "type" }, typeOf(parameter.schema ?? schema)),
      required && element("span", { class: "note must" }, "required"),
      parameter.deprecated === true && element("span", { class: "note" }, "deprecated"),
      notesOf(schema).map((note) => element("span", { class: "note" }, note))),
    element("div", { class: "about", id: about }, prose(parameter.description, "about"),
      example !== undefined && element("p", { class: "about" }, "For example ", exampleButton(plainText(example), input)),
      patternView(schema)),
    input);
}

/** An example that fills its field. */
function exampleButton(example, input) {
  const code = element("code", {}, example);
  if (!input) return code;
  const fill = () => { input.value = example; input.dispatchEvent(new Event("input", { bubbles: true })); };
  return element("button", { type: "button", class: "example", title: "Fill in", onclick: fill }, code);
}

const plainText = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function inputOf(parameter, schema, { id, about, example, required }, values) {
  const attributes = { id, "aria-describedby": about, "aria-required": required && "true" };
  const keep = (event) => values.set(parameter, event.target.value);
  const words = isObject(schema) ? (schema.type === "boolean" ? [true, false] : list(schema.enum)) : [];
  if (words.length > 0) {
    const options = ["", ...words.filter((word) => word !== null).map(plainText)];
    return element("select", { ...attributes, oninput: keep },
      options.map((word) => element("option", { value: word }, word === "" ? "not sent" : word)));
  }
  // A path without its key is no address, so an example is filled in there.
  const filled = parameter.in === "path" ? plainText(example ?? (schema?.type === "integer" ? 1 : "")) : "";
  values.set(parameter, filled);
  const numeric = ["integer", "number"].includes(schema?.type);
  const input = element("input", {
    ...attributes, type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
    inputmode: numeric && "decimal", oninput: keep,
    // What stands between backticks in a description is how such a value looks.
    placeholder: example === undefined ? String(parameter.description ?? "").split("`")[1] : plainText(example),
  });
  input.value = filled;
  return input;
}

/** The body's schema, and an example to change. */
function bodyEditor(body) {
  const content = preferredContent(body?.content);
  if (content === null) return { view: null, given: () => null };
  const [type, media] = content;
  const given = media?.example ?? resolve(entries(media?.examples)[0]?.[1])?.value ?? exampleOf(media?.schema);
  const example = typeof given === "string" ? given : JSON.stringify(given, null, 2);
  const hint = element("p", { class: "hint", id: "body-hint", role: "status" });
  const check = () => {
    const text = editor.value;
    hint.textContent = /json/.test(type) && text.trim() !== "" && !isJson(text) ? "This is not JSON yet; it can be sent all the same." : "";
    editor.rows = Math.min(Math.max(text.split("\n").length, 3), 24);
  };
  const editor = element("textarea", { id: "body", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-describedby": "body-hint", oninput: check });
  editor.value = example;
  check();
  const reset = () => { editor.value = example; check(); editor.dispatchEvent(new Event("reset-body", { bubbles: true })); };
  const view = element("section", { class: "request-body" },
    element("h2", {}, "Body", element("code", { class: "media" }, type)),
    prose(body.description),
    element("div", { class: "row" },
      element("label", { for: "body" }, body.required === true ? "What is sent" : "What is sent; may be empty"),
      element("button", { type: "button", class: "quiet", onclick: reset }, "Example again")),
    editor, hint,
    element("details", { class: "folded", open: true }, element("summary", {}, "What it may hold"), schemaView(media?.schema)));
  return { view, given: () => (editor.value === "" ? null : { type, text: editor.value }) };
}

function trialView(operation, request) {
  const command = element("pre", { class: "command", tabindex: "0", "aria-label": "The call as a curl command" });
  const missing = element("p", { class: "hint", role: "status" });
  const answer = element("div", { class: "answer", role: "region", "aria-label": "Answer" });
  const news = element("p", { class: "hidden", role: "status" });
  const button = element("button", { type: "submit", class: `send ${operation.method}` }, `Send ${operation.method.toUpperCase()}`);
  let running = null;
  const refresh = () => {
    const made = request();
    command.textContent = curlOf(made);
    const open = made.address.match(/\{[^{}]*\}/);
    missing.textContent = open ? `Fill in ${open[0]} first.` : "";
    if (running === null) button.disabled = open !== null;
  };
  const sendIt = async () => {
    if (running !== null) { running.abort(); return; }
    if (button.disabled) return;
    const stop = new AbortController();
    running = stop;
    button.textContent = "Stop";
    answer.setAttribute("aria-busy", "true");
    const outcome = await send(request(), stop.signal);
    running = null;
    button.textContent = `Send ${operation.method.toUpperCase()}`;
    answer.removeAttribute("aria-busy");
    answer.replaceChildren();
    append(answer, outcome.failed ? element("p", { class: "mistake" }, outcome.failed) : answerView(outcome));
    news.textContent = outcome.failed ?? `Answered with status ${outcome.response.status}`;
    refresh();
  };
  const view = element("aside", { class: "console", "aria-label": "Try it" },
    element("h2", {}, "Try it"),
    element("div", { class: "boxed" }, copyButton("the curl command", () => command.textContent), command),
    element("div", { class: "row" }, button, element("span", { class: "muted keys" }, "Enter, or Ctrl+Enter in the body")),
    missing, news, answer);
  return { view, refresh, send: sendIt };
}

function responsesView({ responses }) {
  if (responses.length === 0) return null;
  // Numbers as names of members come first in an object, whatever the document's order was.
  const first = responses.find(([code]) => code.startsWith("2"));
  const one = ([code, response]) => {
    const summary = element("summary", {}, status(code), element("span", {}, coded(String(response?.description ?? ""))));
    return element("li", {}, folded({ class: "expected bare", open: first?.[0] === code }, summary, () => responseView(response)));
  };
  return element("section", { class: "responses" }, element("h2", {}, "Answers"), element("ul", {}, responses.map(one)));
}

function responseView(response) {
  const contents = entries(response?.content);
  const headers = entries(response?.headers).map(([name, found]) => {
    const header = resolve(found);
    return field(name, { ...resolve(header?.schema), description: header?.description }, false, new Set());
  });
  return element("div", { class: "response" },
    contents.map(([type, media]) => [element("code", { class: "media" }, type), schemaView(media?.schema), examplesView(media?.examples)]),
    contents.length === 0 && element("p", { class: "muted" }, "No body."),
    headers.length > 0 && folded({ class: "folded" }, element("summary", {}, `Headers (${headers.length})`), () => element("ul", { class: "fields" }, headers)));
}

function examplesView(examples) {
  const all = entries(examples).map(([name, found]) => [name, resolve(found)]);
  const one = ([name, example]) => element("li", {}, folded({},
    element("summary", { class: "field" }, element("code", { class: "name" }, name), element("span", { class: "note" }, String(example?.summary ?? ""))),
    () => element("pre", { class: "sql", tabindex: "0" }, pretty(JSON.stringify(example?.value ?? null), true))));
  return all.length > 0 && folded({ class: "folded" }, element("summary", {}, `Examples (${all.length})`), () => element("ul", { class: "fields" }, all.map(one)));
}
