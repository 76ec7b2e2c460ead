import { expect, test } from 'vitest'
import procedures from '#test/contract/procedures.json' with { type: 'json' }
import { filesUnder, read } from './sources.ts'

// Reached by another way than a call of this name: forms of the sign-in, the door of files, a name put together, a batch of a file.
const otherwise = ['buildings.register', 'documents.withdraw', 'identity.requestCode', 'identity.setLocale', 'identity.signOut', 'meetings.registerSignOff', 'premises.register', 'statements.closeOrder', 'statements.reverseOrder']

test('what a person may change, a screen changes: each mutation is called from one', () => {
  const screens = filesUnder('app').filter(path => /[.]tsx?$/.test(path)).map(read).join('\n')
  const asked = (name: string) => [`'${name}'`, `\`${name}\``, `.${name}(`].some(call => screens.includes(call))
  const mutations = Object.entries(procedures).filter(([, { kind }]) => kind === 'mutation').map(([name]) => name)
  expect(mutations.filter(name => !asked(name) && !otherwise.includes(name))).toEqual([])
  expect(otherwise.filter(name => asked(name)), 'leave it out of the list').toEqual([])
})
