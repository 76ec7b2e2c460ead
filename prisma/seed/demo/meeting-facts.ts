// Meetings of the demonstration, invented. Days are counted from the day of seeding.
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import type { Trilingual } from '#server/meetings/schema.ts'

type QuestionFacts = {
  ruleId: string
  text: Trilingual
  explanation: Trilingual
  /** Answers of the voters in turn: F for, N against, A abstained. */
  answers: string
}

export type MeetingFacts = {
  key: string
  house: HouseKey
  number: number
  title: Trilingual
  posted: number
  opens: number
  closes: number
  /** How many seats have voted. */
  votes: number
  /** Units that leave their vote to whoever tries the demonstration. */
  silent: readonly string[]
  /** Name of the paper beside the first question. */
  paper?: string
  questions: readonly QuestionFacts[]
}

const people = ['5', '14', '25', '30', '33']

export const meetingFacts: readonly MeetingFacts[] = [
  {
    key: 'spring', house: 'abay12', number: 1, posted: -75, opens: -68, closes: -54, votes: 32, silent: ['14'],
    title: { uz: 'Kengash hisoboti va podyezd taʼmiri', kk: 'Кеңестің есебі және кіреберісті жөндеу', ru: 'Отчёт совета и ремонт подъезда' },
    questions: [
      {
        ruleId: 'kz-2025-10-general', answers: 'FFFFAFFFFN',
        text: { uz: 'Uy kengashining oʻtgan yilgi hisoboti tasdiqlansinmi?', kk: 'Үй кеңесінің өткен жылғы есебі бекітілсін бе?', ru: 'Утвердить отчёт совета дома за прошлый год?' },
        explanation: { uz: 'Hisobot 12 sahifa, kengashdan olib oʻqish mumkin.', kk: 'Есеп 12 бет, оны кеңестен алып оқуға болады.', ru: 'Отчёт на 12 страницах, его можно прочитать у совета.' },
      },
      {
        ruleId: 'kz-2025-10-tariff', answers: 'FNFAFNNFFN',
        text: { uz: '1 m² uchun badal 90 tenge qilinsinmi?', kk: '1 м² үшін жарна 90 теңге болсын ба?', ru: 'Установить взнос 90 тенге за 1 м²?' },
        explanation: { uz: 'Hozirgi badal 72 tenge.', kk: 'Қазіргі жарна 72 теңге.', ru: 'Сейчас взнос 72 тенге.' },
      },
      {
        ruleId: 'kz-2025-10-overhaul', answers: 'FFFFFFFFFA',
        text: { uz: 'Podyezd jamgʻarma hisobidan taʼmirlansinmi?', kk: 'Кіреберіс жинақ қаражаты есебінен жөнделсін бе?', ru: 'Отремонтировать подъезд за счёт накоплений?' },
        explanation: { uz: 'Smeta 1 840 000 tenge.', kk: 'Смета 1 840 000 теңге.', ru: 'Смета 1 840 000 тенге.' },
      },
    ],
  },
  {
    key: 'roof', house: 'abay12', number: 2, posted: -12, opens: -5, closes: 16, votes: 14, silent: people, paper: 'Шатыр сметасы · Смета крыши',
    title: { uz: 'Tom taʼmiri, badal va yangi rais', kk: 'Шатыр жөндеу, жарна және жаңа төраға', ru: 'Ремонт крыши, взнос и новый председатель' },
    questions: [
      {
        ruleId: 'kz-2025-10-overhaul', answers: 'FFNFFAF',
        text: { uz: 'Tom 2027-yil yozida taʼmirlansinmi?', kk: 'Шатыр 2027 жылдың жазында жөнделсін бе?', ru: 'Отремонтировать крышу летом 2027 года?' },
        explanation: {
          uz: 'Tom 2009-yilda taʼmirlangan, yuqori qavatdagi oltita xonadonda suv oqmoqda. Smeta 14 600 000 tenge, jamgʻarmadan.',
          kk: 'Шатыр 2009 жылы жөнделген, жоғарғы қабаттағы алты пәтерде су ағады. Смета 14 600 000 теңге, жинақтан.',
          ru: 'Крышу чинили в 2009 году, в шести квартирах верхнего этажа течёт. Смета 14 600 000 тенге, из накоплений.',
        },
      },
      {
        ruleId: 'kz-2025-10-tariff', answers: 'FNNFANF',
        text: { uz: '1 m² uchun badal 85 tenge qilinsinmi?', kk: '1 м² үшін жарна 85 теңге болсын ба?', ru: 'Установить взнос 85 тенге за 1 м²?' },
        explanation: {
          uz: 'Hozirgi badal 72 tenge. Farqi lift va tozalashga ketadi.', kk: 'Қазіргі жарна 72 теңге. Айырмасы лифт пен тазалауға жұмсалады.', ru: 'Сейчас взнос 72 тенге. Разница пойдёт на лифт и уборку.',
        },
      },
      {
        ruleId: 'kz-2025-10-election', answers: 'FFFAFNF',
        text: { uz: 'Rais etib Petrova Olga Nikolayevna saylansinmi?', kk: 'Төраға болып Петрова Ольга Николаевна сайлансын ба?', ru: 'Избрать председателем Петрову Ольгу Николаевну?' },
        explanation: { uz: 'Muddati uch yil.', kk: 'Мерзімі үш жыл.', ru: 'Срок три года.' },
      },
    ],
  },
  {
    key: 'plan', house: 'chilonzor12', number: 1, posted: -92, opens: -78, closes: -60, votes: 33, silent: ['14'],
    title: { uz: 'Yillik reja va badal', kk: 'Жылдық жоспар және жарна', ru: 'План на год и взнос' },
    questions: [
      {
        ruleId: 'uz-2020-08-estimate', answers: 'FFFFFNFFAF',
        text: { uz: 'Yillik ishlar rejasi va smeta tasdiqlansinmi?', kk: 'Жылдық жұмыс жоспары мен смета бекітілсін бе?', ru: 'Утвердить план работ и смету на год?' },
        explanation: { uz: 'Smeta 38 400 000 soʻm.', kk: 'Смета 38 400 000 сум.', ru: 'Смета 38 400 000 сумов.' },
      },
      {
        ruleId: 'uz-2020-08-tariff', answers: 'FNNFNNAFNN',
        text: { uz: '1 m² uchun majburiy badal 2 100 soʻm qilinsinmi?', kk: '1 м² үшін міндетті жарна 2 100 сум болсын ба?', ru: 'Установить обязательный взнос 2 100 сумов за 1 м²?' },
        explanation: { uz: 'Hozir 1 500 soʻm.', kk: 'Қазір 1 500 сум.', ru: 'Сейчас 1 500 сумов.' },
      },
      {
        ruleId: 'uz-2020-08-property', answers: 'FFNFFAFFNF',
        text: { uz: 'Yertoʻlaning bir qismi doʻkonga ijaraga berilsinmi?', kk: 'Жертөленің бір бөлігі дүкенге жалға берілсін бе?', ru: 'Сдать часть подвала в аренду под магазин?' },
        explanation: { uz: 'Ijara haqi uyning joriy hisobraqamiga tushadi.', kk: 'Жалдау ақысы үйдің ағымдағы шотына түседі.', ru: 'Плата поступит на текущий счёт дома.' },
      },
    ],
  },
  {
    key: 'repair', house: 'chilonzor12', number: 2, posted: -18, opens: -6, closes: 15, votes: 15, silent: people, paper: 'Mukammal taʼmirlash smetasi',
    title: { uz: 'Mukammal taʼmirlash va badal', kk: 'Күрделі жөндеу және жарна', ru: 'Капитальный ремонт и взнос' },
    questions: [
      {
        ruleId: 'uz-2020-08-overhaul', answers: 'FFFNFAFF',
        text: { uz: 'Uy mukammal taʼmirlansinmi, mulkdorlar ulushi smetaning 30 foizi boʻlsinmi?', kk: 'Үй күрделі жөнделсін бе, меншік иелерінің үлесі сметаның 30 пайызы болсын ба?', ru: 'Провести капитальный ремонт с долей собственников 30 % сметы?' },
        explanation: {
          uz: 'Tom, quvurlar va fasad. Smeta 412 000 000 soʻm, mulkdorlar ulushi 123 600 000 soʻm, 24 oyga boʻlib toʻlanadi.',
          kk: 'Шатыр, құбырлар және қасбет. Смета 412 000 000 сум, меншік иелерінің үлесі 123 600 000 сум, 24 айға бөліп төленеді.',
          ru: 'Крыша, трубы и фасад. Смета 412 000 000 сумов, доля собственников 123 600 000 сумов, в рассрочку на 24 месяца.',
        },
      },
      {
        ruleId: 'uz-2020-08-tariff', answers: 'FNFFNAFN',
        text: { uz: '1 m² uchun majburiy badal 1 800 soʻm qilinsinmi?', kk: '1 м² үшін міндетті жарна 1 800 сум болсын ба?', ru: 'Установить обязательный взнос 1 800 сумов за 1 м²?' },
        explanation: { uz: 'Hozir 1 500 soʻm.', kk: 'Қазір 1 500 сум.', ru: 'Сейчас 1 500 сумов.' },
      },
      {
        ruleId: 'uz-2020-08-general', answers: 'FFFFAFFF',
        text: { uz: 'Hovliga bolalar maydonchasi qurilsinmi?', kk: 'Аулаға балалар алаңы салынсын ба?', ru: 'Сделать во дворе детскую площадку?' },
        explanation: { uz: 'Joyi 2-podyezd qarshisida.', kk: 'Орны 2-кіреберістің алдында.', ru: 'Место напротив второго подъезда.' },
      },
    ],
  },
]
