import { defineConfig } from 'vitest/config';
import { skipReasonsReporter } from './checks/skip-reasons-reporter.ts';

// Packages are tested from their sources: an edit is seen by the next run without a build in between.
const conditions = ['@folkmoot/source', 'module', 'node', 'development|production'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: ['node'] } };

const globalSetup = 'packages/db/src/testing/global-setup.ts';

/** Conditions are waited for as long as a busy machine needs; `vi.waitFor` and `expect.poll` have no common setting. */
const patient = { setupFiles: ['checks/patient-waiting.ts'], expect: { poll: { timeout: 15_000 } } };

const never = ['**/node_modules/**', '**/dist/**'];
const docs = ['docs/**/*.test.ts', 'checks/**/*.test.ts', '{apps,packages}/**/*-docs.test.ts'];
const slow = ['{apps,packages}/**/*.slow.test.ts'];

/** Where the counts of this run go as JSON; `.ci/run` adds them up. */
const reportFile = process.env['FOLKMOOT_TEST_REPORT'];

export default defineConfig({
  test: {
    // One database server serves all workers, and two cores serve everything.
    maxWorkers: 2,
    reporters: ['default', skipReasonsReporter(), ...(reportFile ? [jsonReport(reportFile)] : [])],
    projects: [
      {
        resolve,
        ssr,
        test: {
          ...patient,
          name: 'fast',
          pool: 'forks',
          include: ['{apps,packages}/**/*.test.{ts,tsx}'],
          exclude: [...never, ...docs, ...slow],
          typecheck: {
            enabled: true,
            include: ['{apps,packages}/**/*.test-d.ts'],
            tsconfig: 'tsconfig.json',
            // Errors in other files are the business of `pnpm check:types`.
            ignoreSourceErrors: true,
          },
          globalSetup,
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          ...patient,
          name: 'slow',
          pool: 'forks',
          include: slow,
          exclude: never,
          globalSetup,
          // They start servers, kill them and measure: side by side they would disturb each other.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve,
        ssr,
        test: { name: 'docs', pool: 'forks', include: docs, exclude: never, testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});

function jsonReport(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }];
}
