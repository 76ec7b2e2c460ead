'use client'

import { useRef, useState } from 'react'
import { shrinkPhoto } from './photo.ts'

/**
 * The photos of a letter. A slow phone makes a photo small for seconds, and the letter may be sent meanwhile: `whole` waits
 * for it. Null: it could not be made, which its field says; the person decides whether the letter goes without it.
 */
export function usePhotos() {
  const [photos, show] = useState<readonly Blob[]>([])
  const held = useRef<readonly Blob[]>([])
  const making = useRef(new Set<Promise<boolean>>())

  function put(index: number, photo: Blob | null): void {
    held.current = photo ? [...held.current.slice(0, index), photo, ...held.current.slice(index + 1)] : held.current.filter((_, other) => other !== index)
    show(held.current)
  }

  function prepare(file: File): Promise<Blob> {
    const made = shrinkPhoto(file)
    const done = made.then(() => true, () => false)
    making.current.add(done)
    void done.then(() => making.current.delete(done))
    return made
  }

  async function whole(): Promise<readonly Blob[] | null> {
    const fine = await Promise.all(making.current)
    return fine.includes(false) ? null : held.current
  }

  return { photos, put, prepare, whole }
}
