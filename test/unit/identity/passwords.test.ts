import { describe, expect, it } from 'vitest'
import { leakedPasswords } from '#server/identity/passwords/leaked.ts'
import { judgePassword } from '#server/identity/passwords/rules.ts'

const person = { login: 'gulnar.akhmetova', name: 'Ахметова Гүлнар' }

describe('a password of staff against the list of leaked ones (identity 1.8)', () => {
  it.each([
    'qwerty123456', '1qaz2wsx3edc', 'leavemealone', 'administrator', // in the list as they stand
    'Password2026!', 'P@ssw0rd2026', 'passwordpassword', 'DRAGON-1990-1990', '!!!football!!!', 'Пароль2026!!!', 'Toshkent_2026', 'almaty-050000', // and dressed up
    '120519901234', '+7 701 123 45 67', 'aaaaaaaaaaaa', 'abcabcabcabc', 'ab12ab12ab12', 'qwertyuiopas', 'йцукенгшщзхъ', 'lkjhgfdsapoi', 'abcdefghijkl1', // or none at all
  ])('refuses %s', password => {
    expect(judgePassword(password, person, leakedPasswords)).toBe('COMMON')
  })

  it.each(['ахметова-дом-7ж', 'Ahmetova!xq72', 'xx-gulnar-9kq2', 'gulnar.akhmetova7'])('refuses %s, which holds the name or the login', password => {
    expect(judgePassword(password, person, leakedPasswords)).toBe('PERSONAL')
  })

  it.each(['a long enough password', 'лампа-верблюд-сорок-лёд', 'tarvuz daryo 14 qalam', 'x7#K9!m2$q5&', 'zeDt-93kq-Lm0w'])('accepts %s', password => {
    expect(judgePassword(password, person, leakedPasswords)).toBeNull()
  })
})
