import type { ReactNode } from 'react'

type Props = { facts: readonly { term: ReactNode; value: ReactNode }[] }

/** Terms and sums of a whole house: a long sum goes under its term instead of out of the card. */
export function FactLines({ facts }: Props) {
  return (
    <dl className="flex flex-col gap-1.5">
      {facts.map((fact, index) => (
        <div key={index} className="flex flex-wrap justify-between gap-x-4">
          <dt className="text-note">{fact.term}</dt>
          <dd className="figures ms-auto max-w-full text-end">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
