'use client'

import { useEffect, useState } from 'react'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'

export type SendAgainWords = { again: string; againIn: string }

/** Counts down to the next send; the server counts too, so an early press only shows the same code's screen. */
export function SendAgain({ seconds, words }: { seconds: number; words: SendAgainWords }) {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Button type="submit" wide disabled={left > 0}>
      {left > 0 ? fill(words.againIn, { seconds: left }) : words.again}
    </Button>
  )
}
