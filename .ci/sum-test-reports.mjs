// Names the failed tests in the JSON reports of vitest in a folder, each with its error, for the log above is long and may be
// cut, then adds up: `N passed, N failed, N skipped`.
// Usage: node sum-test-reports.mjs FOLDER FAILED_STEPS. A step that failed without a failed test counts as one.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder = '', failedSteps = '0'] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of readdirSync(folder)) {
  const report = read(join(folder, name));
  for (const file of report.testResults) tellFailures(file);
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests + report.numTodoTests;
}
failed = Math.max(failed, Number(failedSteps));
console.log(`${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : ''));
if (passed === 0) process.exitCode = 1;

function tellFailures(file) {
  // A file that could not be run at all has a message and no tests.
  if (file.status === 'failed' && file.assertionResults.length === 0)
    console.log(`FAILED ${relative(process.cwd(), file.name)}\n${file.message}`);
  for (const test of file.assertionResults) {
    if (test.status !== 'failed') continue;
    console.log(`FAILED ${relative(process.cwd(), file.name)} > ${test.fullName}\n${test.failureMessages.join('\n')}`);
  }
}

// A run that was ended in the middle of its report has failed.
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}
