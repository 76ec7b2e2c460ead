'use client'

import { useEffect, useState } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** The words wait on the body, so that no screen pays for them until something breaks. */
export default function ScreenError({ error, reset }: Props) {
  const [words, setWords] = useState<DOMStringMap>({})
  useEffect(() => setWords({ ...document.body.dataset }), [])
  return (
    <main id="main" className="shell-width px-4 py-10">
      <Notice tone="care" live="alert" title={<span role="heading" aria-level={1}>{words.crashTitle}</span>} code={error.digest}>
        <p>{words.crashBody}</p>
        <div className="mt-4">
          <Button kind="main" onClick={reset}>
            {words.crashRetry}
          </Button>
        </div>
      </Notice>
    </main>
  )
}
