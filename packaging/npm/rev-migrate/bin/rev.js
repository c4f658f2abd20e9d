#!/usr/bin/env node
// Starts the program of the package for this machine. npm installs only the one that fits; it has no other way to tell
// machines apart that works without a script at installation.
"use strict";

const { spawn } = require("node:child_process");

const name = `rev-migrate-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/rev`);
} catch {
  console.error(`error: there is no rev for this machine: the package ${name} is not installed`);
  console.error("hint: rev-migrate has programs for linux-x64; was it installed with --no-optional?");
  process.exit(1);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// What a supervisor sends to this process alone is for the program. Ctrl-C on a terminal has reached it already, and a
// second one would tell it not to wait for the step that it takes back.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("error", (error) => {
  console.error(`error: ${program} cannot be started: ${error.message}`);
  process.exit(1);
});
child.on("exit", (status, signal) => {
  if (signal === null) process.exit(status);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
