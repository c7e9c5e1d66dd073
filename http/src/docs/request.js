// A call: from what was filled in to an address, to a curl command, and to an answer.

/** Bearer token and key, in memory only: never in the address, in a cookie or in storage. */
const credentials = { token: "", key: "" };

const LONGEST_MS = 60_000;

/** The address below this origin. An empty value is not sent. */
function addressOf(operation, values) {
  const filled = (parameter) => values.get(parameter) ?? "";
  const path = operation.path.replace(/\{([^{}]*)\}/g, (placeholder, name) => {
    const parameter = operation.parameters.find((one) => one.in === "path" && one.name === name);
    const value = parameter ? filled(parameter) : "";
    // Commas join the parts of a key.
    return value === "" ? placeholder : encodeURIComponent(value).replaceAll("%2C", ",");
  });
  const query = operation.parameters.filter((one) => one.in === "query" && filled(one) !== "");
  const pairs = query.map((one) => `${encoded(one.name)}=${encoded(filled(one))}`);
  return operation.base + path + (pairs.length > 0 ? `?${pairs.join("&")}` : "");
}

/** Encoded for a query, as readable as it may be. */
function encoded(text) {
  return encodeURIComponent(text).replace(/%(2C|3A|2F|40)/g, (escaped) => decodeURIComponent(escaped));
}

/** Headers that were filled in, and what the body is; credentials come when it is sent. */
function headersOf(operation, values, body) {
  const given = operation.parameters.filter((one) => one.in === "header" && values.get(one));
  const headers = given.map((one) => [one.name, values.get(one)]);
  if (body !== null) headers.push(["Content-Type", body.type]);
  return headers;
}

function requestOf(operation, values, body) {
  return {
    method: operation.method.toUpperCase(),
    address: addressOf(operation, values),
    headers: headersOf(operation, values, body),
    body: body?.text ?? null,
  };
}

/** The same call for a terminal. A secret is a variable there: commands are kept, copied and shown. */
function curlOf(request) {
  const lines = [`curl ${request.method === "GET" ? "" : request.method === "HEAD" ? "--head " : `-X ${request.method} `}${quoted(location.origin + request.address)}`];
  if (credentials.token !== "") lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (credentials.key !== "") lines.push(`-H "apikey: $API_KEY"`);
  for (const [name, value] of request.headers) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.body !== null) lines.push(`--data-raw ${quoted(request.body)}`);
  return lines.join(" \\\n  ");
}

/** A word of a POSIX shell. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Sends the call; an answer, or a sentence that says why there is none. */
async function send(request, stop) {
  const headers = new Headers();
  try {
    if (credentials.token !== "") headers.set("Authorization", `Bearer ${credentials.token}`);
    if (credentials.key !== "") headers.set("apikey", credentials.key);
    for (const [name, value] of request.headers) headers.set(name, value);
  } catch {
    return { failed: "A header holds a character that headers cannot hold." };
  }
  const began = performance.now();
  try {
    // With its origin, so that a path like //elsewhere cannot name another server.
    const response = await fetch(location.origin + request.address, {
      method: request.method,
      headers,
      body: request.body === null ? undefined : request.body,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.any([stop, AbortSignal.timeout(LONGEST_MS)]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { response, bytes, took: performance.now() - began };
  } catch (error) {
    return { failed: why(error) };
  }
}

function why(error) {
  if (error.name === "AbortError") return "Stopped.";
  if (error.name === "TimeoutError") return `No answer within ${LONGEST_MS / 1000} seconds.`;
  return `No answer: the server cannot be reached, or the browser did not send the call (${error.message}).`;
}
