import type { OutputOf } from '#app/_client/trpc.ts'
import { section, type Texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import type { EndWords } from './end-role.tsx'
import type { GiveWords } from './give-role.tsx'

export type GrantsOfPlace = OutputOf<'identity.grants'>
export type GrantLine = GrantsOfPlace['live'][number]

/** Words and choices that both screens of rights hand to their forms. */
export function giveProps(t: Texts, locale: Locale, place: GrantsOfPlace) {
  return {
    scope: { scopeType: place.scopeType, scopeId: place.scopeId }, roles: place.mayGive.map((role) => ({ value: role, label: t(`identity.roles.${role}`) })),
    words: section(locale, 'identity.grants.give') as GiveWords,
  }
}

export function endProps(t: Texts, locale: Locale, line: GrantLine) {
  return {
    grant: { grantId: line.grantId, title: `${t(`identity.roles.${line.role}`)}, ${line.name}` },
    grounds: line.grounds.map((ground) => ({ value: ground, label: t(`identity.grants.grounds.${ground}`) })),
    words: section(locale, 'identity.grants.end') as EndWords,
  }
}

/** The last day of a right that ends with a day: midnight after it is the end. */
export function termText(t: Texts, until: Date | null): string {
  return until === null ? t('identity.grants.noTerm') : formatDate(localDateOf(new Date(until.getTime() - 1)))
}
