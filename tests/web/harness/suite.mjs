// Runs the cases of every file in order, one world for all, and prints one line each. A case fails when
// it throws, or when the browser's console said an error that the case did not allow.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

async function attempt(title, world, run) {
  const start = Date.now();
  const problems = [];
  try {
    await run(world);
  } catch (error) {
    problems.push(String(error.stack ?? error));
    const name = `FAILED-${title.replace(/[^A-Za-z0-9]+/g, '-')}`;
    await world.browser.shot(name).catch(() => undefined);
  }
  const errors = world.browser.takeErrors();
  if (errors.length > 0) problems.push(`errors in the browser's console:\n${errors.join('\n')}`);
  const passed = problems.length === 0;
  console.log(
    `${passed ? 'ok    ' : 'FAILED'}  ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`,
  );
  for (const problem of problems) console.log(problem.replace(/^/gm, '        '));
  return passed;
}

/** `only`: the file names that contain it; the first files make what later ones need and always run. */
export async function loadFiles(folder, only) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  const files = [];
  for (const name of names) {
    const file = await import(pathToFileURL(path.join(folder, name)));
    if (!only || file.always || name.includes(only)) files.push(file);
  }
  return files;
}

export async function runFiles(files, world) {
  let passed = 0;
  let failed = 0;
  for (const { cases } of files) {
    if (failed > 0 && world.stopsAtFailure) break;
    for (const [title, run] of cases) {
      if (await attempt(title, world, run)) passed += 1;
      else failed += 1;
      if (failed > 0 && world.stopsAtFailure) break;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}
