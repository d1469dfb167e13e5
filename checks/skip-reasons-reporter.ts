import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints each skipped test with the reason given to `context.skip(reason)` or `test.skipIf`'s title, so that no run
 * looks complete when it was not. Tests left out by `-t` were not asked for and are not listed.
 */
export function skipReasonsReporter(): Reporter {
  let filtered = false;
  return {
    onInit(vitest) {
      filtered = vitest.config.testNamePattern !== undefined;
    },
    onTestRunEnd(modules) {
      if (filtered) return;
      for (const line of modules.flatMap(describeSkipped)) console.log(line);
    },
  };
}

function describeSkipped(module: TestModule): string[] {
  return Array.from(module.children.allTests('skipped'), (test) => {
    const { state, note } = { note: undefined, ...test.result() };
    return `${state}: ${module.relativeModuleId} > ${test.fullName}: ${note ?? 'no reason given'}`;
  });
}
