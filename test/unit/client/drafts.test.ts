import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearDraft, clearDrafts, onDraftPerson, readDraft, setDraftPerson, writeDraft } from '#app/_client/drafts.ts'

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

  it('is not read while somebody signs in; the same person gets it back, another one never, and what was typed meanwhile stays with its writer', () => {
    const heard = vi.fn()
    const stop = onDraftPerson(heard)
    setDraftPerson('anna')
    writeDraft('ballot', { q1: 'FOR' })
    setDraftPerson(null)
    expect(readDraft('ballot')).toEqual({})
    writeDraft('request-new', { text: 'Су жоқ' })
    setDraftPerson('botir')
    expect([readDraft('ballot'), readDraft('request-new')]).toEqual([{}, { text: 'Су жоқ' }])
    setDraftPerson(null)
    expect(readDraft('request-new')).toEqual({})
    setDraftPerson('anna')
    expect(readDraft('ballot')).toEqual({ q1: 'FOR' })
    expect(heard).toHaveBeenCalledTimes(3)
    setDraftPerson('anna')
    stop()
    setDraftPerson('botir')
    expect(heard).toHaveBeenCalledTimes(3)
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
