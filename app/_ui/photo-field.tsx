'use client'

import { useEffect, useId, useState, type ChangeEvent } from 'react'
import { Icon } from './icon.tsx'

export type PhotoFieldWords = { add: string; replace: string; remove: string; preparing: string; failed: string; preview: string }

export type PhotoFieldProps = {
  label: string
  hint?: string
  words: PhotoFieldWords
  photo: Blob | null
  onPhoto: (photo: Blob | null) => void
  /** Re-encodes what the camera gave; `shrinkPhoto` of the browser runtime. */
  prepare: (file: File) => Promise<Blob>
}

export function PhotoField({ label, hint, words, photo, onPhoto, prepare }: PhotoFieldProps) {
  const id = useId()
  const [state, setState] = useState<'ready' | 'preparing' | 'failed'>('ready')
  const address = usePreview(photo)

  async function pick(event: ChangeEvent<HTMLInputElement>) {
    const input = event.currentTarget
    const file = input.files?.[0]
    if (!file) return
    setState('preparing')
    try {
      onPhoto(await prepare(file))
      setState('ready')
    } catch {
      setState('failed')
    }
    input.value = ''
  }

  return (
    <div className="flex flex-col gap-2">
      {address && <img src={address} alt={words.preview} className="max-h-60 rounded-card border border-line object-contain" />}
      <label className="flex min-h-12 items-center justify-center gap-2 rounded-card border border-note bg-surface px-5 py-2 font-medium text-act has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-act">
        <Icon name="camera" />
        <span aria-live="polite">{state === 'preparing' ? words.preparing : photo ? words.replace : label}</span>
        <input type="file" accept="image/*" capture="environment" onChange={pick} aria-describedby={hint ? id : undefined} className="sr-only" />
      </label>
      {hint && (
        <p id={id} className="text-small text-note">
          {hint}
        </p>
      )}
      {state === 'failed' && (
        <p role="alert" className="text-small text-danger">
          {words.failed}
        </p>
      )}
      {photo && (
        <button type="button" onClick={() => onPhoto(null)} className="min-h-12 self-start text-act underline underline-offset-4">
          {words.remove}
        </button>
      )}
    </div>
  )
}

function usePreview(photo: Blob | null): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (!photo) return setAddress(null)
    const made = URL.createObjectURL(photo)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [photo])
  return address
}
