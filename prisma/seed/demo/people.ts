// People of the demonstration, invented. Phones and passwords work only with DEMO.
import type { Locale } from '#server/kernel/format.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { HouseKey, PremisesKind } from '#prisma/seed/demo/houses.ts'

export type DemoRole = 'OWNER' | 'CHAIR' | 'COUNCIL_MEMBER' | 'TENANT' | 'CLERK' | 'MANAGER' | 'ACCOUNTANT' | 'INSPECTOR' | 'PLATFORM_ADMIN'

export type PersonFacts = {
  key: string
  role: DemoRole
  country: Country
  name: string
  locale: Locale
  home: HouseKey
  homes: readonly { kind: PremisesKind; number: string }[]
  phone: string
  /** Staff sign in by password and one-time key. */
  login: string | null
  password: string | null
  totpSecret: string | null
}

const flat = (number: string) => ({ kind: 'APARTMENT', number }) as const
const none = { login: null, password: null, totpSecret: null }

function staff(login: string, totpSecret: string): Pick<PersonFacts, 'login' | 'password' | 'totpSecret' | 'homes'> {
  return { login, password: `demo-${login}`, totpSecret, homes: [] }
}

export const peopleFacts: readonly PersonFacts[] = [
  { key: 'kz-owner', role: 'OWNER', country: 'KZ', name: 'Омарова Айгүл Серікқызы', locale: 'kk', home: 'abay12', homes: [flat('25'), { kind: 'PARKING', number: 'П3' }], phone: '+77010000025', ...none },
  { key: 'kz-chair', role: 'CHAIR', country: 'KZ', name: 'Ким Светлана Викторовна', locale: 'ru', home: 'abay12', homes: [flat('5')], phone: '+77010000005', ...none },
  { key: 'kz-member-1', role: 'COUNCIL_MEMBER', country: 'KZ', name: 'Жұмабаев Ерлан Қанатұлы', locale: 'kk', home: 'abay12', homes: [flat('14')], phone: '+77010000014', ...none },
  { key: 'kz-member-2', role: 'COUNCIL_MEMBER', country: 'KZ', name: 'Петрова Ольга Николаевна', locale: 'ru', home: 'abay12', homes: [flat('33')], phone: '+77010000033', ...none },
  { key: 'kz-tenant', role: 'TENANT', country: 'KZ', name: 'Сейітқали Дана Маратқызы', locale: 'kk', home: 'abay12', homes: [flat('30')], phone: '+77010000030', ...none },
  { key: 'kz-clerk', role: 'CLERK', country: 'KZ', name: 'Ахметова Гүлнар', locale: 'kk', home: 'abay12', phone: '+77010000901', ...staff('clerk.kz', 'KZCLERKKZCLERKKZCLERKKZCLERKKZ23') },
  { key: 'kz-manager', role: 'MANAGER', country: 'KZ', name: 'Әбдіров Нұрлан', locale: 'ru', home: 'abay12', phone: '+77010000902', ...staff('manager.kz', 'KZMANAGERKZMANAGERKZMANAGERKZM23') },
  { key: 'kz-accountant', role: 'ACCOUNTANT', country: 'KZ', name: 'Ли Марина', locale: 'ru', home: 'abay12', phone: '+77010000903', ...staff('accountant.kz', 'KZACCOUNTKZACCOUNTKZACCOUNTKZA23') },
  { key: 'kz-inspector', role: 'INSPECTOR', country: 'KZ', name: 'Төлегенов Бауыржан', locale: 'kk', home: 'abay12', phone: '+77010000904', ...staff('inspector.kz', 'KZINSPECTKZINSPECTKZINSPECTKZI23') },
  { key: 'kz-operator', role: 'PLATFORM_ADMIN', country: 'KZ', name: 'Оспанов Тимур', locale: 'ru', home: 'abay12', phone: '+77010000905', ...staff('operator.kz', 'KZOPERATKZOPERATKZOPERATKZOPER23') },
  { key: 'kz-twin-owner', role: 'OWNER', country: 'KZ', name: 'Смағұлов Асхат Болатұлы', locale: 'ru', home: 'abay14', homes: [flat('5')], phone: '+77010000145', ...none },
  { key: 'uz-owner', role: 'OWNER', country: 'UZ', name: 'Karimova Dilorom Anvarovna', locale: 'uz', home: 'chilonzor12', homes: [flat('25')], phone: '+998900000025', ...none },
  { key: 'uz-chair', role: 'CHAIR', country: 'UZ', name: 'Yoʻldoshev Bahodir Sobirovich', locale: 'uz', home: 'chilonzor12', homes: [flat('5')], phone: '+998900000005', ...none },
  { key: 'uz-member-1', role: 'COUNCIL_MEMBER', country: 'UZ', name: 'Gʻofurova Nasiba Rustamovna', locale: 'uz', home: 'chilonzor12', homes: [flat('14')], phone: '+998900000014', ...none },
  { key: 'uz-member-2', role: 'COUNCIL_MEMBER', country: 'UZ', name: 'Sokolova Irina Pavlovna', locale: 'ru', home: 'chilonzor12', homes: [flat('33')], phone: '+998900000033', ...none },
  { key: 'uz-tenant', role: 'TENANT', country: 'UZ', name: 'Rahimov Jasur Oybek oʻgʻli', locale: 'uz', home: 'chilonzor12', homes: [flat('30')], phone: '+998900000030', ...none },
  { key: 'uz-clerk', role: 'CLERK', country: 'UZ', name: 'Ergasheva Malika', locale: 'uz', home: 'chilonzor12', phone: '+998900000901', ...staff('clerk.uz', 'UZCLERKUZCLERKUZCLERKUZCLERKUZ23') },
  { key: 'uz-manager', role: 'MANAGER', country: 'UZ', name: 'Usmonov Sherzod', locale: 'uz', home: 'chilonzor12', phone: '+998900000902', ...staff('manager.uz', 'UZMANAGERUZMANAGERUZMANAGERUZM23') },
  { key: 'uz-accountant', role: 'ACCOUNTANT', country: 'UZ', name: 'Tursunova Zulfiya', locale: 'uz', home: 'chilonzor12', phone: '+998900000903', ...staff('accountant.uz', 'UZACCOUNTUZACCOUNTUZACCOUNTUZA23') },
  { key: 'uz-inspector', role: 'INSPECTOR', country: 'UZ', name: 'Xolmatov Anvar', locale: 'uz', home: 'chilonzor12', phone: '+998900000904', ...staff('inspector.uz', 'UZINSPECTUZINSPECTUZINSPECTUZI23') },
  { key: 'uz-operator', role: 'PLATFORM_ADMIN', country: 'UZ', name: 'Saidov Jamshid', locale: 'uz', home: 'chilonzor12', phone: '+998900000905', ...staff('operator.uz', 'UZOPERATUZOPERATUZOPERATUZOPER23') },
  { key: 'uz-twin-owner', role: 'OWNER', country: 'UZ', name: 'Mirzayev Otabek Shuhratovich', locale: 'uz', home: 'chilonzor14', homes: [flat('5')], phone: '+998900000145', ...none },
]
