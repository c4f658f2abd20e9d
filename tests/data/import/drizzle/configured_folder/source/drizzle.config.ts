export default defineConfig({
  dialect: 'sqlite',
  // out: './old',
  out: './src/storage/steps',
});
