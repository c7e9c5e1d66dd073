// An answer: status, journey, headers and body.

/** More than this is shown without colours, and much more only in part. */
const COLOURED_MOST = 200_000;
const SHOWN_MOST = 1_000_000;

function answerView({ response, bytes, took }) {
  const type = response.headers.get("content-type") ?? "";
  const id = response.headers.get("x-request-id");
  return [
    element("p", { class: "outcome" },
      status(String(response.status), response.statusText),
      element("span", {}, milliseconds(took)),
      element("span", {}, sizeOf(bytes.length))),
    id && element("p", { class: "request-id" }, element("span", { class: "muted" }, "x-request-id"), element("code", {}, id), copyButton("the request id", () => id)),
    journeyView(response, took),
    headersView(response.headers),
    bodyView(type, bytes),
  ];
}

function status(code, text) {
  const family = /^[1-5]/.test(code) ? `s${code[0]}` : "s0";
  return element("span", { class: `status ${family}` }, text ? `${code} ${text}` : code);
}

function sizeOf(length) {
  if (length < 1000) return counted(length, "byte");
  return length < 1_000_000 ? `${(length / 1000).toFixed(1)} kB` : `${(length / 1_000_000).toFixed(1)} MB`;
}

function headersView(headers) {
  const rows = [...headers].map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value)));
  return element("details", { class: "folded headers" },
    element("summary", {}, `Headers (${rows.length})`),
    element("table", {}, element("tbody", {}, rows)));
}

function bodyView(type, bytes) {
  if (bytes.length === 0) return element("p", { class: "muted" }, "No body.");
  const readable = /^text\/|[/+](json|xml|csv)\b/.test(type);
  if (!readable) return element("p", { class: "muted" }, `${sizeOf(bytes.length)} of ${type || "an unknown kind"}.`);
  const text = new TextDecoder().decode(bytes.subarray(0, SHOWN_MOST));
  const cut = bytes.length > SHOWN_MOST && element("p", { class: "muted" }, `Only the first ${sizeOf(SHOWN_MOST)} are shown.`);
  const shown = element("pre", { class: "body", tabindex: "0", "aria-label": "Body of the answer" });
  if (/json/.test(type) && text.length <= COLOURED_MOST && isJson(text)) shown.append(pretty(text, true));
  else shown.append(/json/.test(type) && isJson(text) ? pretty(text, false) : text);
  return element("div", { class: "boxed" }, copyButton("the body", () => text), shown, cut);
}

function isJson(text) {
  try { JSON.parse(text); return true; } catch { return false; }
}

/**
 * JSON with line breaks. The text itself is set out, not its value: a number like 19.90 or one of
 * twenty digits has to look as it was sent.
 */
function pretty(json, coloured) {
  const shown = document.createDocumentFragment();
  let [plain, depth] = ["", 0];
  const flush = () => { if (plain !== "") shown.append(plain); plain = ""; };
  const line = () => `\n${"  ".repeat(depth)}`;
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[^\s"[\]{},:]+|[[\]{},:]/g) ?? [];
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") {
      depth += 1;
      plain += token;
      if (!"}]".includes(tokens[index + 1])) plain += line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      plain += "{[".includes(tokens[index - 1]) ? token : line() + token;
    } else if (token === ",") plain += token + line();
    else if (token === ":") plain += ": ";
    else if (!coloured) plain += token;
    else {
      flush();
      shown.append(element("span", { class: kindOf(token, tokens[index + 1]) }, token));
    }
  });
  flush();
  return shown;
}

function kindOf(token, next) {
  if (next === ":") return "j-name";
  if (token[0] === '"') return "j-text";
  return /^[-\d]/.test(token) ? "j-number" : "j-word";
}
