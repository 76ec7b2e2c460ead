import { describe, expect, it } from 'vitest'
import { codeDigits, deviceName, groundsOf, invitationText, judgeConfirmations, parseInvitation, prefixOf, printInvitation, readFormNote, registerPhoneProves, safePlace, votesForManyOwners } from '#server/identity/rules.ts'

describe('codes', () => {
  it('are six digits with their leading zeros', () => {
    expect(codeDigits('0'.repeat(64))).toBe('000000')
    expect(codeDigits('f'.repeat(64))).toMatch(/^\d{6}$/)
  })

  it('of a prefix: country and operator', () => {
    expect(prefixOf('+77011234567')).toBe('+7701')
    expect(prefixOf('+998901234567')).toBe('+99890')
  })
})

describe('the invitation of a paper bill', () => {
  const code = invitationText('0123456789abcdef0123456789abcdef')

  it('is printed in two groups', () => {
    expect(printInvitation(code)).toBe(`${code.slice(0, 5)}-${code.slice(5)}`)
  })

  it.each(['o0o0o-i1L1l', ' 00000 1 1 1 1 1 ', '00000–11111'])('reads %s as the signs meant', typed => {
    expect(parseInvitation(typed)).toBe('0000011111')
  })

  it('reads letters typed on a Cyrillic keyboard', () => {
    expect(parseInvitation('АВЕКМ-НРСТХ')).toBe('ABEKMHPCTX')
  })

  it.each(['', '123', 'U0000-00000', '00000-000000'])('does not read %s', typed => {
    expect(parseInvitation(typed)).toBeNull()
  })
})

describe('what a person recognises a device by', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 9; SM-J400F) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36', 'Android, Chrome'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 Version/17.0 Mobile Safari/604.1', 'iPhone, Safari'],
    ['Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/121.0', 'Windows, Firefox'],
    ['Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 SamsungBrowser/23.0 Chrome/115 Mobile Safari/537.36', 'Android, Samsung Internet'],
    ['', ''],
  ])('%s', (agent, name) => expect(deviceName(agent)).toBe(name))
})

describe('confirming an owner', () => {
  const word = { confirmedBy: 'a', ownerId: 'o', documentType: 'ID_CARD', documentHash: 'h' }

  it('takes two different members who saw the same paper', () => {
    expect(judgeConfirmations([], word)).toBe('FIRST')
    expect(judgeConfirmations([word], { ...word, confirmedBy: 'b' })).toBe('CONFIRMED')
  })

  it('refuses one member twice and papers that differ', () => {
    expect(() => judgeConfirmations([word], word)).toThrow('identity.secondMemberNeeded')
    expect(() => judgeConfirmations([word], { ...word, confirmedBy: 'b', documentHash: 'x' })).toThrow('identity.confirmationsDiffer')
  })

  it('believes the register’s telephone after half a year', () => {
    expect(registerPhoneProves('2026-05-01', '2026-11-05')).toBe(true)
    expect(registerPhoneProves('2026-06-01', '2026-11-05')).toBe(false)
    expect(registerPhoneProves(null, '2026-11-05')).toBe(false)
  })
})

describe('household phone (I14)', () => {
  it('is flagged from the third owner on; co-owners of one flat count once', () => {
    expect(votesForManyOwners([['a'], ['b']])).toBe(false)
    expect(votesForManyOwners([['a'], ['a'], ['b'], ['b', 'a']])).toBe(true)
    expect(votesForManyOwners([['a', 'b'], ['b', 'a'], ['c']])).toBe(false)
  })
})

describe('ends of rights', () => {
  it('the clock and the chain name two of the seven grounds themselves', () => {
    const named = new Set([...groundsOf('HOLDER'), ...groundsOf('GRANTOR'), ...groundsOf('ADMINISTRATOR')])
    expect([...named].sort()).toEqual(['BASIS_ENDED_OR_ABSENT', 'FALSE_INFORMATION', 'OTHER_BY_LAW', 'REVOKED_BY_GRANTOR', 'WAIVED_BY_HOLDER'])
  })
})

describe('forms', () => {
  it('leads back only inside our own pages', () => {
    expect(safePlace('/uz/home?x=1', 'uz')).toBe('/uz/home?x=1')
    for (const place of ['//evil.example', '/ru/home', 'https://evil.example/uz/', '/uz//evil', '/uz/../api', '/uz/\\evil', '/uz/a\nb']) expect(safePlace(place, 'uz')).toBeNull()
  })

  it('shows a note only once, by its number', () => {
    const note = JSON.stringify({ n: 'a', code: 'c', message: 'm', typed: {} })
    expect(readFormNote(note, 'a')?.message).toBe('m')
    for (const [text, n] of [[note, 'b'], ['{', 'a'], ['null', 'a'], [undefined, 'a'], [note, undefined]] as const) expect(readFormNote(text, n)).toBeNull()
  })
})
