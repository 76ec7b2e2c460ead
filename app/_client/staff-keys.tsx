'use client'

import { useEffect, useRef, useState } from 'react'

export type StaffKeysWords = { title: string; open: string; find: string; nothing: string; lettersOn: string; lettersOff: string; close: string }

type Command = { word: string; run: () => void }
type Props = { places: readonly { href: string; word: string }[]; words: StaffKeysWords }

const lettersKey = 'uyim:letters'

/** `/` goes to the search box, Ctrl K opens the commands, a letter presses the button that shows it. */
export function StaffKeys({ places, words }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [commands, setCommands] = useState<Command[]>([])
  const [letters, setLetters] = useState(true)

  useEffect(() => setLetters(localStorage.getItem(lettersKey) !== 'off'), [])

  function open() {
    setCommands([...pageCommands(), ...places.map((place) => ({ word: place.word, run: () => window.location.assign(place.href) }))])
    dialog.current?.showModal()
  }

  function toggleLetters() {
    localStorage.setItem(lettersKey, letters ? 'off' : 'on')
    setLetters(!letters)
  }

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event, { open, letters })
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })

  const link = 'min-h-12 text-small text-act underline underline-offset-4'
  return (
    <>
      <button type="button" onClick={open} className={`${link} px-2`}>
        {words.open}
      </button>
      <dialog ref={dialog} aria-label={words.title} className="w-[min(36rem,90vw)] rounded-card border border-note bg-surface p-4 text-base text-ink">
        <Commands commands={commands} words={words} run={(command) => press(dialog.current, command)} />
        <div className="flex justify-between gap-2 border-t border-line pt-2">
          <button type="button" onClick={toggleLetters} className={link}>
            {letters ? words.lettersOff : words.lettersOn}
          </button>
          <button type="button" onClick={() => dialog.current?.close()} className={link}>
            {words.close}
          </button>
        </div>
      </dialog>
    </>
  )
}

/** Typing narrows the list; Enter runs the first of it. */
function Commands({ commands, words, run }: { commands: readonly Command[]; words: StaffKeysWords; run: (command: Command) => void }) {
  const [sought, setSought] = useState('')
  useEffect(() => setSought(''), [commands])
  const found = commands.filter((command) => command.word.toLowerCase().includes(sought.trim().toLowerCase()))
  return (
    <form method="dialog" className="flex flex-col gap-3" onSubmit={() => found[0] && run(found[0])}>
      <input
        autoFocus
        type="search"
        aria-label={words.find}
        placeholder={words.find}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
        className="min-h-12 rounded-field border border-note bg-surface px-3"
      />
      <ul aria-live="polite" className="max-h-80 overflow-y-auto">
        {found.map((command) => (
          <li key={command.word}>
            <button type="button" className="min-h-10 w-full px-3 text-start hover:bg-act-soft" onClick={() => run(command)}>
              {command.word}
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="px-3 py-2 text-note">{words.nothing}</li>}
      </ul>
    </form>
  )
}

function press(dialog: HTMLDialogElement | null, command: Command) {
  dialog?.close()
  command.run()
}

/** The buttons of the page that carry a letter are its commands. */
function pageCommands(): Command[] {
  return hotkeyed().map((element) => ({
    word: `${element.querySelector('span')?.textContent ?? ''} (${element.dataset.hotkey?.toUpperCase() ?? ''})`,
    run: () => element.click(),
  }))
}

function hotkeyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-hotkey]')].filter((element) => element.offsetParent !== null)
}

// By the place of the key, not its sign: the same finger works in the Latin and the Cyrillic layout.
function onKey(event: KeyboardEvent, { open, letters }: { open: () => void; letters: boolean }) {
  const withControl = event.ctrlKey || event.metaKey
  if (withControl && event.code === 'KeyK') {
    event.preventDefault()
    return open()
  }
  if (withControl || event.altKey || isTyping(event.target)) return
  if (event.key === '/' || event.code === 'Slash') return focusSearch(event)
  if (letters) pressLetter(event)
}

function pressLetter(event: KeyboardEvent) {
  const letter = event.code.replace(/^Key/, '').toLowerCase()
  const button = hotkeyed().find((element) => element.dataset.hotkey?.toLowerCase() === letter)
  if (!button) return
  event.preventDefault()
  button.click()
}

function focusSearch(event: KeyboardEvent) {
  const box = document.querySelector<HTMLInputElement>('[data-search]')
  if (!box) return
  event.preventDefault()
  box.focus()
  box.select()
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('dialog[open]') !== null || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
