export default defineConfig({
  schema: 'db/schema.prisma',
  migrations: {
    path: 'db/steps',
    seed: 'tsx db/seed.ts',
  },
});
