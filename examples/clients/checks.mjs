// Runs checks one after the other, prints a line for each, and ends the program with 1 if one of them failed.
// It knows no client: what is asked and what has to come back stands in the scripts beside it.

import assert from 'node:assert/strict';

const failed = [];
let passed = 0;

/** One check: a sentence that holds, and the code that fails when it does not. */
export async function check(sentence, body) {
  try {
    await body();
    passed += 1;
    console.log(`  ok      ${sentence}`);
  } catch (error) {
    failed.push(sentence);
    // Not the stack alone: an assertion's message has the difference between what came and what was expected.
    console.log(`  FAILED  ${sentence}\n${indented(told(error))}`);
  }
}

/** The last line, and the exit code. */
export function finish(program) {
  if (failed.length > 0) {
    console.log(`\n${program}: ${failed.length} of ${failed.length + passed} checks failed:`);
    failed.forEach((sentence) => console.log(`  ${sentence}`));
    process.exitCode = 1;
  } else if (passed === 0) {
    console.log(`${program}: not one check ran`);
    process.exitCode = 1;
  } else {
    console.log(`${program}: ${passed} checks passed`);
  }
}

/** The server's address: the first argument, or ROUNDTRIP_URL, or where the shop listens when it is started by hand. */
export function address() {
  return (process.argv[2] ?? process.env.ROUNDTRIP_URL ?? 'http://127.0.0.1:8360').replace(/\/$/, '');
}

/** Rows of a resource, fetched without any of the clients: what their answers are compared with. */
export async function rows(url, resource, page = 1000) {
  const all = [];
  for (;;) {
    const answer = await fetch(`${url}/rest/v1/${resource}?order=id&limit=${page}&offset=${all.length}`);
    assert.equal(answer.status, 200, `GET ${resource}`);
    const some = await answer.json();
    all.push(...some);
    if (some.length < page) return all;
  }
}

function told(error) {
  if (error instanceof assert.AssertionError) return error.message;
  // Clients keep the answer that they threw at one of these.
  const answer = error?.body ?? error?.details;
  return `${error?.stack ?? String(error)}${answer ? `\nthe answer was: ${JSON.stringify(answer)}` : ''}`;
}

function indented(text) {
  return text.split('\n').map((line) => `          ${line}`).join('\n');
}
