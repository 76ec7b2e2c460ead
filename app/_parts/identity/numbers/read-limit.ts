import { typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { setCodeLimitInput, type SetCodeLimitInput } from '#server/identity/schema.ts'

/** The form as the procedure takes it, money in minor units; otherwise which field cannot be read. */
export function readLimit(form: FormData): SetCodeLimitInput | { readonly wrong: 'value' | 'prefix' } {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [name, prefix] = [said('name'), said('prefix').replace(/[\s()-]/g, '')]
  const sum = typedSum(said('value'))
  if (sum === null || (name !== 'MONEY_DAY' && sum % 100n !== 0n)) return { wrong: 'value' }
  const read = setCodeLimitInput.safeParse({ name, scope: prefix || said('country'), value: String(name === 'MONEY_DAY' ? sum : sum / 100n), basis: said('basis') })
  if (read.success) return read.data
  return { wrong: read.error.issues.some(issue => issue.path[0] === 'scope') ? 'prefix' : 'value' }
}
