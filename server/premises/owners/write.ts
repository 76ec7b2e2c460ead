import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { hmac, seal } from '#server/infra/crypto.ts'
import { invalid, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf, parseContactPhone, type Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { Rational } from '#server/kernel/quantity.ts'
import { searchKey } from '#server/kernel/text.ts'
import { normaliseName, type NewHolding } from '#server/premises/rules.ts'
import type { NewOwner } from '#server/premises/schema.ts'

/** How a personal number is compared without being known: the same number gives the same mark. */
export function personalIdHash(country: Country, personalId: string): string {
  return hmac('personal-id', country, personalId)
}

export function sealPersonalId(personalId: string): string {
  return seal('personal-id', personalId)
}

type Place = { buildingId: string; country: Country }

/** Rows of the owners named, made where they are new; in the order given, with their shares. */
export async function ownersFor(ctx: Context, place: Place, owners: readonly { owner: NewOwner; share: Rational }[]): Promise<NewHolding[]> {
  const holdings: NewHolding[] = []
  for (const { owner, share } of owners) {
    holdings.push({ ownerId: owner.ownerId === undefined ? await insertOwner(ctx, place, owner) : await knownOwner(ctx, place, owner.ownerId), share })
  }
  return holdings
}

async function knownOwner(ctx: Context, { buildingId }: Place, ownerId: string): Promise<string> {
  const rows = await ctx.db.$queryRaw<{ found: boolean }[]>`select exists (select from owners where building_id = ${buildingId}::uuid and owner_id = ${ownerId}::uuid) as found`
  if (!rows[0]?.found) throw notFound('premises.ownerUnknown')
  return ownerId
}

/** A telephone is known since it was written down, whenever the ownership began: half a year of it proves its holder (identity 1.5, L2c). */
async function insertOwner(ctx: Context, { buildingId, country }: Place, owner: NewOwner): Promise<string> {
  const { name, problem } = normaliseName(owner.fullName)
  if (problem) throw invalid(`premises.${problem}`, { name })
  const phone = owner.phone === null || owner.phone.trim() === '' ? null : parseContactPhone(owner.phone, country)
  if (owner.phone !== null && owner.phone.trim() !== '' && phone === null) throw invalid('premises.phoneWrong', { phone: owner.phone })
  const personalId = checkedPersonalId(country, owner)
  const ownerId = newId()
  await ctx.db.$executeRaw`insert into owners (building_id, owner_id, kind, full_name, search_key, phone, phone_since, personal_id_hash, personal_id_sealed, locale)
    values (${buildingId}::uuid, ${ownerId}::uuid, ${owner.kind}, ${name}, ${searchKey(name)}, ${phone}, ${phone === null ? null : ctx.today}::date,
      ${personalId === null ? null : personalIdHash(country, personalId)}, ${personalId === null ? null : sealPersonalId(personalId)}, ${owner.locale})`
  return ownerId
}

function checkedPersonalId(country: Country, owner: NewOwner): string | null {
  const digits = owner.personalId?.replace(/\s/g, '') ?? ''
  if (digits === '') return null
  const rules = jurisdictionOf(country)
  if (!(owner.kind === 'PERSON' ? rules.checkPersonalId(digits) : rules.checkOrganisationId(digits))) throw invalid('premises.personalIdWrong')
  return digits
}

export async function openHoldings(ctx: Context, at: { buildingId: string; premisesId: string; since: LocalDate; basis: string }, holdings: readonly NewHolding[]): Promise<void> {
  for (const { ownerId, share } of holdings) {
    await ctx.db.$executeRaw`insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from, basis, source)
      values (${at.buildingId}::uuid, ${newId()}::uuid, ${at.premisesId}::uuid, ${ownerId}::uuid, ${share.numerator}::bigint, ${share.denominator}::bigint, ${at.since}::date, ${at.basis}, 'STAFF')`
  }
}
