// Loaded before anything else, by whatever Node runs the command: an older one cannot even read our files.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Uyim runs on Node 24, which \`npm ci\` puts into node_modules; this is Node ${process.versions.node}: run \`npm ci\` and start through npm (\`npm start\`).`)
  process.exit(1)
}
