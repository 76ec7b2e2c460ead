import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearDraft, clearDrafts, readDraft, setDraftPerson, writeDraft } from '#app/_client/drafts.ts'

/** As much of localStorage as drafts use; `Object.keys` sees its keys, as in a browser. */
class FakeStorage {
  [key: string]: unknown
  getItem(key: string): string | null {
    return typeof this[key] === 'string' ? this[key] : null
  }
  setItem(key: string, value: string): void {
    this[key] = value
  }
  removeItem(key: string): void {
    delete this[key]
  }
}

beforeEach(() => {
  vi.stubGlobal('localStorage', new FakeStorage())
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a draft', () => {
  it('comes back to the person who typed it and to nobody else', () => {
    setDraftPerson('anna')
    writeDraft('request-new', { text: 'Лифт тұр' })
    expect(readDraft('request-new')).toEqual({ text: 'Лифт тұр' })
    setDraftPerson('botir')
    expect(readDraft('request-new')).toEqual({})
    setDraftPerson('anna')
    expect(readDraft('request-new')).toEqual({ text: 'Лифт тұр' })
  })

  it('goes when it was sent, when the person leaves, and after 35 days', () => {
    setDraftPerson('anna')
    writeDraft('a', { x: '1' })
    writeDraft('b', { x: '2' })
    clearDraft('a')
    expect([readDraft('a'), readDraft('b')]).toEqual([{}, { x: '2' }])
    vi.advanceTimersByTime(36 * 24 * 60 * 60 * 1000)
    expect(readDraft('b')).toEqual({})
    writeDraft('c', { x: '3' })
    clearDrafts()
    expect(readDraft('c')).toEqual({})
  })

  it('never costs the screen: a full store and a broken record are silent', () => {
    vi.stubGlobal('localStorage', { getItem: () => '{broken', setItem: () => { throw new DOMException('full', 'QuotaExceededError') }, removeItem: () => {} })
    expect(() => writeDraft('a', { x: '1' })).not.toThrow()
    expect(readDraft('a')).toEqual({})
  })
})
