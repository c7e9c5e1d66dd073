// Turns the server's /openapi.json into types, compiles main.ts against them with tsc --strict, and runs it:
//
//     roundtrip serve examples/shop
//     node openapi-fetch/run.mjs http://127.0.0.1:8360
//
// What it makes stands in generated/, which is not kept.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { address } from '../checks.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = (...words) => execFileSync(process.execPath, words, { stdio: 'inherit', cwd: here('.') });

const url = address();
rmSync(here('generated'), { recursive: true, force: true });
mkdirSync(here('generated'));
writeFileSync(here('generated/schema.d.ts'), astToString(await openapiTS(new URL(`${url}/openapi.json`))));

try {
  run(here('../node_modules/typescript/bin/tsc'), '--project', '.');
  run('generated/openapi-fetch/main.js', url);
} catch (error) {
  // What is wrong was printed already.
  process.exitCode = error.status ?? 1;
}
