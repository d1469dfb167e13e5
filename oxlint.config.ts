import { defineConfig } from 'oxlint';
import { importTable, testFiles } from './checks/import-table.ts';

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest', 'react'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/dist', 'packages/db/migrations', 'coverage', '.ci'],
  rules: {
    // A floating promise is a lost message. `void` would hide it from readers as well: handle the rejection.
    'typescript/no-floating-promises': ['error', { ignoreVoid: false }],
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/return-await': ['error', 'in-try-catch'],
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/use-unknown-in-catch-callback-variable': 'error',

    // Types say what is true; nothing is silenced.
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unsafe-type-assertion': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-deprecated': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/consistent-type-exports': 'error',
    'typescript/no-import-type-side-effects': 'error',
    'typescript/no-namespace': 'error',
    'typescript/array-type': 'error',

    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'prefer-const': 'error',
    'no-var': 'error',
    'no-console': 'error',
    'max-params': ['error', { max: 4 }],
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'node/no-process-env': 'error',
    'react/react-in-jsx-scope': 'off',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',
    'vitest/no-focused-tests': 'error',

    'typescript/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
    'vitest/valid-expect': ['error', { maxArgs: 2 }],

    // Wrong here as often as right: objects have no `this` to lose, texts are
    // searched for control characters, loops wait for what a callback changes and copy the list that they change.
    'typescript/unbound-method': 'off',
    'no-control-regex': 'off',
    'no-new': 'off',
    'no-unmodified-loop-condition': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-useless-spread': 'off',
    'promise/always-return': 'off',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'import/no-named-as-default': 'off',
    'import/no-named-as-default-member': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    // The compiler's noImplicitReturns knows types.
    'typescript/consistent-return': 'off',
  },
  overrides: [
    ...importTable,
    {
      files: ['apps/web/**'],
      excludeFiles: testFiles,
      rules: {
        'no-restricted-globals': [
          'error',
          {
            globals: ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({
              name,
              message: 'The page reaches the network through packages/client only.',
            })),
            checkGlobalObject: true,
          },
        ],
      },
    },
    {
      files: testFiles,
      rules: {
        // Bodies of answers and the matchers of vitest are `any`; spelling their types out proves nothing.
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
        'node/no-process-env': 'off',
        'no-console': 'off',
      },
    },
    {
      // The edges of the process, where the environment is read and the terminal written to on purpose.
      files: [
        'apps/server/src/main.ts',
        'apps/examples/src/serve-host.ts',
        'apps/*/scripts/**',
        '**/*.config.ts',
        'checks/**',
      ],
      rules: { 'node/no-process-env': 'off', 'no-console': 'off' },
    },
    { files: ['**/*.config.ts', '**/global-setup.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
