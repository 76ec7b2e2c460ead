'use client'

import { useEffect, useState } from 'react'

type InstallEvent = Event & { prompt: () => Promise<unknown> }

const askedKey = 'uyim:install-asked'
const month = 30 * 24 * 60 * 60 * 1000

/** Once a month at most, only on the home screen of the app, and only where the browser offers it. */
export function useInstall(): { accept: () => void; dismiss: () => void } | null {
  const [offer, setOffer] = useState<InstallEvent | null>(null)
  useEffect(() => {
    const listen = (event: Event) => {
      event.preventDefault()
      const asked = Number(localStorage.getItem(askedKey) ?? 0)
      if (isInstall(event) && Date.now() - asked > month && window.location.pathname.endsWith('/home')) setOffer(event)
    }
    window.addEventListener('beforeinstallprompt', listen)
    return () => window.removeEventListener('beforeinstallprompt', listen)
  }, [])
  if (!offer) return null
  const dismiss = () => {
    localStorage.setItem(askedKey, String(Date.now()))
    setOffer(null)
  }
  return {
    dismiss,
    accept: () => {
      dismiss()
      void offer.prompt()
    },
  }
}

function isInstall(event: Event): event is InstallEvent {
  return 'prompt' in event
}
