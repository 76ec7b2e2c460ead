// The map of the house. Add an arrow only together with a decision in server/decisions.
const everyone = ['kernel', 'infra', 'audit', 'identity']
const mayImport = {
  audit: [],
  identity: [],
  documents: [],
  buildings: [],
  ledger: [],
  premises: ['buildings', 'ledger'],
  contracts: ['buildings', 'documents'],
  payments: ['premises', 'ledger', 'documents', 'imports'], // statements and registries are files like any other
  meters: ['buildings', 'premises', 'contracts', 'documents'],
  meetings: ['buildings', 'premises', 'documents'],
  requests: ['buildings', 'premises', 'contracts', 'documents'],
  'public-services': ['premises', 'documents'],
  billing: ['buildings', 'premises', 'contracts', 'meters', 'ledger', 'payments', 'documents', 'requests'], // a disputed line is a request
  repairs: ['buildings', 'premises', 'contracts', 'ledger', 'payments', 'meetings', 'documents'],
  imports: ['buildings', 'premises', 'meters', 'ledger', 'documents'],
  desk: ['buildings', 'premises', 'meters', 'ledger', 'billing', 'payments', 'requests'],
  reports: ['buildings', 'premises', 'contracts', 'ledger', 'billing', 'repairs', 'meetings', 'requests', 'documents'],
  exchange: ['buildings', 'premises', 'contracts', 'meters', 'billing', 'repairs', 'meetings', 'requests', 'reports'],
  notifications: [], // reads the events.ts of every domain, nothing else
}

const domain = `(${Object.keys(mayImport).join('|')})`
const useCase = `^server/${domain}/[a-z]+(-[a-z0-9]+)+[.]ts$`
const clientSafe = ['^server/.*/(schema|rules)[.]ts$', '^server/kernel/']
const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from: { path: from[0], ...(from[1] ? { pathNot: from[1] } : {}) }, to })

const map = Object.entries(mayImport).map(([name, allowed]) =>
  forbid(`map-${name}`, `server/${name} may import ${[...everyone, ...allowed].join(', ')}.`,
    [`^server/${name}/`],
    { path: '^server/', pathNot: [`^server/(${[name, ...everyone, ...allowed].join('|')})/`, '^server/api/(trpc|request-scope|give-file)[.]ts$', ...(name === 'notifications' ? ['/events[.]ts$'] : [])] }))

export default {
  forbidden: [
    ...map,
    { name: 'no-cycles', severity: 'error', comment: 'Move the shared part down the map, or publish an event.', from: { pathNot: '^(node_modules|prisma/client)/' }, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', comment: 'The file or package does not exist.', from: {}, to: { couldNotResolve: true } },
    forbid('kernel-is-pure', 'The kernel knows nothing but itself and the calendar arithmetic (settled 23).', ['^server/kernel/'], { pathNot: ['^server/kernel/', '^locales/', '^node_modules/(temporal-polyfill|libphonenumber-js)/'] }),
    forbid('kernel-is-closed', 'The kernel is a closed list; what it lacks belongs to a domain.', ['^(app|server|prisma|test)/'], { path: '^server/kernel/', pathNot: '^server/kernel/(actor|calendar|errors|format|identifiers|ids|jurisdiction|money|period|quantity|state-machine|text|transliteration)[.]ts$' }),
    forbid('infra-knows-no-domain', 'Infrastructure serves domains and never calls them.', ['^server/infra/'], { path: '^server/(?!kernel/|infra/)' }),
    forbid('client-safe-is-pure', 'schema.ts and rules.ts also run in the browser.', [clientSafe[0]], { pathNot: [...clientSafe, '^node_modules/zod/mini/', '^node_modules/zod/v4/mini/'] }),
    forbid('few-hands-on-the-database', 'Only queries, use cases and jobs touch the database.', ['^server/.*/(schema|rules|events|policy|router|http)[.]ts$'], { path: ['^server/infra/db[.]ts$', '^prisma/'] }),
    forbid('private-files', 'router, jobs and http belong to their own domain.', [`^server/${domain}/`], { path: `^server/${domain}/(router|jobs|http)[.]ts$`, pathNot: '^server/$1/' }),
    forbid('only-routers-know-trpc', 'Use cases serve routers, jobs and webhooks alike.', ['^server/', '/router[.]ts$|^server/api/'], { path: ['^node_modules/@trpc/', '^server/api/'], pathNot: '^server/api/(request-scope|give-file)[.]ts$' }),
    forbid('only-doors-know-requests', 'Who asks is read, and files are given, at the door.', ['^server/', '/http[.]ts$|^server/api/'], { path: '^server/api/(request-scope|give-file)[.]ts$' }),
    forbid('one-door', 'Screens reach the server through the router, the words and the client-safe files.', ['^app/'], { path: ['^server/', '^prisma/'], pathNot: [...clientSafe, '^server/api/(root|caller|request-scope)[.]ts$', '^server/infra/texts[.]ts$', '/http[.]ts$'] }),
    forbid('audiences-are-apart', 'Resident, council and staff screens share _parts and _ui, not each other.', ['^app/[^/]+/[(]([a-z]+)[)]/'], { path: '^app/[^/]+/[(][a-z]+[)]/', pathNot: '^app/[^/]+/[(]$1[)]/' }),
    forbid('server-below-app', 'The server never imports a screen.', ['^(server|prisma)/'], { path: '^app/' }),
    forbid('start-is-on-top', 'Starting is nobody\'s tool.', ['^(server|prisma|app)/', '^server/(start/|main[.]ts$|worker[.]ts$)'], { path: '^server/start/' }),
    forbid('seed-is-on-top', 'The product never needs the demonstration data.', ['^(server|app)/', '^server/start/'], { path: '^prisma/seed/' }),
    forbid('ui-kit-is-domain-free', 'The kit must stay usable by any product.', ['^app/_ui/'], { path: ['^server/(?!kernel/)', '^app/(?!_ui/)'] }),
    forbid('no-test-code-in-product', 'Product code never imports tests.', ['^(app|server|prisma)/'], { path: '^test/' }),
  ],
  required: [
    { name: 'use-case-is-authorised', severity: 'error', comment: 'Every use case asks its policy.', module: { path: useCase }, to: { path: '^server/$1/policy[.]ts$' } },
    { name: 'use-case-is-audited', severity: 'error', comment: 'Every use case leaves a trace.', module: { path: useCase }, to: { path: '^server/audit/record[.]ts$', reachable: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '^prisma/client'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['react-server', 'import', 'require', 'node', 'default'] },
    cache: { folder: 'node_modules/.cache/uyim/depcruise', strategy: 'content' },
  },
}
