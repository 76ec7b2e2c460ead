import { typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'
import { estimateLineInput, type RegisterEstimateInput } from '#server/repairs/schema.ts'

/** One line of the estimate in each row: name; unit; quantity; price; then, where they are known, its names in other languages as 'ru: …'. `wrong`: the first row that cannot be read, from 1, empty ones counted as they stand. */
export function readLines(text: string): { lines: RegisterEstimateInput['lines']; wrong: number | null } {
  const lines: RegisterEstimateInput['lines'] = []
  for (const [place, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue
    const [name = '', unit = '', quantity = '', price = '', ...others] = row.split(';').map(part => part.trim())
    const line = estimateLineInput.safeParse({ code: String(lines.length + 1), name, names: namesOf(others), unit, quantity: parseDecimal(quantity), unitPrice: typedSum(price) })
    if (!line.success) return { lines, wrong: place + 1 }
    lines.push(line.data)
  }
  return { lines, wrong: null }
}

/** What is no name in another language stays as it is, and no line takes it. */
const namesOf = (parts: readonly string[]) => Object.fromEntries(parts.filter(part => part !== '').map(part => {
  const at = part.indexOf(':')
  return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]
}))
