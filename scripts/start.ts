import { main } from '../apps/server/main.ts'

await main(process.argv.slice(2))
