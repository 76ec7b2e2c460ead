// Parts of names, written by us, for owners who are nobody.
import type { HouseFacts, PremisesKind } from '#prisma/seed/demo/houses.ts'

type Parts = { last: readonly string[]; first: readonly string[]; middle: readonly string[]; firms: readonly string[] }

const kz: Parts = {
  last: ['Ахметов', 'Омаров', 'Оспанов', 'Сулейменов', 'Тұрсынов', 'Нұрланов', 'Қасымов', 'Әлімов', 'Искаков', 'Жақыпов', 'Мұқанов', 'Бейсенов', 'Садықов', 'Ысқақов', 'Тілеубаев', 'Рахимов'],
  first: ['Асхат', 'Ерлан', 'Нұржан', 'Данияр', 'Бауыржан', 'Марат', 'Серік', 'Тимур', 'Қайрат', 'Арман', 'Олжас', 'Ғалым', 'Болат'],
  middle: ['Маратұлы', 'Серікұлы', 'Қанатұлы', 'Болатұлы', 'Ерланұлы', 'Асқарұлы', 'Жанатұлы'],
  firms: ['ЖШС «Дәмді нан»', 'ЖШС «Шипа дәріхана»', 'ЖК «Сұлулық»', 'ТОО «Книжный дом»'],
}
const uz: Parts = {
  last: ['Karimov', 'Rahimov', 'Yusupov', 'Toʻrayev', 'Gʻaniyev', 'Ismoilov', 'Saidov', 'Xolmatov', 'Qodirov', 'Nazarov', 'Abdullayev', 'Eshonqulov', 'Sobirov', 'Hamidov', 'Joʻrayev', 'Mahmudov'],
  first: ['Sardor', 'Jamshid', 'Otabek', 'Bekzod', 'Ulugʻbek', 'Rustam', 'Sherzod', 'Aziz', 'Doniyor', 'Farhod', 'Ilhom', 'Mirzo', 'Oybek'],
  middle: ['Akmalovich', 'Bahodirovich', 'Rustamovich', 'Shuhratovich', 'Anvarovich', 'Sobirovich', 'Toxirovich'],
  firms: ['«Non va choy» MCHJ', '«Shifo dorixona» MCHJ', '«Zamon kitob» MCHJ', '«Ipak tikuv» XK'],
}

function hashOf(text: string): number {
  let hash = 2166136261
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0
  return hash
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] ?? ''
}

/** A name for the owner of a unit: the same at every seeding. */
export function ownerName(house: Pick<HouseFacts, 'key' | 'country'>, kind: PremisesKind, unit: string): string {
  const parts = house.country === 'UZ' ? uz : kz
  const hash = hashOf(`${house.key}|${kind}|${unit}`)
  if (kind === 'NON_RESIDENTIAL') return pick(parts.firms, hash)
  return [pick(parts.last, hash), pick(parts.first, hash >>> 7), pick(parts.middle, hash >>> 13)].join(' ')
}

export { kz as kazakhNames, uz as uzbekNames }
