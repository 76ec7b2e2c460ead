import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { differences, type TariffField } from '#server/billing/difference/rules.ts'
import { assertMaySeeTariffs } from '#server/billing/policy.ts'
import { actLines, draftChoices, findTariff, tariffReach, tariffRows, tariffsBefore, type ActLine, type DraftChoices, type TariffRow } from './queries.ts'
import type { TariffInput, TariffListInput } from './schema.ts'

export async function tariffList(ctx: Context, input: TariffListInput): Promise<{ rows: TariffRow[]; mayDraft: boolean }> {
  const reach = assertMaySeeTariffs(await tariffReach(ctx))
  return { rows: await tariffRows(ctx, reach.countries, input), mayDraft: reach.mayDraft }
}

export type TariffPage = { tariff: TariffRow; act: ActLine | null; before: { tariff: TariffRow; differs: TariffField[] }[]; mayDraft: boolean }

/** A tariff with what it takes the place of, side by side. */
export async function tariffPage(ctx: Context, { tariffId }: TariffInput): Promise<TariffPage> {
  const reach = assertMaySeeTariffs(await tariffReach(ctx))
  const tariff = await findTariff(ctx, tariffId)
  if (!tariff) throw notFound('tariffs.notFound')
  const before = await tariffsBefore(ctx, tariff)
  const [act] = tariff.actId === null ? [] : await actLines(ctx, [tariff.country], tariff.actId)
  return { tariff, act: act ?? null, before: before.map(each => ({ tariff: each, differs: differences(each, tariff) })), mayDraft: reach.mayDraft }
}

export type TariffForm = DraftChoices & { from: TariffRow | null }

/** What a draft is made from; `from` is the tariff that it will take the place of. */
export async function tariffForm(ctx: Context, { tariffId }: { tariffId?: string | undefined }): Promise<TariffForm> {
  const reach = assertMaySeeTariffs(await tariffReach(ctx))
  return { ...await draftChoices(ctx, reach.countries), from: tariffId === undefined ? null : await findTariff(ctx, tariffId) }
}
