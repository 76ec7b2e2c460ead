import { tmpdir } from 'node:os'

/** What every test process is started with. */
export const settings = {
  TZ: 'Asia/Kathmandu',
  NODE_ENV: 'test' as const,
  LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
  AUTH_SECRET: 'a secret for tests only, longer than thirty-two characters',
  APP_URL: 'http://localhost:3000',
  DATA_DIR: `${tmpdir()}/uyim-test-data-${process.pid}`,
  UYIM_EMBEDDED: '1',
  DEMO: '1',
  DATABASE_POOL: '10',
}
