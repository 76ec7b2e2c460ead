import { defineConfig } from 'prisma/config'

// Migrations are applied by prisma/migrate.ts; the Prisma CLI, where its engine can be had, agrees with it.
export default defineConfig({
  schema: 'prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_OWNER_URL'] ?? process.env['DATABASE_URL'] ?? 'postgresql://localhost:5432/uyim' },
})
