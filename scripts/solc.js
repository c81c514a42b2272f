#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// The command line of solc, on the npm package `solc` (the same compiler in WebAssembly), for the
// tools that start a native one: ape, py-solc-x, forge, slither. Covers --version, --standard-json
// and --combined-json. `python -m tanpo.compiler` puts it where those tools look.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const VALUE_OPTIONS = new Set([
  "--allow-paths", "--base-path", "--combined-json", "--evm-version", "--include-path",
  "--metadata-hash", "--optimize-runs", "--revert-strings",
]);

/** --combined-json's names for what standard JSON calls otherwise; the rest have the same name. */
const SELECTIONS = {
  asm: "evm.legacyAssembly",
  bin: "evm.bytecode.object",
  "bin-runtime": "evm.deployedBytecode.object",
  "function-debug": "evm.bytecode.functionDebugData",
  "function-debug-runtime": "evm.deployedBytecode.functionDebugData",
  "generated-sources": "evm.bytecode.generatedSources",
  "generated-sources-runtime": "evm.deployedBytecode.generatedSources",
  hashes: "evm.methodIdentifiers",
  opcodes: "evm.bytecode.opcodes",
  srcmap: "evm.bytecode.sourceMap",
  "srcmap-runtime": "evm.deployedBytecode.sourceMap",
  "storage-layout": "storageLayout",
  "transient-storage-layout": "transientStorageLayout",
};

/** py-solc-x learns from --help what it may ask of --combined-json. */
const HELP = `solc: --version, --standard-json [FILE], or
  --combined-json abi,ast,${Object.keys(SELECTIONS).join(",")},devdoc,metadata,userdoc`;

function parseArguments(argv) {
  const given = { "--include-path": [], files: [], remappings: [] };
  for (let i = 0; i < argv.length; i++) {
    let [name, value] = argv[i].startsWith("--") ? argv[i].split(/=(.*)/s) : [argv[i]];
    if (VALUE_OPTIONS.has(name)) {
      value = value ?? argv[++i];
      if (name === "--include-path") given[name].push(value);
      else given[name] = value;
    } else if (name.startsWith("--")) given[name] = true;
    else if (name !== "-" && name.includes("=")) given.remappings.push(name);
    else given.files.push(name);
  }
  return given;
}

/** Reads an import as solc does: below the base path first, then below each include path. */
function importer(given) {
  // --allow-paths needs no answer: whoever can start this can read these files.
  const checkout = path.dirname(__dirname); // see tanpo/compiler.py
  const roots = [given["--base-path"] || ".", ...given["--include-path"], checkout];
  return (name) => {
    const relative = name.replace(/^file:\/\//, "");
    for (const root of roots) {
      const file = path.resolve(root, relative);
      if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
    }
    return { error: `File not found: ${name} (searched: ${roots.join(", ")})` };
  };
}

/** The WebAssembly build writes built-in declarations' negative ids as unsigned 32-bit numbers. */
function signIds(node) {
  for (const key in node) {
    const value = node[key];
    if (typeof value === "number") {
      if (value > 0x7fffffff) node[key] = value - 2 ** 32;
    } else if (value !== null && typeof value === "object") signIds(value);
  }
}

function compile(input, given) {
  const text = solc.compile(input, { import: importer(given) });
  if (!/\b42949\d{5}\b/.test(text)) return text; // no such id: spares parsing megabytes
  const output = JSON.parse(text);
  for (const source of Object.values(output.sources ?? {})) signIds(source.ast);
  return JSON.stringify(output);
}

function at(value, dotted) {
  return dotted.split(".").reduce((inner, key) => inner?.[key], value);
}

/** --combined-json as a standard JSON run: returns the combined text, or exits as solc does. */
function combined(given) {
  const wanted = given["--combined-json"].split(",").filter((name) => name !== "compact-format");
  const sources = {};
  for (const file of given.files) {
    if (file === "-") sources["<stdin>"] = { content: fs.readFileSync(0, "utf8") };
    else {
      const unit = path.relative(path.resolve(given["--base-path"] || "."), path.resolve(file));
      sources[unit.startsWith("..") ? path.resolve(file) : unit] = {
        content: fs.readFileSync(file, "utf8"),
      };
    }
  }
  const selection = wanted.filter((name) => name !== "ast").map((name) => SELECTIONS[name] ?? name);
  const settings = {
    evmVersion: given["--evm-version"],
    metadata: given["--metadata-hash"] && { bytecodeHash: given["--metadata-hash"] },
    optimizer: {
      enabled: Boolean(given["--optimize"]),
      runs: Number(given["--optimize-runs"] ?? 200),
    },
    outputSelection: { "*": { "*": selection, "": ["ast"] } },
    remappings: given.remappings,
    viaIR: Boolean(given["--via-ir"]) || undefined,
  };
  const input = JSON.stringify({ language: "Solidity", sources, settings });
  const output = JSON.parse(compile(input, given));
  const messages = output.errors ?? [];
  for (const message of messages) process.stderr.write(message.formattedMessage + "\n");
  if (messages.some((message) => message.severity === "error")) process.exit(1);

  const contracts = {};
  for (const [unit, inFile] of Object.entries(output.contracts ?? {})) {
    for (const [name, contract] of Object.entries(inFile)) {
      const entry = (contracts[`${unit}:${name}`] = {});
      for (const key of wanted) {
        if (key !== "ast") entry[key] = at(contract, SELECTIONS[key] ?? key);
      }
    }
  }
  const units = Object.entries(output.sources ?? {}).sort(([, a], [, b]) => a.id - b.id);
  const result = { contracts, sourceList: units.map(([unit]) => unit), version: solc.version() };
  if (wanted.includes("ast")) {
    result.sources = Object.fromEntries(units.map(([unit, s]) => [unit, { AST: s.ast, id: s.id }]));
  }
  return JSON.stringify(result);
}

function main() {
  const given = parseArguments(process.argv.slice(2));
  if (given["--version"]) {
    return `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`;
  }
  if (given["--standard-json"]) {
    const [file] = given.files.filter((name) => name !== "-");
    return compile(fs.readFileSync(file ?? 0, "utf8"), given);
  }
  if (given["--combined-json"]) return combined(given);
  if (given["--help"]) return HELP;
  process.stderr.write(`unrecognised option '${process.argv[2] ?? ""}'\n${HELP}\n`);
  process.exit(1);
}

// Written in full before the process ends, also into a pipe that its reader empties slowly.
process.stdout.write(main() + "\n");
