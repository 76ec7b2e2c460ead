import typescript from 'typescript-eslint'

const clock = 'Time comes from ctx.now (settled 6) or infra/clock.ts; chance from infra/crypto.ts or kernel/ids.ts.'
const everywhere = [
  { selector: `MemberExpression[object.name='process'][property.name='env']`, message: 'Settings are read in server/infra/env.ts only.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import the file that has it.' },
  { selector: `ExportNamedDeclaration[source]`, message: 'No barrels: import the file that has it.' },
  { selector: 'CallExpression[callee.name=/^use(Layout)?Effect$/] > ArrowFunctionExpression[expression=true] CallExpression[callee.property.name=/^scroll/]', message: 'In braces: newer browsers answer a scroll with a promise, which React takes for the end of the effect.' },
]
const noDefault = { selector: 'ExportDefaultDeclaration', message: 'Default exports only where Next demands one.' }
const noClock = [
  { selector: `NewExpression[callee.name='Date'][arguments.length=0]`, message: clock },
  { selector: `CallExpression[callee.object.name='Date'][callee.property.name='now']`, message: clock },
  { selector: `CallExpression[callee.object.name='Math'][callee.property.name='random']`, message: clock },
  { selector: `CallExpression[callee.property.name=/^toLocale(String|DateString|TimeString)$/]`, message: 'Formatters are in kernel/format.ts: browsers lack Uzbek and Kazakh.' },
  { selector: `NewExpression[callee.object.name='Intl']`, message: 'Formatters are in kernel/format.ts: browsers lack Uzbek and Kazakh.' },
]
const noWords = [
  { selector: 'JSXText[value=/\\p{L}/u]', message: 'Words live in locales/<l>/<domain>.json.' },
  { selector: 'JSXAttribute[name.name=/^(aria-label|aria-description|placeholder|title|alt|label)$/] > Literal[value=/\\p{L}{2}/u]', message: 'Words live in locales/<l>/<domain>.json.' },
  { selector: 'JSXExpressionContainer > Literal[value=/\\p{L}{2}.* /u]', message: 'Words live in locales/<l>/<domain>.json.' },
]
// The shell of the whole application: what Next demands a default export of.
const nextFiles = ['app/**/{page,layout,error,not-found,global-error,loading,template,default,manifest,sitemap,robots}.{ts,tsx}', 'instrumentation.ts']

export default typescript.config(
  { ignores: ['node_modules/**', '**/.next*/**', '.data/**', 'prisma/client/**', 'public/**', 'next-env.d.ts', 'app/_sw/**', 'test/bench/empty-page/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: typescript.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': typescript.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 3],
      complexity: ['error', 10],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      'no-restricted-syntax': ['error', ...everywhere, noDefault, ...noClock, ...noWords],
    },
  },
  { files: nextFiles, rules: { 'no-restricted-syntax': ['error', ...everywhere, ...noClock, ...noWords] } },
  // In a tree of elements 'shown when' is no branch of a procedure.
  { files: ['app/**/*.tsx'], rules: { complexity: ['error', 15] } },
  { files: ['app/**/{page,layout}.tsx'], rules: { 'max-lines-per-function': ['error', 100] } },
  // A door of Next re-exports one handler under two names of methods.
  { files: ['app/**/route.{ts,tsx}'], rules: { 'no-restricted-syntax': ['error', everywhere[0], noDefault, ...noClock, ...noWords] } },
  // The browser has no transaction whose clock it could ask.
  { files: ['server/kernel/ids.ts', 'server/infra/{clock,crypto}.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere, noDefault] } },
  { files: ['app/_client/**'], rules: { 'no-restricted-syntax': ['error', ...everywhere.slice(1), noDefault] } },
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['server/start/**', 'server/infra/env.ts', 'server/**/command.ts', 'prisma/**', 'prisma.config.ts'],
    rules: { 'no-console': 'off', 'no-restricted-syntax': ['error', ...everywhere.slice(1)] },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      'max-lines-per-function': 'off', 'max-params': 'off', 'no-console': 'off', complexity: ['error', 15],
      '@typescript-eslint/no-non-null-assertion': 'off', 'no-restricted-syntax': 'off',
    },
  },
)
