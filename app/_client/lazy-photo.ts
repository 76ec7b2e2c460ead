'use client'

// The code that makes a photo small comes while the phone is idle, not when the shutter is pressed: by then the network may be gone.
import { useEffect } from 'react'
import type * as Photo from './photo.ts'

let coming: Promise<typeof Photo> | null = null

function photoCode(): Promise<typeof Photo> {
  coming ??= import('./photo.ts').catch((error: unknown) => {
    coming = null
    throw error
  })
  return coming
}

/** For `PhotoField prepare`; the form also calls `usePhotoCode()`. */
export async function preparePhoto(file: Blob): Promise<Blob> {
  return (await photoCode()).shrinkPhoto(file)
}

export function usePhotoCode(): void {
  useEffect(() => {
    const timer = setTimeout(() => void photoCode().catch(() => undefined), 600)
    return () => clearTimeout(timer)
  }, [])
}
