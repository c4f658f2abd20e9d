// Headless Chromium, and projects whose graph it looks at.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/// The package's folder is given, as it lies with the build.
export function requireFrom(nodeModules) {
  return createRequire(join(resolve(nodeModules), "index.js"));
}

/// Debian's Chromium. It runs without its sandbox, which root and containers cannot have; it only opens our own files.
export function launch(nodeModules) {
  const { chromium } = requireFrom(nodeModules)("playwright-core");
  const found = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim();
  if (!found) throw new Error("there is no chromium; scripts/test installs it");
  return chromium.launch({ executablePath: found, args: ["--no-sandbox", "--disable-gpu"] });
}

export class Project {
  constructor(rev, folder) {
    this.rev = resolve(rev);
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "rev-page-"));
    if (!folder) this.run("init");
  }

  run(...words) {
    const environment = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8" };
    return execFileSync(this.rev, words, { cwd: this.folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  write(name, content) {
    const file = join(this.folder, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }

  /// header: more lines of it; upgrade: SQL.
  revision(id, revises, { message = `make ${id}`, header = "", upgrade = `CREATE TABLE t_${id} (id integer);`, description = "" } = {}) {
    const lines = [`-- ${message}`, "--", ...(description ? [`-- ${description}`, "--"] : []), `-- revision: ${id}`,
                   `-- revises: ${revises}`, ...(header ? [`-- ${header}`] : []), "-- created: 2026-11-21 09:00:00Z", "",
                   "-- rev:upgrade", upgrade, "", "-- rev:downgrade", `DROP TABLE t_${id};`, ""];
    this.write(`versions/${id}.sql`, lines.join("\n"));
  }

  /// Draws the graph into a file and gives its URL.
  draw(name, ...words) {
    this.run("graph", "-o", name, ...words);
    return pathToFileURL(join(this.folder, name)).href;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
