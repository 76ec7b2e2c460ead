import 'server-only'
import type { ColumnRule, Mapping } from '#server/imports/schema.ts'

// Registers of a management body, with headers in any of the three languages.

const house: ColumnRule = { field: 'house', headers: ['uy kodi', 'uy', 'үй коды', 'үй', 'код дома', 'дом', 'building', 'house'], kind: 'code', most: 80 }
const kind: ColumnRule = {
  field: 'kind', headers: ['turi', 'joy turi', 'түрі', 'үй-жай түрі', 'вид', 'тип', 'вид помещения', 'тип помещения', 'kind'], kind: 'choice',
  choices: {
    APARTMENT: ['kvartira', 'xonadon', 'пәтер', 'квартира', 'кв', 'flat'], NON_RESIDENTIAL: ['noturar joy', 'тұрғын емес үй-жай', 'нежилое помещение', 'нежилое', 'нп'],
    PARKING: ['avtoturargoh', 'парковка', 'паркинг', 'көлік орны', 'тұрақ орны', 'машино-место', 'машиноместо', 'паркинг место'], STORAGE: ['omborxona', 'qoʻymaxona', 'қойма', 'кладовая', 'кладовка'],
  },
}
const number: ColumnRule = { field: 'number', headers: ['raqami', 'xonadon raqami', 'kvartira', 'kvartira raqami', 'нөмірі', 'пәтер', 'пәтер нөмірі', '№ квартиры', 'номер', 'номер квартиры', 'квартира', 'кв', 'номер помещения', 'number', 'flat'], kind: 'unitNumber', required: true }

export const premisesRegister: Mapping = {
  id: 'premises', target: 'PREMISES', source: 'register', needs: 'HOUSE', right: 'REGISTER',
  columns: [
    house, kind, number,
    { field: 'entrance', headers: ['yoʻlak', 'podyezd', 'кіреберіс', 'подъезд', 'entrance'], kind: 'integer', least: 1, greatest: 60 },
    { field: 'floor', headers: ['qavat', 'қабат', 'этаж', 'floor'], kind: 'integer', least: -5, greatest: 100 },
    { field: 'rooms', headers: ['xonalar', 'xonalar soni', 'бөлме саны', 'бөлмелер', 'комнат', 'количество комнат', 'комнаты', 'rooms'], kind: 'integer', least: 0, greatest: 50 },
    { field: 'areaM2', headers: ['maydoni', 'umumiy maydon', 'ауданы', 'жалпы ауданы', 'площадь', 'общая площадь', 'площадь, м²', 'area'], kind: 'area', required: true },
    { field: 'livingAreaM2', headers: ['yashash maydoni', 'тұрғын ауданы', 'жилая площадь', 'living area'], kind: 'area' },
    { field: 'cadastralNumber', headers: ['kadastr raqami', 'кадастрлық нөмірі', 'кадастровый номер', 'cadastre'], kind: 'text', most: 200 },
    { field: 'electricStove', headers: ['elektr plita', 'электр плита', 'электроплита', 'электрическая плита', 'electric stove'], kind: 'yesNo' },
    { field: 'persons', headers: ['yashovchilar', 'roʻyxatdagilar', 'тұрғындар саны', 'тіркелгендер', 'зарегистрировано', 'проживает', 'количество жильцов', 'persons'], kind: 'integer', least: 0, greatest: 99 },
  ],
}

export const ownersRegister: Mapping = {
  id: 'owners', target: 'OWNER', source: 'register', needs: 'HOUSE', right: 'REGISTER',
  columns: [
    house, kind, number,
    { field: 'fullName', headers: ['f.i.sh.', 'fio', 'mulkdor', 'egasi', 'аты-жөні', 'меншік иесі', 'иесі', 'фио', 'собственник', 'фамилия имя отчество', 'owner', 'name'], kind: 'name', most: 300, required: true },
    { field: 'ownerKind', headers: ['shaxs turi', 'тұлға түрі', 'тип лица', 'вид собственника', 'owner kind'], kind: 'choice',
      choices: { PERSON: ['jismoniy', 'jismoniy shaxs', 'жеке', 'жеке тұлға', 'физическое', 'физлицо', 'физическое лицо'], ORGANISATION: ['yuridik', 'yuridik shaxs', 'заңды', 'заңды тұлға', 'юридическое', 'юрлицо', 'юридическое лицо'], STATE: ['davlat', 'мемлекет', 'государство', 'государственная'] } },
    { field: 'share', headers: ['ulush', 'ulushi', 'үлес', 'үлесі', 'доля', 'share'], kind: 'share' },
    { field: 'since', headers: ['sana', 'qachondan', 'мерзімі', 'қашаннан', 'с какого числа', 'дата права', 'дата', 'since'], kind: 'date' },
    { field: 'basis', headers: ['asos', 'hujjat', 'негізі', 'құжат', 'основание', 'документ', 'basis'], kind: 'text', most: 300 },
    { field: 'phone', headers: ['telefon', 'телефон', 'тел', 'phone'], kind: 'phone' },
    { field: 'personalId', headers: ['jshshir', 'pinfl', 'stir', 'жсн', 'бсн', 'иин', 'бин', 'пинфл', 'инн', 'iin', 'personal id'], kind: 'personalId' },
  ],
}

export const accountsRegister: Mapping = {
  id: 'accounts', target: 'ACCOUNT', source: 'register', needs: 'HOUSE', right: 'REGISTER',
  columns: [
    house, kind, number,
    { field: 'externalNumber', headers: ['hisob raqami', 'shaxsiy hisob', 'жеке шот', 'жеке шот нөмірі', 'лицевой счёт', 'лицевой счет', 'л/с', 'номер лицевого счёта', 'account'], kind: 'code', most: 30 },
    { field: 'payerKind', headers: ['toʻlovchi turi', 'төлеуші түрі', 'тип плательщика', 'плательщик', 'payer'], kind: 'choice',
      choices: { NATURAL: ['jismoniy', 'jismoniy shaxs', 'жеке', 'жеке тұлға', 'физическое', 'физлицо', 'физическое лицо', 'население'], LEGAL: ['yuridik', 'yuridik shaxs', 'заңды', 'заңды тұлға', 'юридическое', 'юрлицо', 'юридическое лицо'] } },
    { field: 'openedOn', headers: ['ochilgan sana', 'ашылған күні', 'дата открытия', 'открыт', 'opened'], kind: 'date' },
    { field: 'persons', headers: ['yashovchilar', 'roʻyxatdagilar', 'тұрғындар саны', 'тіркелгендер', 'зарегистрировано', 'проживает', 'количество жильцов', 'persons'], kind: 'integer', least: 0, greatest: 99 },
  ],
}
